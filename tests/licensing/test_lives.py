"""A license that lives on: another holder, another kind, back from the bin."""

from datetime import timedelta

import pytest

from siegel.accounts.permissions import SYSTEM
from siegel.licensing import actions as licensing
from siegel.licensing.actions.licenses import AlreadyLicensed, NoFreeLicense, OwnsBoxes, WrongState
from siegel.licensing.kinds import LicenseState, PoolKind
from siegel.licensing.models import LedgerEntry, License
from siegel.licensing.queries.holders import holders
from siegel.licensing.queries.status import license_status
from tests import cast, make
from tests.make import START, Somebody

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def pass_on(of: Somebody, to_profile, at=START + 10 * DAY):
    licensing.pass_on_license(
        actor=SYSTEM,
        account_id=of.account.id,
        license_id=of.license_id,
        to_profile_id=to_profile,
        at=at,
    )


def names(world: cast.Cast, at=None) -> set[str]:
    page = holders(actor=world.anna.actor, account_id=world.musterwerk.id, at=at)
    used = license_status(world.musterwerk.id, at)
    assert page.total == used.of(PoolKind.FULL).used + used.of(PoolKind.GUEST).used
    return {row.name for row in page.rows}


def test_a_license_passes_on_in_a_full_account_and_the_pool_stays_as_it_is():
    world = cast.assemble()
    make.people(world.musterwerk, 10 - make.pool(world.musterwerk, PoolKind.FULL).used)
    (new,) = make.profiles(world.musterwerk, 1)
    before = make.pool(world.musterwerk, PoolKind.FULL)
    pass_on(world.paul, new)
    after = make.pool(world.musterwerk, PoolKind.FULL)
    assert (after.booked, after.used, after.seq) == (before.booked, before.used, before.seq + 1)
    row = License.objects.get(id=world.paul.license_id)
    assert (row.holder_id, row.state) == (new, LicenseState.INVITED)


def test_lists_of_the_past_still_show_the_former_holder():
    world = cast.assemble()
    (new,) = make.profiles(world.musterwerk, 1)
    pass_on(world.paul, new)
    assert "Paul Özdemir" in names(world, START + 5 * DAY)
    assert "q000000@viele.test" not in names(world, START + 5 * DAY)
    assert "Paul Özdemir" not in names(world, START + 11 * DAY)
    assert "q000000@viele.test" in names(world)


def test_who_lost_the_license_has_no_seat_any_more():
    world = cast.assemble()
    (new,) = make.profiles(world.musterwerk, 1)
    pass_on(world.paul, new)
    assert world.paul.actor.license_id is None


def test_passing_on_to_somebody_with_a_license_is_refused_and_changes_nothing():
    world = cast.assemble()
    entries = LedgerEntry.objects.count()
    with pytest.raises(AlreadyLicensed):
        pass_on(world.paul, world.gina.profile_id)
    assert LedgerEntry.objects.count() == entries
    assert License.objects.get(id=world.paul.license_id).holder_id == world.paul.profile_id


def test_passing_on_to_the_same_holder_changes_nothing():
    world = cast.assemble()
    entries = LedgerEntry.objects.count()
    pass_on(world.paul, world.paul.profile_id)
    assert LedgerEntry.objects.count() == entries


def test_a_guest_becomes_full_and_guest_again_in_place():
    world = cast.assemble()
    license_id = world.gina.license_id
    for to, full, guest in ((PoolKind.FULL, 1, -1), (PoolKind.GUEST, 0, 0)):
        before = 7 - 1, 1  # six full licenses and one guest in the cast
        licensing.change_kind(
            actor=world.anna.actor,
            account_id=world.musterwerk.id,
            license_id=license_id,
            to=to,
            at=START + DAY,
        )
        used = [make.pool(world.musterwerk, kind).used for kind in (PoolKind.FULL, PoolKind.GUEST)]
        assert used == [before[0] + full, before[1] + guest]
    names(world, START + timedelta(hours=1))
    names(world)


def test_a_guest_stays_a_guest_where_no_full_license_is_free():
    world = cast.assemble()
    make.people(world.musterwerk, 10 - make.pool(world.musterwerk, PoolKind.FULL).used)
    entries = LedgerEntry.objects.count()
    with pytest.raises(NoFreeLicense):
        licensing.change_kind(
            actor=world.anna.actor,
            account_id=world.musterwerk.id,
            license_id=world.gina.license_id,
            to=PoolKind.FULL,
            at=START + DAY,
        )
    assert LedgerEntry.objects.count() == entries


def test_who_owns_a_box_cannot_become_a_guest_nor_lose_the_license():
    world = cast.assemble()
    make.box(world.paul)
    for end in (
        lambda **of: licensing.change_kind(to=PoolKind.GUEST, **of),
        licensing.release_license,
    ):
        with pytest.raises(OwnsBoxes) as no:
            end(
                actor=world.anna.actor,
                account_id=world.musterwerk.id,
                license_id=world.paul.license_id,
                at=START + DAY,
            )
        assert no.value.data["boxes"] == 1
    assert License.objects.get(id=world.paul.license_id).released_at is None


def test_a_released_license_comes_back_with_a_free_unit_and_the_gap_stays_visible():
    world = cast.assemble()
    of = {
        "actor": world.anna.actor,
        "account_id": world.musterwerk.id,
        "license_id": world.paul.license_id,
    }
    licensing.release_license(at=START + DAY, **of)
    licensing.revive_license(at=START + 3 * DAY, state=LicenseState.ACTIVE, **of)
    assert "Paul Özdemir" in names(world, START + DAY / 2)
    assert "Paul Özdemir" not in names(world, START + 2 * DAY)
    assert "Paul Özdemir" in names(world)


def test_a_released_license_does_not_come_back_into_a_full_account():
    world = cast.assemble()
    of = {
        "actor": world.anna.actor,
        "account_id": world.musterwerk.id,
        "license_id": world.paul.license_id,
    }
    licensing.release_license(at=START + DAY, **of)
    make.people(world.musterwerk, 10 - make.pool(world.musterwerk, PoolKind.FULL).used)
    with pytest.raises(NoFreeLicense):
        licensing.revive_license(at=START + 3 * DAY, state=LicenseState.ACTIVE, **of)
    assert License.objects.get(id=world.paul.license_id).state == LicenseState.RELEASED


def test_an_ended_license_passes_to_nobody():
    world = cast.assemble()
    licensing.release_license(
        actor=world.anna.actor,
        account_id=world.musterwerk.id,
        license_id=world.paul.license_id,
        at=START + DAY,
    )
    (new,) = make.profiles(world.musterwerk, 1)
    with pytest.raises(WrongState):
        pass_on(world.paul, new)


def test_a_temporary_license_opens_nothing_after_its_end():
    world = cast.assemble()
    assert world.gina.actor.license_id == world.gina.license_id
    License.objects.filter(id=world.gina.license_id).update(ends_at=START)
    assert world.gina.actor.license_id is None
