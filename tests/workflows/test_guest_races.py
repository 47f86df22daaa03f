"""Guests and many at once, on a real database: one license each, never one too many."""

from collections import Counter
from datetime import timedelta

import pytest
from django.utils import timezone

from siegel.accounts.actions import PersonData
from siegel.licensing import actions as licensing
from siegel.licensing.kinds import LicenseState, PoolKind
from siegel.licensing.models import License, Removal
from siegel.licensing.queries.guests import sponsors_of
from siegel.workflows.change_kind import change_kind
from siegel.workflows.expire_guests import expire_guests
from siegel.workflows.guests import take_guest
from siegel.workflows.invite_person import invite_person
from tests import cast, make
from tests.licensing.test_races import all_at_once

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.race]


def inviting(actor, account, email):
    return lambda: invite_person(
        actor=actor,
        account_id=account.id,
        person=PersonData(email, "Nora", "Neu"),
        kind=PoolKind.GUEST,
        at=timezone.now(),
        mail=False,
    )


def names(results):
    return Counter(type(result).__name__ for result in results)


def test_two_who_invite_one_guest_at_once_get_one_license_and_can_share_it():
    world = cast.assemble()
    actors = [world.paul.actor, world.bea.actor]
    home = world.musterwerk
    results = all_at_once([inviting(actor, home, "neu@gast.test") for actor in actors * 4])
    assert names(results) == {"Invitation": 1, "AlreadyLicensed": 7}
    assert make.pool(home, PoolKind.GUEST).used == 2
    for actor in actors:
        take_guest(actor=actor, account_id=home.id, email="neu@gast.test", at=timezone.now())
    made = License.objects.get(holder__email="neu@gast.test")
    assert sponsors_of(made.id) == {world.paul.license_id, world.bea.license_id}


def test_the_last_guest_license_goes_to_one():
    world = cast.assemble()
    home = world.musterwerk
    pool = make.pool(home, PoolKind.GUEST)
    make.people(home, pool.booked - pool.used - 1, PoolKind.GUEST)
    actor = world.paul.actor
    results = all_at_once([inviting(actor, home, f"g{n}@gast.test") for n in range(6)])
    assert names(results) == {"Invitation": 1, "NoFreeLicense": 5}
    assert make.pool(home, PoolKind.GUEST).used == pool.booked


def test_a_guest_who_signs_in_while_the_time_runs_out_is_in_or_out_never_both():
    world = cast.assemble()
    end = timezone.now()
    License.objects.filter(id=world.gina.license_id).update(ends_at=end, idle_days=5)
    before = end - timedelta(milliseconds=1)

    def signs_in():
        licensing.note_sign_in(person_id=world.gina.person_id, at=before)

    results = all_at_once([signs_in, lambda: expire_guests(at=end)] * 3)
    assert not [result for result in results if isinstance(result, Exception)]
    row = License.objects.get(id=world.gina.license_id)
    ended = row.state == LicenseState.RELEASED
    assert Removal.objects.count() == int(ended)
    assert ended == (row.ends_at == end)
    assert make.pool(world.musterwerk, PoolKind.GUEST).used == int(not ended)


def test_several_workers_end_a_guest_once():
    world = cast.assemble()
    end = timezone.now()
    License.objects.filter(id=world.gina.license_id).update(ends_at=end)
    results = all_at_once([lambda: expire_guests(at=end)] * 6)
    assert Counter(results) == {0: 5, 1: 1}
    assert make.pool(world.musterwerk, PoolKind.GUEST).used == 0


def test_promoting_while_the_last_full_license_is_taken_over_books_nothing():
    world = cast.assemble()
    home = world.musterwerk
    pool = make.pool(home, PoolKind.FULL)
    make.people(home, pool.booked - pool.used - 1)
    (holder,) = make.profiles(home, 1)
    actor = world.anna.actor

    def promotes():
        change_kind(
            actor=actor,
            account_id=home.id,
            license_id=world.gina.license_id,
            to=PoolKind.FULL,
            at=timezone.now(),
        )

    def takes():
        licensing.assign_license(
            actor=actor,
            account_id=home.id,
            kind=PoolKind.FULL,
            holder_id=holder,
            at=timezone.now(),
        )

    results = all_at_once([promotes, takes])
    assert names(results) == {"NoneType": 1, "NoFreeLicense": 1}
    full, guest = (make.pool(home, kind).used for kind in (PoolKind.FULL, PoolKind.GUEST))
    promoted = License.objects.get(id=world.gina.license_id).pool.kind == PoolKind.FULL
    assert (full, guest) == (pool.booked, int(not promoted))
