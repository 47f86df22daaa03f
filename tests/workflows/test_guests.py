"""Guests: brought by full users, shared instead of invited twice, temporary by the calendar."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siegel.accounts.actions import PersonData
from siegel.accounts.models import Person, Profile
from siegel.core.refusal import BadInput, Forbidden, NotFound
from siegel.licensing import actions as licensing
from siegel.licensing.actions.licenses import AlreadyLicensed
from siegel.licensing.kinds import PoolKind
from siegel.licensing.models import License, Sponsorship
from siegel.licensing.queries.guests import guests, sponsors_of
from siegel.licensing.rules import idle_end
from siegel.workflows.admin_log import LogFilter, log_page
from siegel.workflows.event_words import details
from siegel.workflows.guests import LastSponsor, leave_guest, limit_guest, share_guest, take_guest
from siegel.workflows.invite_person import Invitation, invite_person
from tests import cast
from tests.make import START, Somebody

DAY = timedelta(days=1)
BERLIN = ZoneInfo("Europe/Berlin")


def invite(
    by: Somebody, email: str = "neu@gast.test", kind: PoolKind = PoolKind.GUEST
) -> Invitation:
    return invite_person(
        actor=by.actor,
        account_id=by.account.id,
        person=PersonData(email, "Nora", "Neu"),
        kind=kind,
        at=START,
    )


def names(of: Somebody, *, everybody: bool = False, search: str = "") -> list[str]:
    found, more = guests(
        actor=of.actor, account_id=of.account.id, search=search, everybody=everybody
    )
    assert not more
    return [guest.name for guest in found]


@pytest.mark.django_db
def test_a_full_user_brings_a_guest_and_is_the_sponsor():
    world = cast.assemble()
    made = invite(world.paul)
    assert sponsors_of(made.license_id) == {world.paul.license_id}
    assert names(world.paul) == ["Nora Neu"]
    assert names(world.tom) == []


@pytest.mark.django_db
def test_a_full_user_gives_no_full_license():
    world = cast.assemble()
    with pytest.raises(Forbidden):
        invite(world.paul, kind=PoolKind.FULL)


@pytest.mark.django_db
@pytest.mark.parametrize("who", ["gina", "paul"])
def test_who_may_have_no_guests_invites_none(who):
    world = cast.assemble()
    License.objects.filter(id=world.paul.license_id).update(invites_guests=False)
    with pytest.raises(Forbidden):
        invite(getattr(world, who))
    assert not Profile.objects.filter(email="neu@gast.test").exists()


@pytest.mark.django_db
def test_a_full_user_does_not_rename_somebody_who_was_here_before():
    world = cast.assemble()
    licensing.release_license(
        actor=world.anna.actor,
        account_id=world.musterwerk.id,
        license_id=world.gina.license_id,
        at=START,
    )
    invite(world.paul, "gina@kanzlei.test")
    assert Profile.objects.get(id=world.gina.profile_id).name == "Gina Rossi"


@pytest.mark.django_db
def test_a_known_guest_is_shared_and_no_second_person_appears():
    world = cast.assemble()
    people = Person.objects.count()
    with pytest.raises(AlreadyLicensed) as no:
        invite(world.paul, "gina@kanzlei.test")
    assert no.value.data["license_id"] == str(world.gina.license_id)
    of = {"actor": world.paul.actor, "account_id": world.musterwerk.id}
    for _twice in range(2):
        take_guest(email=" Gina@Kanzlei.test", at=START, **of)
    assert names(world.paul) == ["Gina Rossi"]
    assert Person.objects.count() == people
    assert Sponsorship.objects.count() == 1


@pytest.mark.django_db
def test_colleagues_guests_are_found_by_those_who_see_all_and_not_by_others():
    world = cast.assemble()
    invite(world.tom)
    assert names(world.paul, everybody=True) == ["Nora Neu", "Gina Rossi"]
    assert names(world.paul, everybody=True, search="ro") == ["Gina Rossi"]
    assert names(world.paul, everybody=True, search="%") == []
    License.objects.filter(id=world.paul.license_id).update(sees="colleagues")
    assert names(world.paul, everybody=True) == []


@pytest.mark.django_db
def test_a_guest_is_shared_with_a_colleague_who_may_have_guests():
    world = cast.assemble()
    made = invite(world.paul)
    of = {"actor": world.paul.actor, "account_id": world.musterwerk.id}
    share_guest(license_id=made.license_id, with_license=world.tom.license_id, at=START, **of)
    assert names(world.tom) == ["Nora Neu"]
    for wrong in (world.gina, world.ines, world.xaver):
        with pytest.raises(BadInput):
            share_guest(license_id=made.license_id, with_license=wrong.license_id, at=START, **of)


@pytest.mark.django_db
def test_the_last_sponsor_stays_and_an_earlier_one_may_leave():
    world = cast.assemble()
    made = invite(world.paul)
    leave = {"account_id": world.musterwerk.id, "license_id": made.license_id, "at": START}
    with pytest.raises(LastSponsor):
        leave_guest(actor=world.paul.actor, **leave)
    take_guest(
        actor=world.tom.actor, account_id=world.musterwerk.id, email="neu@gast.test", at=START
    )
    leave_guest(actor=world.paul.actor, **leave)
    leave_guest(actor=world.paul.actor, **leave)
    assert sponsors_of(made.license_id) == {world.tom.license_id}


@pytest.mark.django_db
def test_another_accounts_guests_do_not_exist():
    world = cast.assemble()
    with pytest.raises(NotFound):
        take_guest(
            actor=world.xaver.actor,
            account_id=world.anderswo.id,
            email="gina@kanzlei.test",
            at=START,
        )


def limit(by: Somebody, license_id, last_day=None, idle_days=None, at=START):
    limit_guest(
        actor=by.actor,
        account_id=by.account.id,
        license_id=license_id,
        last_day=last_day,
        idle_days=idle_days,
        at=at,
    )
    return License.objects.get(id=license_id).ends_at


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("day", "end"),
    [
        (date(2026, 3, 28), datetime(2026, 3, 28, 23, tzinfo=UTC)),  # clocks go forward on the 29th
        (date(2026, 3, 29), datetime(2026, 3, 29, 22, tzinfo=UTC)),
        (date(2026, 10, 24), datetime(2026, 10, 24, 22, tzinfo=UTC)),  # and back on the 25th
        (date(2026, 10, 25), datetime(2026, 10, 25, 23, tzinfo=UTC)),
    ],
)
def test_a_temporary_guest_stays_until_the_midnight_of_the_accounts_day(day, end):
    world = cast.assemble()
    assert limit(world.anna, world.gina.license_id, day) == end


@pytest.mark.django_db
def test_a_day_that_is_over_or_two_ends_are_refused_and_nothing_changes():
    world = cast.assemble()
    for last_day, days in ((date(2026, 1, 14), None), (date(2026, 2, 1), 30), (None, 0)):
        with pytest.raises(BadInput):
            limit(world.anna, world.gina.license_id, last_day, days)
    with pytest.raises(NotFound):  # a full user is no guest
        limit(world.anna, world.paul.license_id, date(2026, 2, 1))
    assert License.objects.get(id=world.gina.license_id).ends_at is None


@pytest.mark.django_db
def test_only_the_sponsor_or_an_administrator_limits_a_guest():
    world = cast.assemble()
    made = invite(world.paul)
    with pytest.raises(NotFound):
        limit(world.paul, world.gina.license_id, date(2026, 2, 1))
    assert limit(world.paul, made.license_id, date(2026, 2, 1))
    assert limit(world.tom, made.license_id) is None


@pytest.mark.django_db
def test_every_sign_in_puts_off_the_end_of_a_guest_with_idle_days():
    world = cast.assemble()
    assert limit(world.anna, world.gina.license_id, idle_days=30) == datetime(
        2026, 2, 14, 23, tzinfo=UTC
    )
    licensing.note_sign_in(person_id=world.gina.person_id, at=START + 10 * DAY)
    assert License.objects.get(id=world.gina.license_id).ends_at == datetime(
        2026, 2, 24, 23, tzinfo=UTC
    )
    licensing.note_sign_in(person_id=world.gina.person_id, at=START + 90 * DAY)
    assert License.objects.get(id=world.gina.license_id).ends_at == datetime(
        2026, 2, 24, 23, tzinfo=UTC
    )


@given(
    seen=st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC)),
    days=st.integers(1, 400),
    zone=st.sampled_from(
        ["Europe/Berlin", "America/Santiago", "Pacific/Apia", "Asia/Beirut", "UTC"]
    ),
)
def test_the_end_is_a_local_midnight_that_many_days_later_whatever_the_clocks_do(seen, days, zone):
    place = ZoneInfo(zone)
    end = idle_end(seen, days, place)
    before = (end - timedelta(microseconds=1)).astimezone(place).date()
    assert before == seen.astimezone(place).date() + timedelta(days=days)
    assert end > seen + timedelta(days=days - 1)


@pytest.mark.django_db
def test_who_took_a_colleagues_guest_decides_about_the_end_only_when_the_colleague_no_longer_does():
    world = cast.assemble()
    made = invite(world.tom)
    take_guest(
        actor=world.paul.actor, account_id=world.musterwerk.id, email="neu@gast.test", at=START
    )
    with pytest.raises(NotFound):
        limit(world.paul, made.license_id, date(2026, 2, 1))
    leave_guest(
        actor=world.tom.actor,
        account_id=world.musterwerk.id,
        license_id=made.license_id,
        at=START,
    )
    assert limit(world.paul, made.license_id, date(2026, 2, 1))


@pytest.mark.django_db
def test_taking_a_guest_and_sharing_one_are_told_apart_and_what_stays_the_same_is_not_told():
    world = cast.assemble()
    made = invite(world.paul)
    of = {"actor": world.paul.actor, "account_id": world.musterwerk.id, "at": START}
    take_guest(email="gina@kanzlei.test", **of)
    share_guest(license_id=made.license_id, with_license=world.tom.license_id, **of)
    limit(world.paul, made.license_id, date(2026, 2, 1))
    page = log_page(actor=world.anna.actor, account_id=world.musterwerk.id, which=LogFilter())
    told = {line.event.verb: details(line.event, BERLIN) for line in page.lines}
    assert {"guest.take", "guest.share"} <= set(told)
    assert len(told["license.end"]) == 1
