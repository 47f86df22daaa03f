"""Guest ⇄ full in place: memberships stay, both pools in one transaction (promise 9)."""

from datetime import timedelta

import pytest

from siegel.accounts.models import RoleGrant
from siegel.accounts.permissions import Role
from siegel.boxes.models import BoxMember
from siegel.core.refusal import Forbidden, NotFound
from siegel.licensing.actions.licenses import NoFreeLicense, OwnsBoxes, WrongState
from siegel.licensing.kinds import PoolKind
from siegel.licensing.models import LedgerEntry, License
from siegel.workflows.change_kind import KindOvertaken, change_kind, plan_kind_change
from siegel.workflows.change_roles import grant_role
from siegel.workflows.remove_people import remove_person
from siegel.workflows.suspend_license import OwnLicense
from tests import cast, make
from tests.make import START, Somebody
from tests.workflows.test_remove_people import sponsor

pytestmark = pytest.mark.django_db
AT = START + timedelta(days=1)


def change(world: cast.Cast, who: Somebody, to: PoolKind, confirmed=None, by=None) -> None:
    change_kind(
        actor=(by or world.anna).actor,
        account_id=world.musterwerk.id,
        license_id=who.license_id,
        to=to,
        at=AT,
        confirmed=confirmed,
    )


def used(world: cast.Cast) -> tuple[int, int]:
    return (
        make.pool(world.musterwerk, PoolKind.FULL).used,
        make.pool(world.musterwerk, PoolKind.GUEST).used,
    )


def test_a_guest_becomes_full_with_every_place_in_boxes_and_may_create_boxes_then():
    world = cast.assemble()
    make.box(world.anna, members=(world.gina,))
    places = list(BoxMember.objects.values())
    full, guest = used(world)
    plan = plan_kind_change(
        actor=world.anna.actor,
        account_id=world.musterwerk.id,
        license_id=world.gina.license_id,
        to=PoolKind.FULL,
    )
    for _twice in range(2):
        change(world, world.gina, PoolKind.FULL, plan.hash)
    assert used(world) == (full + 1, guest - 1)
    assert list(BoxMember.objects.values()) == places
    assert make.box(world.gina)


def test_there_and_back_leaves_everything_as_it_was():
    world = cast.assemble()
    make.box(world.anna, members=(world.gina,))
    before = used(world), list(BoxMember.objects.values())
    change(world, world.gina, PoolKind.FULL)
    change(world, world.gina, PoolKind.GUEST)
    assert (used(world), list(BoxMember.objects.values())) == before


def test_a_full_user_who_becomes_a_guest_loses_the_roles():
    world = cast.assemble()
    change(world, world.tom, PoolKind.GUEST)
    assert not RoleGrant.objects.filter(profile=world.tom.profile_id).exists()
    assert world.tom.actor.roles == frozenset()


def test_what_was_confirmed_is_done_or_refused():
    world = cast.assemble()
    plan = plan_kind_change(
        actor=world.anna.actor,
        account_id=world.musterwerk.id,
        license_id=world.paul.license_id,
        to=PoolKind.GUEST,
    )
    grant_role(
        actor=world.anna.actor,
        account_id=world.musterwerk.id,
        license_id=world.paul.license_id,
        role=Role.AUDITOR,
        at=AT,
    )
    with pytest.raises(KindOvertaken):
        change(world, world.paul, PoolKind.GUEST, plan.hash)
    assert License.objects.get(id=world.paul.license_id).pool.kind == PoolKind.FULL


def test_a_new_guest_of_theirs_and_a_change_there_and_back_are_another_plan():
    world = cast.assemble()

    def hash_now():
        return plan_kind_change(
            actor=world.anna.actor,
            account_id=world.musterwerk.id,
            license_id=world.paul.license_id,
            to=PoolKind.GUEST,
        ).hash

    alone = hash_now()
    sponsor(world.paul, world.gina)
    with_guest = hash_now()
    change(world, world.paul, PoolKind.GUEST, with_guest)
    change(world, world.paul, PoolKind.FULL)
    assert len({alone, with_guest, hash_now()}) == 3
    with pytest.raises(KindOvertaken):
        change(world, world.paul, PoolKind.GUEST, with_guest)


def test_no_free_license_no_change_and_the_answer_says_what_would_help():
    world = cast.assemble()
    make.people(world.musterwerk, 10 - used(world)[0])
    entries = LedgerEntry.objects.count()
    with pytest.raises(NoFreeLicense) as no:
        change(world, world.gina, PoolKind.FULL)
    assert [way.code for way in no.value.ways_out] == ["book-more", "free-one"]
    assert LedgerEntry.objects.count() == entries


def test_refusals_change_nothing():
    world = cast.assemble()
    make.box(world.paul)
    for who, to, by, no in (
        (world.paul, PoolKind.GUEST, world.anna, OwnsBoxes),
        (world.anna, PoolKind.GUEST, world.anna, OwnLicense),
        (world.anna, PoolKind.GUEST, world.tom, Forbidden),
        (world.gina, PoolKind.FULL, world.paul, Forbidden),
        (world.xaver, PoolKind.GUEST, world.anna, NotFound),
    ):
        with pytest.raises(no):
            change(world, who, to, by=by)
    remove_person(
        actor=world.anna.actor,
        account_id=world.musterwerk.id,
        license_id=world.gina.license_id,
        at=AT,
    )
    with pytest.raises(WrongState):
        change(world, world.gina, PoolKind.FULL)
