"""Temporary guests end by themselves, to the second, in every zone; those concerned hear of it."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core import mail
from django.utils import timezone

from siegel.accounts.models import Account
from siegel.boxes.models import Box
from siegel.jobs.models import Job
from siegel.jobs.worker import run_jobs
from siegel.licensing import actions as licensing
from siegel.licensing.actions.licenses import OwnsBoxes
from siegel.licensing.kinds import LicenseState, PoolKind
from siegel.licensing.models import LedgerEntry, License, Removal
from siegel.licensing.queries.ending import told_endings
from siegel.workflows import expire_guests as expiry
from siegel.workflows.expire_guests import expire_guests, warn_of_ends
from siegel.workflows.guests import limit_guest, share_guest, take_guest
from tests import cast, make
from tests.cast import Cast
from tests.make import START, Somebody

pytestmark = pytest.mark.django_db
TICK = timedelta(microseconds=1)


def limit(world: Cast, last_day: date | None = None, idle_days: int | None = None) -> datetime:
    limit_guest(
        actor=world.anna.actor,
        account_id=world.musterwerk.id,
        license_id=world.gina.license_id,
        last_day=last_day,
        idle_days=idle_days,
        at=START,
    )
    ends_at = License.objects.get(id=world.gina.license_id).ends_at
    assert ends_at is not None
    return ends_at


def state(of: Somebody) -> str:
    return License.objects.get(id=of.license_id).state


@pytest.mark.parametrize(
    ("zone", "day", "end"),
    [
        ("Europe/Berlin", date(2026, 3, 28), datetime(2026, 3, 28, 23, tzinfo=UTC)),
        ("Europe/Berlin", date(2026, 3, 29), datetime(2026, 3, 29, 22, tzinfo=UTC)),
        ("Europe/Berlin", date(2026, 10, 25), datetime(2026, 10, 25, 23, tzinfo=UTC)),
        ("Pacific/Apia", date(2026, 6, 30), datetime(2026, 6, 30, 11, tzinfo=UTC)),
        # In Santiago the clocks skip the first hour of 6 September and repeat that of 5 April.
        ("America/Santiago", date(2026, 9, 5), datetime(2026, 9, 6, 4, tzinfo=UTC)),
        ("America/Santiago", date(2026, 4, 4), datetime(2026, 4, 5, 4, tzinfo=UTC)),
    ],
)
def test_the_license_is_free_from_the_midnight_of_the_accounts_zone_on(zone, day, end):
    world = cast.assemble()
    Account.objects.filter(id=world.musterwerk.id).update(time_zone=zone)
    assert limit(world, day) == end
    used = make.pool(world.musterwerk, PoolKind.GUEST).used
    assert expire_guests(at=end - TICK) == 0
    assert state(world.gina) == LicenseState.ACTIVE
    assert expire_guests(at=end) == 1
    assert state(world.gina) == LicenseState.RELEASED
    assert make.pool(world.musterwerk, PoolKind.GUEST).used == used - 1


def test_a_second_run_changes_nothing_and_the_guest_lies_in_the_bin():
    world = cast.assemble()
    end = limit(world, date(2026, 2, 1))
    for _twice in range(2):
        expire_guests(at=end)
    removal = Removal.objects.get()
    assert (removal.license_id, removal.reason) == (world.gina.license_id, "expired")
    assert LedgerEntry.objects.filter(reason="expire").count() == 1


def test_what_the_guest_put_into_boxes_of_others_stays():
    world = cast.assemble()
    box = make.box(world.anna, members=(world.gina,), files=3, size=900)
    expire_guests(at=limit(world, date(2026, 2, 1)))
    assert (Box.objects.get(id=box).files, Box.objects.get(id=box).bytes) == (3, 900)
    assert Box.objects.get(id=box).owner_id == world.anna.license_id


def test_killed_in_between_the_next_run_goes_on(monkeypatch):
    world = cast.assemble()
    ids = make.people(world.musterwerk, 5, PoolKind.GUEST)
    License.objects.filter(id__in=ids).update(ends_at=START)
    monkeypatch.setattr("siegel.licensing.queries.ending.BATCH", 2)
    original, calls = expiry.end_licenses, []

    def dies(**values):
        calls.append(1)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return original(**values)

    monkeypatch.setattr(expiry, "end_licenses", dies)
    with pytest.raises(KeyboardInterrupt):
        expire_guests(at=START)
    assert License.objects.filter(id__in=ids, released_at=None).count() == 3
    assert expire_guests(at=START) == 3
    assert make.pool(world.musterwerk, PoolKind.GUEST).used == 1


def test_one_that_cannot_end_does_not_keep_the_others(monkeypatch):
    world = cast.assemble()
    ids = make.people(world.musterwerk, 3, PoolKind.GUEST)
    License.objects.filter(id__in=ids).update(ends_at=START)
    original = expiry.end_licenses

    def refuses(*, license_ids, **values):
        if ids[1] in license_ids:
            raise OwnsBoxes("no")
        return original(license_ids=license_ids, **values)

    monkeypatch.setattr(expiry, "end_licenses", refuses)
    assert expire_guests(at=START) == 2
    assert License.objects.get(id=ids[1]).released_at is None


def test_an_end_that_was_put_off_before_the_license_was_held_is_not_carried_out(monkeypatch):
    world = cast.assemble()
    end = limit(world, date(2026, 2, 1))
    original = licensing.hold_licenses

    def puts_off(**values):
        original(**values)
        License.objects.filter(id=world.gina.license_id).update(ends_at=end + timedelta(days=9))

    monkeypatch.setattr(licensing, "hold_licenses", puts_off)
    assert expire_guests(at=end) == 0
    assert state(world.gina) == LicenseState.ACTIVE


def test_whoever_signs_in_in_the_moment_of_the_end_stays_out():
    world = cast.assemble()
    end = limit(world, idle_days=30)
    licensing.note_sign_in(person_id=world.gina.person_id, at=end)
    assert License.objects.get(id=world.gina.license_id).ends_at == end
    assert expire_guests(at=end) == 1
    licensing.note_sign_in(person_id=world.gina.person_id, at=end)
    assert License.objects.get(id=world.gina.license_id).ends_at == end


def _taken(world: Cast) -> None:
    of = {"account_id": world.musterwerk.id, "at": START}
    take_guest(actor=world.paul.actor, email=world.gina.email, **of)
    share_guest(
        actor=world.paul.actor,
        license_id=world.gina.license_id,
        with_license=world.tom.license_id,
        **of,
    )


def test_guest_and_sponsors_who_want_mails_are_told_once_for_each_end():
    world = cast.assemble()
    _taken(world)
    License.objects.filter(id=world.tom.license_id).update(notifications=False)
    end = limit(world, date(2026, 2, 1))
    assert warn_of_ends(at=end - timedelta(days=3, seconds=1)) == 0
    assert warn_of_ends(at=end - timedelta(days=3)) == 1
    assert warn_of_ends(at=end - timedelta(days=2)) == 0
    tasks = [job.task.rpartition(".")[2] for job in Job.objects.order_by("id")]
    assert sorted(tasks) == ["mail_guest", "mail_sponsor"]
    later = limit(world, date(2026, 3, 1))
    assert warn_of_ends(at=later - timedelta(days=3)) == 1
    assert Job.objects.filter(task__endswith="mail_sponsor").count() == 2


def test_who_comes_often_is_not_told_every_day():
    world = cast.assemble()
    end = limit(world, idle_days=2)
    assert warn_of_ends(at=end - timedelta(hours=25)) == 0
    assert warn_of_ends(at=end - timedelta(hours=24)) == 1


@pytest.mark.parametrize(
    ("language", "subject", "line"),
    [
        (
            "de",
            "Musterwerk GmbH: Ihr Gastzugang endet am 1. Februar 2026",
            "Was Sie in Boxen anderer abgelegt haben, bleibt dort.",
        ),
        (
            "en",
            "Musterwerk GmbH: your guest access ends on February 1, 2026",
            "What you have put into boxes of others stays there.",
        ),
    ],
)
def test_the_mails_name_the_last_day_in_the_readers_language(language, subject, line):
    world = cast.assemble()
    end = limit(world, date(2026, 2, 1))
    warn_of_ends(at=end - timedelta(days=3))
    (one,) = told_endings([world.gina.license_id], end - timedelta(days=2))
    assert expiry.guest_text(world.musterwerk, one, language)[0] == subject
    assert line in expiry.guest_text(world.musterwerk, one, language)[1]
    text = expiry.sponsor_text(world.musterwerk, [one], language)[1]
    assert "- Gina Rossi (Kanzlei Rossi): " in text
    assert "/a/musterwerk/guests/" in text
    assert told_endings([world.gina.license_id], end) == []


def test_the_mails_leave_unless_the_end_has_moved_meanwhile():
    world = cast.assemble()
    _taken(world)
    now = timezone.now().replace(microsecond=0)
    License.objects.filter(id=world.gina.license_id).update(ends_at=now + timedelta(days=2))
    assert warn_of_ends(at=now) == 1
    run_jobs()
    assert sorted(one.to[0] for one in mail.outbox) == sorted(
        who.email for who in (world.gina, world.paul, world.tom)
    )
    License.objects.filter(id=world.gina.license_id).update(ends_at=now + timedelta(days=1))
    assert warn_of_ends(at=now) == 1
    License.objects.filter(id=world.gina.license_id).update(ends_at=None)
    mail.outbox.clear()
    run_jobs()
    assert mail.outbox == []
