"""Removing people: what the plan says is what happens, and nothing is lost."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from siegel.accounts.actions import LastRegistrationAdmin
from siegel.accounts.models import Person
from siegel.accounts.permissions import OPERATOR_SHELL, SYSTEM, Role
from siegel.audit.models import Event
from siegel.boxes.kinds import BoxKind
from siegel.boxes.models import Box, BoxMember, BoxMove
from siegel.core.refusal import BadInput, Forbidden, NotFound
from siegel.licensing import actions as licensing
from siegel.licensing.kinds import LicenseState, PoolKind
from siegel.licensing.models import LedgerEntry, License, Removal, Sponsorship
from siegel.licensing.queries.status import license_status
from siegel.workflows.change_kind import change_kind
from siegel.workflows.change_roles import grant_role
from siegel.workflows.removal_plan import (
    BIN,
    MOST,
    BoxesUndecided,
    Decisions,
    Destination,
    NoSuccessor,
    plan_removal,
)
from siegel.workflows.remove_people import (
    RemovalOvertaken,
    Removed,
    end_licenses,
    remove_people,
    remove_person,
)
from siegel.workflows.suspend_license import OwnLicense, suspend_license
from tests import cast, make

pytestmark = pytest.mark.django_db


def of(by, *whom, decisions=None, at=None):
    return {
        "actor": by.actor,
        "account_id": whom[0].account.id,
        "license_ids": [one.license_id for one in whom],
        "at": at or timezone.now(),
        "decisions": decisions or Decisions(),
    }


def to(somebody):
    return Destination(somebody.license_id)


def remove(by, *whom, decisions=None, at=None):
    given = of(by, *whom, decisions=decisions, at=at)
    plan = plan_removal(**given)
    return plan, remove_people(**given, confirmed=plan.hash)


def sponsor(of_, *guests):
    licensing.add_sponsor(
        guest_ids=[one.license_id for one in guests], sponsor_id=of_.license_id, at=make.START
    )


def test_boxes_go_to_the_successor_and_whoever_works_in_them_goes_on():
    world = cast.assemble()
    box = make.box(world.paul, members=(world.gina, world.otto), files=3, size=5_000)
    members = set(BoxMember.objects.values_list("box", "license", "role"))
    plan, done = remove(world.anna, world.paul, decisions=Decisions(to(world.tom)))
    (leaver,) = plan.leavers
    assert (leaver.owned.boxes, leaver.owned.files, leaver.owned.bytes) == (1, 3, 5_000)
    assert (leaver.owned.shared, leaver.owned.others, plan.others) == (1, 2, 2)
    assert done == Removed(1, 1, 0, 0)
    assert Box.objects.get(id=box).owner_id == world.tom.license_id
    assert set(BoxMember.objects.values_list("box", "license", "role")) == members
    row = License.objects.get(id=world.paul.license_id)
    assert (row.state, row.boxes, row.owned_bytes) == ("released", 0, 0)
    removal = Removal.objects.get()
    assert BoxMove.objects.get().removal_id == removal.id
    assert removal.erase_after - removal.removed_at == timedelta(days=30)


def test_three_people_go_with_two_successors_and_the_bin():
    world = cast.assemble()
    uwe = make.person(world.musterwerk, "uwe@musterwerk.test", "Uwe", "Voss")
    make.book(world.musterwerk, data_rooms=1)
    for who, count in ((world.paul, 2), (world.bea, 3), (world.otto, 1)):
        for number in range(count):
            make.box(who, f"Box {number}", members=(world.gina,), files=1, size=10)
    make.box(world.otto, "Raum", kind=BoxKind.DATA_ROOM)
    decisions = Decisions(
        to(world.tom), {world.bea.license_id: to(uwe), world.otto.license_id: BIN}
    )
    plan, done = remove(world.anna, world.paul, world.bea, world.otto, decisions=decisions)
    sums = plan.totals
    assert (sums.people, sums.boxes, sums.handed_over, sums.binned) == (3, 7, 5, 2)
    assert (sums.binned_data_rooms, sums.binned_shared, sums.undecided) == (1, 1, 0)
    assert [(one.row.name, one.boxes) for one in plan.takings] == [
        ("Tom Brandt", 2),
        ("Uwe Voss", 3),
    ]
    assert (done.people, done.handed_over, done.binned) == (3, 5, 2)
    assert License.objects.get(id=world.tom.license_id).boxes == 2
    assert License.objects.get(id=uwe.license_id).boxes == 3
    assert Box.objects.filter(binned_at__isnull=False).count() == 2
    after = license_status(world.musterwerk.id)
    assert after.of(PoolKind.DATA_ROOM).used == 0
    assert after.of(PoolKind.FULL).used == plan.status.of(PoolKind.FULL).used - 3
    assert after.of(PoolKind.FULL).used == 7 - 3
    assert LedgerEntry.objects.filter(reason="remove").count() == 4


def test_while_somebody_is_undecided_nothing_can_be_confirmed():
    world = cast.assemble()
    make.box(world.paul)
    given = of(world.anna, world.paul, world.otto)
    plan = plan_removal(**given)
    assert [one.row.name for one in plan.undecided] == ["Paul Özdemir"]
    with pytest.raises(BoxesUndecided) as no:
        remove_people(**given, confirmed=plan.hash)
    assert (no.value.data["boxes"], no.value.rows) == (1, ("Paul Özdemir: 1 Box",))
    with pytest.raises(BoxesUndecided):
        remove_person(
            actor=world.anna.actor,
            account_id=world.musterwerk.id,
            license_id=world.paul.license_id,
            at=timezone.now(),
        )
    assert not Removal.objects.exists()


def test_the_same_plan_confirmed_twice_is_carried_out_once():
    world = cast.assemble()
    make.box(world.paul)
    given = of(world.anna, world.paul, decisions=Decisions(BIN))
    plan = plan_removal(**given)
    first = remove_people(**given, confirmed=plan.hash)
    assert remove_people(**given, confirmed=plan.hash) == first
    assert (Removal.objects.count(), Event.objects.filter(verb="license.remove").count()) == (1, 1)


@pytest.mark.parametrize("what", ["box", "member", "role", "guest", "file", "suspend", "removed"])
def test_whatever_changes_after_the_preview_stops_it_and_is_named(what):
    world = cast.assemble()
    box = make.box(world.paul)
    given = of(world.anna, world.paul, world.otto, decisions=Decisions(to(world.tom)))
    plan = plan_removal(**given)
    seen = {one.row.license_id: one.print for one in plan.leavers}
    about = {"actor": world.tom.actor, "account_id": world.musterwerk.id, "at": timezone.now()}
    {
        "box": lambda: make.box(world.paul),
        "member": lambda: make.box(world.otto, members=(world.gina,)),
        "role": lambda: grant_role(**about, license_id=world.paul.license_id, role=Role.AUDITOR),
        "guest": lambda: sponsor(world.paul, world.gina),
        "file": lambda: make.boxes.change_content(box_id=box, files=1, size=1),
        "suspend": lambda: suspend_license(**about, license_id=world.paul.license_id),
        "removed": lambda: remove_person(**about, license_id=world.otto.license_id),
    }[what]()
    before = Removal.objects.count()
    with pytest.raises(RemovalOvertaken) as no:
        remove_people(**given, confirmed=plan.hash, seen=seen)
    assert no.value.rows
    assert Removal.objects.count() == before
    assert License.objects.get(id=world.paul.license_id).released_at is None


def test_nothing_else_than_what_was_chosen_is_carried_out():
    world = cast.assemble()
    make.box(world.paul)
    shown = plan_removal(**of(world.anna, world.paul, decisions=Decisions(to(world.tom))))
    with pytest.raises(RemovalOvertaken):
        remove_people(**of(world.anna, world.paul, decisions=Decisions(BIN)), confirmed=shown.hash)


def test_who_cannot_be_removed_stays_and_is_named():
    world = cast.assemble()
    plan = plan_removal(**of(world.tom, world.tom, world.anna, world.paul))
    assert {(one.row.name, type(one.why)) for one in plan.kept} == {
        ("Tom Brandt", OwnLicense),
        ("Anna Krüger", Forbidden),
    }
    assert [one.row.name for one in plan.leavers] == ["Paul Özdemir"]
    _plan, done = remove(world.tom, world.tom, world.anna, world.paul)
    assert done.people == 1
    assert world.anna.actor.license_id and world.tom.actor.license_id


def test_alone_they_are_refused():
    world = cast.assemble()
    with pytest.raises(OwnLicense):
        plan_removal(**of(world.anna, world.anna))
    with pytest.raises(Forbidden):
        plan_removal(**of(world.tom, world.anna))
    everybody = of(world.anna, world.anna) | {"actor": OPERATOR_SHELL}
    with pytest.raises(LastRegistrationAdmin):
        plan_removal(**everybody)
    grant_role(
        actor=world.anna.actor,
        account_id=world.musterwerk.id,
        license_id=world.paul.license_id,
        role=Role.REGISTRATION_ADMIN,
        at=timezone.now(),
    )
    both = of(world.anna, world.anna, world.paul) | {"actor": OPERATOR_SHELL}
    with pytest.raises(LastRegistrationAdmin):
        plan_removal(**both)


@pytest.mark.parametrize("who", ["gina", "otto", "paul"])
def test_boxes_go_to_nobody_who_leaves_is_suspended_or_a_guest(who):
    world = cast.assemble()
    make.box(world.paul)
    suspend_license(
        actor=world.anna.actor,
        account_id=world.musterwerk.id,
        license_id=world.otto.license_id,
        at=timezone.now(),
    )
    with pytest.raises(NoSuccessor):
        plan_removal(**of(world.anna, world.paul, decisions=Decisions(to(getattr(world, who)))))


def test_strangers_and_people_without_the_right_learn_nothing():
    world = cast.assemble()
    for by, no in ((world.paul, Forbidden), (world.otto, Forbidden), (world.xaver, NotFound)):
        with pytest.raises(no):
            plan_removal(**of(by, world.gina))
    for whom in ([world.xaver], [world.paul, world.xaver]):
        with pytest.raises(NotFound):
            plan_removal(**of(world.anna, *whom) | {"account_id": world.musterwerk.id})
    make.box(world.paul)
    with pytest.raises(NotFound):
        plan_removal(**of(world.anna, world.paul, decisions=Decisions(to(world.xaver))))


def test_nobody_or_too_many_is_a_sentence():
    world = cast.assemble()
    with pytest.raises(BadInput):
        plan_removal(**of(world.anna, world.paul) | {"license_ids": []})
    with pytest.raises(BadInput):
        plan_removal(
            **of(world.anna, world.paul) | {"license_ids": [world.paul.license_id] * (MOST + 1)}
        )


def test_guests_go_along_to_the_successor_and_without_one_stay_alone():
    world = cast.assemble()
    jonas = make.person(world.musterwerk, "jonas@kanzlei.test", kind=PoolKind.GUEST)
    sponsor(world.paul, world.gina, jonas)
    sponsor(world.otto, jonas)
    (leaver,) = plan_removal(**of(world.anna, world.paul)).leavers
    assert (leaver.guests.all, leaver.guests.alone) == (2, 1)
    plan, done = remove(world.anna, world.paul, decisions=Decisions(to(world.tom)))
    assert (plan.totals.guests_alone, done.guests) == (0, 2)
    of_tom = Sponsorship.objects.filter(sponsor=world.tom.license_id)
    assert set(of_tom.values_list("guest", flat=True)) == {world.gina.license_id, jonas.license_id}


def test_sessions_end_where_no_other_license_is_left():
    world = cast.assemble()
    make.person(world.anderswo, world.otto.email)
    epochs = dict(Person.objects.values_list("id", "session_epoch"))
    remove(world.anna, world.paul, world.otto)
    changed = {
        id_
        for id_, epoch in Person.objects.values_list("id", "session_epoch")
        if epoch != epochs[id_]
    }
    assert changed == {world.paul.person_id}


def test_expired_guests_end_through_the_same_door():
    world = cast.assemble()
    for _again in range(2):
        end_licenses(
            actor=SYSTEM,
            account_id=world.musterwerk.id,
            license_ids=[world.gina.license_id],
            at=timezone.now(),
            reason="expired",
        )
    assert Removal.objects.get().reason == "expired"
    assert LedgerEntry.objects.get(reason="expire").license_id == world.gina.license_id
    assert Event.objects.filter(verb="license.expire").count() == 1


def test_many_people_cost_as_many_statements_as_few():
    counts = []
    for slug, people in (("klein", 3), ("gross", 40)):
        anna = make.account(slug, slug, admin_email=f"a@{slug}.test", full=60)
        new = make.profiles(anna.account, people, prefix=slug)
        ids = licensing.assign_licenses(
            actor=SYSTEM,
            account_id=anna.account.id,
            kind=PoolKind.FULL,
            holder_ids=new,
            at=make.START,
            state=LicenseState.ACTIVE,
        )
        for license_id in ids:
            made = make.Somebody(anna.account, new[0], anna.person_id, "", license_id)
            make.box(made)
            make.box(made)
        given = {
            "actor": anna.actor,
            "account_id": anna.account.id,
            "license_ids": ids,
            "at": timezone.now(),
            "decisions": Decisions(to(anna), {ids[0]: BIN}),
        }
        with CaptureQueriesContext(
            connection,
        ) as planning:
            plan = plan_removal(**given)
        with CaptureQueriesContext(connection) as doing:
            remove_people(**given, confirmed=plan.hash)
        counts.append((len(planning), len(doing)))
    assert counts[0][0] == counts[1][0]
    # One statement for each person is left: what they own is counted down, in one round trip.
    assert counts[1][1] - counts[0][1] <= 40


def test_a_former_guest_who_has_a_full_license_now_is_no_guest_of_the_leaver():
    world = cast.assemble()
    sponsor(world.paul, world.gina)
    change_kind(
        actor=world.anna.actor,
        account_id=world.musterwerk.id,
        license_id=world.gina.license_id,
        to=PoolKind.FULL,
        at=timezone.now(),
    )
    plan, done = remove(world.anna, world.paul, decisions=Decisions(to(world.tom)))
    assert (plan.leavers[0].guests.all, done.guests) == (0, 0)
    assert not Sponsorship.objects.filter(sponsor=world.tom.license_id).exists()
