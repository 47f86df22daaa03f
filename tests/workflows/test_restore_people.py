"""Restoring: remove and restore is as if nothing had been, and every no says what would help."""

from datetime import timedelta

import pytest
from django.utils import timezone

from siegel.accounts.actions import PersonData
from siegel.accounts.models import RoleGrant
from siegel.accounts.people_files import read_people
from siegel.accounts.permissions import SYSTEM, Role
from siegel.audit.models import Event
from siegel.boxes import actions as boxes
from siegel.boxes.kinds import BoxKind
from siegel.boxes.models import Box
from siegel.core.refusal import BadInput, Forbidden, NotFound
from siegel.licensing import actions as licensing
from siegel.licensing.actions.licenses import NoFreeLicense
from siegel.licensing.kinds import LicenseState, PoolKind
from siegel.licensing.models import License, Removal, Sponsorship
from siegel.workflows import restore_people as restoring
from siegel.workflows.change_roles import grant_role
from siegel.workflows.erase_people import erase_due
from siegel.workflows.import_people import Outcome, plan_import
from siegel.workflows.in_bin import LiesInBin
from siegel.workflows.invite_person import invite_person
from siegel.workflows.removal_plan import BIN, Decisions
from siegel.workflows.remove_people import end_licenses
from siegel.workflows.restore_people import (
    GuestCannotOwn,
    Restored,
    RestoreOvertaken,
    plan_restore,
    restore_people,
)
from siegel.workflows.suspend_license import suspend_license
from tests import cast, make
from tests.dump import dump
from tests.workflows.test_remove_people import remove, sponsor, to

pytestmark = pytest.mark.django_db


def open_removals():
    rows = Removal.objects.filter(restored_at=None, erased_at=None)
    return list(rows.order_by("id").values_list("id", flat=True))


def restore(by, **options):
    given = {"actor": by.actor, "account_id": by.account.id, "removal_ids": open_removals()}
    plan = plan_restore(**given, **options)
    done = restore_people(**given, **options, at=timezone.now(), confirmed=plan.hash)
    return plan, done


def lived_in(world):
    """Give Paul, Tom and Gina everything that a removal touches."""
    make.book(world.musterwerk, data_rooms=2)
    make.box(world.paul, "A", members=(world.tom, world.gina), files=2, size=10)
    make.box(world.paul, "B", kind=BoxKind.DATA_ROOM, members=(world.otto,), files=1, size=7)
    make.box(world.tom, "C", kind=BoxKind.TEMPORARY, members=(world.paul,))
    make.box(world.anna, "D", members=(world.paul, world.tom))
    sponsor(world.paul, world.gina)
    about = {"actor": SYSTEM, "account_id": world.musterwerk.id}
    group = licensing.create_group(**about, name="Vertrieb", at=make.START)
    licensing.change_groups(
        **about,
        license_ids=[world.paul.license_id, world.tom.license_id],
        join=[group],
        at=make.START,
    )


@pytest.mark.parametrize("where", ["successor", "bin", "mixed"])
def test_removing_and_restoring_is_as_if_nothing_had_been(where):
    world = cast.assemble()
    lived_in(world)
    decisions = {
        "successor": Decisions(to(world.anna)),
        "bin": Decisions(BIN),
        "mixed": Decisions(BIN, {world.paul.license_id: to(world.anna)}),
    }[where]
    before = dump()
    remove(world.anna, world.paul, world.tom, world.gina, decisions=decisions)
    assert dump() != before
    plan, done = restore(world.anna)
    assert dump() == before
    assert done.people == len(plan.people) == 3
    assert done.boxes == sum(one.boxes.in_bin for one in plan.people)
    assert done.back == sum(one.boxes.handed_over for one in plan.people)
    assert done.boxes + done.back == 3
    assert Event.objects.filter(verb="license.restore").count() == 3


def test_restoring_twice_changes_nothing():
    world = cast.assemble()
    remove(world.anna, world.paul)
    given = {
        "actor": world.anna.actor,
        "account_id": world.musterwerk.id,
        "removal_ids": open_removals(),
        "at": timezone.now(),
    }
    assert restore_people(**given).people == 1
    assert restore_people(**given) == Restored(0, 0, 0)


def test_who_was_removed_twice_can_be_restored_twice():
    world = cast.assemble()
    make.box(world.paul)
    before = dump()
    for _again in range(2):
        remove(world.anna, world.paul, decisions=Decisions(to(world.tom)))
        restore(world.anna)
        assert dump() == before


def test_boxes_that_the_successor_shall_keep_stay_and_those_passed_on_as_well():
    world = cast.assemble()
    kept, passed = make.box(world.paul, "A"), make.box(world.paul, "B")
    sponsor(world.paul, world.gina)
    remove(world.anna, world.paul, decisions=Decisions(to(world.tom)))
    _plan, done = restore(world.anna, take_back=False)
    assert (done.back, Box.objects.get(id=kept).owner_id) == (0, world.tom.license_id)
    assert License.objects.get(id=world.paul.license_id).boxes == 0
    assert Box.objects.get(id=passed).owner_id == world.tom.license_id
    sponsors = Sponsorship.objects.filter(guest=world.gina.license_id)
    assert set(sponsors.values_list("sponsor", flat=True)) == {world.paul.license_id}


def test_only_boxes_that_the_successor_still_has_come_back():
    world = cast.assemble()
    make.box(world.paul, "A")
    remove(world.anna, world.paul, decisions=Decisions(to(world.tom)))
    boxes.move_boxes(
        actor=world.anna.actor,
        account_id=world.musterwerk.id,
        from_license=world.tom.license_id,
        to_license=world.otto.license_id,
        at=timezone.now(),
    )
    plan, done = restore(world.anna)
    assert (plan.people[0].boxes.handed_over, done.back) == (0, 0)
    assert Box.objects.get().owner_id == world.otto.license_id


def test_into_a_full_account_nobody_comes_back_and_the_refusal_says_why():
    world = cast.assemble()
    remove(world.anna, world.paul, world.otto)
    pool = make.pool(world.musterwerk, PoolKind.FULL)
    make.people(world.musterwerk, pool.booked - pool.used - 1)
    before = dump()
    with pytest.raises(NoFreeLicense) as no:
        restore(world.anna)
    assert no.value.data["missing"] == {"full": 1}
    assert {way.code for way in no.value.ways_out} == {"book-more", "free-one"}
    assert "2" in no.value.rows[0]
    assert dump() == before


def test_a_data_room_needs_a_free_license_of_its_own():
    world = cast.assemble()
    make.box(world.paul, kind=BoxKind.DATA_ROOM)
    remove(world.anna, world.paul, decisions=Decisions(BIN))
    make.box(world.tom, kind=BoxKind.DATA_ROOM)
    with pytest.raises(NoFreeLicense) as no:
        restore(world.anna)
    assert no.value.data["missing"] == {"data_room": 1}
    make.book(world.musterwerk, data_rooms=1)
    _plan, done = restore(world.anna)
    assert done.boxes == 1


def test_who_got_another_license_meanwhile_keeps_it_and_gets_everything_there():
    world = cast.assemble()
    lived_in(world)
    remove(world.anna, world.paul, decisions=Decisions(BIN))
    again = licensing.assign_license(
        actor=SYSTEM,
        account_id=world.musterwerk.id,
        kind=PoolKind.FULL,
        holder_id=world.paul.profile_id,
        at=timezone.now(),
    )
    used = make.pool(world.musterwerk, PoolKind.FULL).used
    plan, done = restore(world.anna)
    assert plan.people[0].other.license_id == again
    assert (done.boxes, make.pool(world.musterwerk, PoolKind.FULL).used) == (2, used)
    assert Box.objects.filter(owner=again, binned_at=None).count() == 2
    assert License.objects.get(id=again).boxes == 2
    assert License.objects.get(id=world.paul.license_id).state == LicenseState.RELEASED
    assert Sponsorship.objects.get(guest=world.gina.license_id).sponsor_id == again


def test_who_came_back_as_a_guest_cannot_get_the_boxes():
    world = cast.assemble()
    make.box(world.paul)
    remove(world.anna, world.paul, decisions=Decisions(to(world.tom)))
    licensing.assign_license(
        actor=SYSTEM,
        account_id=world.musterwerk.id,
        kind=PoolKind.GUEST,
        holder_id=world.paul.profile_id,
        at=timezone.now(),
    )
    before = dump()
    with pytest.raises(GuestCannotOwn):
        restore(world.anna)
    assert dump() == before


def test_roles_come_back_as_far_as_the_restorer_may_give_them():
    world = cast.assemble()
    for role in (Role.AUDITOR, Role.REGISTRATION_ADMIN):
        grant_role(
            actor=world.anna.actor,
            account_id=world.musterwerk.id,
            license_id=world.paul.license_id,
            role=role,
            at=timezone.now(),
        )
    remove(world.anna, world.paul)
    plan, _done = restore(world.tom)
    assert plan.people[0].roles == (Role.AUDITOR,)
    assert plan.people[0].roles_lost == (Role.REGISTRATION_ADMIN,)
    of_paul = RoleGrant.objects.filter(profile=world.paul.profile_id)
    assert list(of_paul.values_list("role", flat=True)) == [Role.AUDITOR]


def test_without_roles_none_come_back():
    world = cast.assemble()
    remove(world.anna, world.tom)
    restore(world.anna, roles=False)
    assert world.tom.actor.roles == frozenset()
    assert world.tom.actor.license_id == world.tom.license_id


def test_who_was_suspended_or_invited_is_so_again():
    world = cast.assemble()
    suspend_license(
        actor=world.anna.actor,
        account_id=world.musterwerk.id,
        license_id=world.paul.license_id,
        at=timezone.now(),
    )
    remove(world.anna, world.paul, world.ines)
    restore(world.anna)
    states = [License.objects.get(id=one.license_id).state for one in (world.paul, world.ines)]
    assert states == [LicenseState.SUSPENDED, LicenseState.INVITED]


def test_an_expired_guest_who_is_restored_does_not_end_again_at_once():
    world, now = cast.assemble(), timezone.now()
    licensing.set_end(
        actor=SYSTEM,
        account_id=world.musterwerk.id,
        license_ids=[world.gina.license_id],
        ends_at=now + timedelta(hours=1),
        idle_days=None,
        at=now,
    )
    end_licenses(
        actor=SYSTEM,
        account_id=world.musterwerk.id,
        license_ids=[world.gina.license_id],
        at=now + timedelta(hours=1),
    )
    restore_people(
        actor=world.anna.actor,
        account_id=world.musterwerk.id,
        removal_ids=open_removals(),
        at=now + timedelta(hours=2),
    )
    row = License.objects.get(id=world.gina.license_id)
    assert (row.state, row.ends_at) == (LicenseState.ACTIVE, None)


def test_what_has_changed_since_the_preview_is_not_carried_out():
    world = cast.assemble()
    make.box(world.paul)
    remove(world.anna, world.paul, decisions=Decisions(to(world.tom)))
    given = {
        "actor": world.anna.actor,
        "account_id": world.musterwerk.id,
        "removal_ids": open_removals(),
    }
    shown = plan_restore(**given)
    boxes.move_boxes(
        actor=world.anna.actor,
        account_id=world.musterwerk.id,
        from_license=world.tom.license_id,
        to_license=world.otto.license_id,
        at=timezone.now(),
    )
    with pytest.raises(RestoreOvertaken):
        restore_people(**given, at=timezone.now(), confirmed=shown.hash)


def test_strangers_and_people_without_the_right_learn_nothing():
    world = cast.assemble()
    remove(world.anna, world.paul)
    given = {"account_id": world.musterwerk.id, "removal_ids": open_removals()}
    for by, no in ((world.otto, Forbidden), (world.gina, Forbidden), (world.xaver, NotFound)):
        with pytest.raises(no):
            plan_restore(actor=by.actor, **given)
    with pytest.raises(NotFound):
        plan_restore(
            actor=world.xaver.actor,
            account_id=world.anderswo.id,
            removal_ids=given["removal_ids"],
        )
    with pytest.raises(BadInput):
        plan_restore(actor=world.anna.actor, account_id=world.musterwerk.id, removal_ids=[])


def test_who_lies_in_the_bin_is_not_invited_or_imported_a_second_time():
    world = cast.assemble()
    remove(world.anna, world.paul, world.ines)
    given = {"actor": world.anna.actor, "account_id": world.musterwerk.id}
    person = PersonData(world.paul.email)
    with pytest.raises(LiesInBin) as no:
        invite_person(**given, person=person, kind=PoolKind.GUEST, at=timezone.now())
    assert [way.code for way in no.value.ways_out] == ["restore"]
    file = read_people(
        f"email\n{world.paul.email}\n{world.ines.email}\nneu@musterwerk.test\n".encode(),
        file_name="x.csv",
        default_kind="full",
    )
    plan = plan_import(**given, file=file)
    assert [row.outcome for row in plan.rows] == [Outcome.BIN, Outcome.NEW, Outcome.NEW]
    assert "Papierkorb" in plan.rows[0].reason
    # Ines had never come: there is nothing to bring back, and she is simply invited anew.
    invite_person(
        **given, person=PersonData(world.ines.email), kind=PoolKind.FULL, at=timezone.now()
    )


def test_nobody_comes_back_who_was_erased_in_this_moment(monkeypatch):
    world = cast.assemble()
    remove(world.anna, world.paul)
    revive = restoring.licensing.revive_license

    def erased_first(**of):
        erase_due(at=timezone.now() + timedelta(days=31))
        revive(**of)

    monkeypatch.setattr(restoring.licensing, "revive_license", erased_first)
    with pytest.raises(RestoreOvertaken):
        restore(world.anna)
    assert License.objects.get(id=world.paul.license_id).state == LicenseState.RELEASED
