"""Assigning and releasing licenses."""

import pytest

from siegel.core.refusal import Forbidden, NotFound
from siegel.licensing import actions
from siegel.licensing.actions.licenses import AlreadyLicensed, NoFreeLicense
from siegel.licensing.kinds import LicenseState, PoolKind
from siegel.licensing.models import LedgerEntry, License
from tests import cast, make

pytestmark = pytest.mark.django_db


def test_a_license_takes_one_unit_and_writes_one_ledger_entry():
    world = cast.assemble()
    before = make.pool(world.musterwerk, PoolKind.FULL)
    (profile,) = make.profiles(world.musterwerk, 1)
    license_id = actions.assign_license(
        actor=world.tom.actor,
        account_id=world.musterwerk.id,
        kind=PoolKind.FULL,
        holder_id=profile,
        at=make.START,
    )
    after = make.pool(world.musterwerk, PoolKind.FULL)
    assert (after.used, after.booked, after.seq) == (before.used + 1, before.booked, before.seq + 1)
    entry = LedgerEntry.objects.get(pool=after, seq=after.seq)
    assert (entry.used_change, entry.used, entry.license_id) == (1, after.used, license_id)
    assert entry.actor_id == world.tom.person_id
    assert License.objects.get(id=license_id).state == LicenseState.INVITED


def test_the_last_license_is_given_and_the_next_is_refused_with_what_would_help():
    anna = make.account(full=3)
    make.people(anna.account, 2)
    (profile,) = make.profiles(anna.account, 1)
    with pytest.raises(NoFreeLicense) as no:
        actions.assign_license(
            actor=anna.actor,
            account_id=anna.account.id,
            kind=PoolKind.FULL,
            holder_id=profile,
            at=make.START,
        )
    assert no.value.data == {"kind": "full", "booked": 3, "used": 3, "missing": 1}
    assert {way.code for way in no.value.ways_out} == {"book-more", "free-one"}


def test_nobody_holds_two_licenses_in_one_account():
    world = cast.assemble()
    with pytest.raises(AlreadyLicensed):
        actions.assign_license(
            actor=world.anna.actor,
            account_id=world.musterwerk.id,
            kind=PoolKind.GUEST,
            holder_id=world.paul.profile_id,
            at=make.START,
        )


def test_a_holder_is_told_so_and_not_that_the_pool_is_full():
    anna = make.account(full=1)
    with pytest.raises(AlreadyLicensed):
        actions.assign_license(
            actor=anna.actor,
            account_id=anna.account.id,
            kind=PoolKind.FULL,
            holder_id=anna.profile_id,
            at=make.START,
        )


def test_in_bulk_all_get_one_or_none_does():
    anna = make.account(full=10)
    with pytest.raises(NoFreeLicense) as no:
        make.people(anna.account, 12)
    assert no.value.data["missing"] == 3
    assert make.pool(anna.account, PoolKind.FULL).used == 1


def test_releasing_frees_the_unit_once():
    world = cast.assemble()
    before = make.pool(world.musterwerk, PoolKind.FULL)
    for _again in range(2):
        actions.release_license(
            actor=world.tom.actor,
            account_id=world.musterwerk.id,
            license_id=world.paul.license_id,
            at=make.START,
        )
    after = make.pool(world.musterwerk, PoolKind.FULL)
    assert (after.used, after.seq) == (before.used - 1, before.seq + 1)


def test_suspending_keeps_the_license_used():
    world = cast.assemble()
    before = make.pool(world.musterwerk, PoolKind.FULL).used
    for to in (LicenseState.SUSPENDED, LicenseState.SUSPENDED, LicenseState.ACTIVE):
        actions.change_state(
            actor=world.tom.actor,
            account_id=world.musterwerk.id,
            license_id=world.paul.license_id,
            to=to,
            at=make.START,
        )
        assert License.objects.get(id=world.paul.license_id).state == to
    assert make.pool(world.musterwerk, PoolKind.FULL).used == before


@pytest.mark.parametrize("who", ["bea", "otto", "paul", "gina"])
def test_only_administrators_assign(who):
    world = cast.assemble()
    with pytest.raises(Forbidden):
        actions.assign_license(
            actor=getattr(world, who).actor,
            account_id=world.musterwerk.id,
            kind=PoolKind.FULL,
            holder_id=None,
            at=make.START,
        )


def test_a_stranger_finds_nothing():
    world = cast.assemble()
    with pytest.raises(NotFound):
        actions.release_license(
            actor=world.xaver.actor,
            account_id=world.musterwerk.id,
            license_id=world.paul.license_id,
            at=make.START,
        )
    with pytest.raises(NotFound):
        actions.release_license(
            actor=world.xaver.actor,
            account_id=world.anderswo.id,
            license_id=world.paul.license_id,
            at=make.START,
        )
