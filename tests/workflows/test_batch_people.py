"""One thing done with many: shown with who is left out and why, then done as shown, or not."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from siegel.accounts.actions.roles import LastRegistrationAdmin
from siegel.accounts.models import RoleGrant
from siegel.accounts.permissions import SYSTEM, Role
from siegel.audit.models import Event
from siegel.boxes.models import Box
from siegel.core.refusal import Forbidden, NotFound
from siegel.licensing import actions
from siegel.licensing.kinds import LicenseState, PoolKind
from siegel.licensing.models import GroupMember, License
from siegel.licensing.queries.holder_filter import HolderFilter
from siegel.workflows.batch_changes import (
    HandOver,
    LeftOut,
    SetGroups,
    SetRights,
    SetRole,
    SetState,
)
from siegel.workflows.batch_people import SelectionChanged, change_many, plan_batch
from siegel.workflows.hand_over_boxes import hand_over_boxes
from siegel.workflows.reassignment_plan import ToOneself
from tests import cast, make

pytestmark = pytest.mark.django_db
EVERYBODY = HolderFilter()
SUSPEND, ACTIVATE = SetState(LicenseState.SUSPENDED), SetState(LicenseState.ACTIVE)


@pytest.fixture
def world():
    return cast.assemble()


def plan(world, change, who="anna", narrow=EVERYBODY):
    actor = getattr(world, who).actor
    return plan_batch(actor=actor, account_id=world.musterwerk.id, narrow=narrow, change=change)


def carry_out(world, change, confirmed, who="anna", narrow=EVERYBODY):
    return change_many(
        actor=getattr(world, who).actor,
        account_id=world.musterwerk.id,
        narrow=narrow,
        change=change,
        at=make.START,
        confirmed=confirmed,
    )


def short(people):
    return {one.row.email.split("@")[0] for one in people}


def reasons(found):
    return {reason: short(people) for reason, people in found.left_out.items()}


def test_suspending_everybody_leaves_out_oneself_those_above_and_who_has_not_registered(world):
    found = plan(world, SUSPEND, who="tom")
    assert short(found.people) == {"otto", "paul", "gina"}
    assert reasons(found) == {
        LeftOut.OWN: {"tom"},
        LeftOut.RANK: {"anna", "bea"},
        LeftOut.WAITING: {"ines"},
    }
    assert found.selected == 7
    assert carry_out(world, SUSPEND, found.hash, who="tom") == 3
    suspended = License.objects.filter(state=LicenseState.SUSPENDED)
    assert {row.holder.first_name for row in suspended} == {"Otto", "Paul", "Gina"}
    assert Event.objects.filter(verb="license.suspend").count() == 3


def test_done_and_undone_is_as_before(world):
    before = set(License.objects.values_list("id", "state", "holder"))
    carry_out(world, SUSPEND, plan(world, SUSPEND).hash)
    back = plan(world, ACTIVATE)
    assert short(back.people) == {"tom", "bea", "otto", "paul", "gina"}
    assert short(back.done) == {"anna"}
    carry_out(world, ACTIVATE, back.hash)
    assert set(License.objects.values_list("id", "state", "holder")) == before


def test_the_same_confirmation_twice_changes_nothing_more(world):
    found = plan(world, SUSPEND)
    assert carry_out(world, SUSPEND, found.hash) == 5
    events = Event.objects.count()
    assert carry_out(world, SUSPEND, found.hash) == 0
    assert Event.objects.count() == events


def test_what_a_colleague_changed_meanwhile_is_refused_and_nothing_is_done(world):
    found = plan(world, SUSPEND)
    make.person(world.musterwerk, "neu@musterwerk.test")
    with pytest.raises(SelectionChanged):
        carry_out(world, SUSPEND, found.hash)
    assert not License.objects.filter(state=LicenseState.SUSPENDED).exists()


def test_a_confirmation_is_for_one_change_and_one_selection(world):
    found = plan(world, SUSPEND)
    with pytest.raises(SelectionChanged):
        carry_out(world, SetRights({"notifications": False}), found.hash)
    with pytest.raises(SelectionChanged):
        carry_out(world, SUSPEND, found.hash, narrow=HolderFilter(kind=PoolKind.GUEST))


def test_a_role_is_given_to_all_with_a_full_license_and_withdrawn_again(world):
    give, withdraw = SetRole(Role.AUDITOR, give=True), SetRole(Role.AUDITOR, give=False)
    before = set(RoleGrant.objects.values_list("profile", "role"))
    found = plan(world, give)
    assert short(found.people) == {"anna", "tom", "bea", "paul", "ines"}
    assert reasons(found) == {LeftOut.GUEST: {"gina"}}
    assert short(found.done) == {"otto"}
    carry_out(world, give, found.hash)
    found = plan(world, withdraw)
    assert reasons(found) == {LeftOut.OWN: {"anna"}}
    carry_out(world, withdraw, found.hash)
    anna = (world.anna.profile_id, "auditor")
    otto = (world.otto.profile_id, "auditor")
    now = set(RoleGrant.objects.values_list("profile", "role"))
    assert now == (before | {anna}) - {otto}


def test_nobody_gives_roles_above_their_own(world):
    with pytest.raises(Forbidden):
        plan(world, SetRole(Role.REGISTRATION_ADMIN, give=True), who="tom")


def test_the_last_administrator_stays_whoever_asks(world):
    withdraw = SetRole(Role.REGISTRATION_ADMIN, give=False)
    asking = {"actor": SYSTEM, "account_id": world.musterwerk.id, "narrow": EVERYBODY}
    found = plan_batch(**asking, change=withdraw)
    with pytest.raises(LastRegistrationAdmin):
        change_many(**asking, change=withdraw, at=make.START, confirmed=found.hash)


def test_rights_change_for_full_licenses_and_mails_for_all(world):
    rights = SetRights({"creates_data_rooms": True, "sees": "own"})
    found = plan(world, rights)
    assert reasons(found) == {LeftOut.GUEST: {"gina"}}
    assert carry_out(world, rights, found.hash) == 6
    full = License.objects.filter(pool__kind=PoolKind.FULL, pool__account_id=world.musterwerk.id)
    assert set(full.values_list("creates_data_rooms", "sees")) == {(True, "own")}
    assert plan(world, rights).people == ()
    mails = SetRights({"notifications": False})
    assert carry_out(world, mails, plan(world, mails).hash) == 7


def test_groups_are_joined_and_left_by_a_selection(world):
    old, new = (
        actions.create_group(
            actor=world.anna.actor, account_id=world.musterwerk.id, name=name, at=make.START
        )
        for name in ("Alt", "Neu")
    )
    some = HolderFilter(licenses=(world.paul.license_id, world.gina.license_id))
    carry_out(
        world,
        SetGroups(join=(old,)),
        plan(world, SetGroups(join=(old,)), narrow=some).hash,
        narrow=some,
    )
    both = SetGroups(join=(new,), leave=(old,))
    found = plan(world, both, narrow=HolderFilter(group=old))
    assert short(found.people) == {"paul", "gina"}
    carry_out(world, both, found.hash, narrow=HolderFilter(group=old))
    assert set(GroupMember.objects.values_list("group", "license")) == {
        (new, world.paul.license_id),
        (new, world.gina.license_id),
    }
    (event,) = Event.objects.filter(verb="license.groups", subject_id=world.paul.person_id)[1:]
    assert {event.data["joined"], event.data["left"]} <= {"Alt", "Neu", ""}


def test_boxes_are_handed_over_and_the_people_stay(world):
    for owner, size in ((world.paul, 5), (world.paul, 7), (world.otto, 11)):
        make.box(owner, size=size)
    change = HandOver(world.tom.license_id)
    found = plan(world, change)
    assert (found.boxes, found.owned_bytes) == (3, 23)
    assert short(found.people) == {"paul", "otto"}
    assert reasons(found) == {
        LeftOut.SUCCESSOR: {"tom"},
        LeftOut.NO_BOXES: {"anna", "bea", "gina", "ines"},
    }
    make.box(world.paul, size=1)
    with pytest.raises(SelectionChanged):
        carry_out(world, change, found.hash)
    carry_out(world, change, plan(world, change).hash)
    assert set(Box.objects.values_list("owner", flat=True)) == {world.tom.license_id}
    tom = License.objects.get(id=world.tom.license_id)
    assert (tom.boxes, tom.owned_bytes) == (4, 24)
    assert License.objects.filter(released_at=None).count() >= 7


def test_nobody_hands_the_boxes_of_others_to_themselves(world):
    make.box(world.paul)
    with pytest.raises(ToOneself):
        plan(world, HandOver(world.anna.license_id))


def test_boxes_of_those_above_stay_with_them(world):
    make.box(world.anna)
    make.box(world.otto)
    found = plan(world, HandOver(world.paul.license_id), who="tom")
    assert short(found.people) == {"otto"}
    assert "anna" in reasons(found)[LeftOut.RANK]
    with pytest.raises(Forbidden):
        hand_over_boxes(
            actor=world.tom.actor,
            account_id=world.musterwerk.id,
            from_license=world.anna.license_id,
            to_license=world.paul.license_id,
            at=make.START,
        )


def test_handing_over_is_in_the_log_for_each_owner(world):
    make.box(world.paul)
    make.box(world.otto)
    change = HandOver(world.tom.license_id)
    carry_out(world, change, plan(world, change).hash)
    rows = Event.objects.filter(verb="box.hand-over", actor_id=world.anna.person_id)
    assert set(rows.values_list("subject_id", "data__boxes")) == {
        (world.paul.person_id, 1),
        (world.otto.person_id, 1),
    }


@pytest.mark.parametrize("who", ["bea", "otto", "paul", "gina"])
@pytest.mark.parametrize(
    "change", [SUSPEND, SetRole(Role.AUDITOR, give=True), SetRights({"notifications": False})]
)
def test_only_administrators_plan_a_batch(world, who, change):
    with pytest.raises(Forbidden):
        plan(world, change, who=who)


def test_another_account_is_not_there(world):
    with pytest.raises(NotFound):
        plan(world, SUSPEND, who="xaver")
    theirs = HolderFilter(licenses=(world.xaver.license_id,))
    assert plan(world, SUSPEND, narrow=theirs).selected == 0


def test_a_plan_takes_as_many_statements_for_many_people(world):
    actor = world.anna.actor

    def count():
        with CaptureQueriesContext(connection) as statements:
            plan_batch(
                actor=actor,
                account_id=world.musterwerk.id,
                narrow=EVERYBODY,
                change=SetGroups(join=()),
            )
        return len(statements)

    few = count()
    make.book(world.musterwerk, full=60)
    make.people(world.musterwerk, 45)
    assert count() <= few <= 6
