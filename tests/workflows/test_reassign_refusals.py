"""Whoever cannot be the successor, and plans that no longer hold: one sentence, no change."""

import pytest
from django.utils import timezone

from siegel.core.refusal import BadInput, Forbidden, NotFound
from siegel.licensing.actions.licenses import WrongState
from siegel.workflows.reassign_license import ReassignmentOvertaken, reassign_license
from siegel.workflows.reassignment_plan import (
    SamePerson,
    SuccessorSuspended,
    ToOneself,
    Way,
    plan_reassignment,
)
from siegel.workflows.remove_people import remove_person
from siegel.workflows.suspend_license import OwnLicense, suspend_license
from tests import cast, make
from tests.workflows.test_reassign_license import (
    NEW,
    about,
    dump,
    reassign,
)

pytestmark = pytest.mark.django_db

# --- No -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("by", "whom", "email", "no"),
    [
        ("tom", "paul", "paul@musterwerk.test", SamePerson),
        ("tom", "paul", " PAUL@Musterwerk.test ", SamePerson),
        ("tom", "paul", "tom@musterwerk.test", ToOneself),
        ("tom", "tom", NEW, OwnLicense),
        ("tom", "paul", "bea@musterwerk.test", SuccessorSuspended),
        ("tom", "paul", "keine adresse", BadInput),
        ("tom", "paul", "", BadInput),
        ("xaver", "paul", NEW, NotFound),
        ("otto", "paul", NEW, Forbidden),
    ],
)
def test_each_no_has_its_reason_and_changes_nothing(by, whom, email, no):
    world = cast.assemble()
    suspend_license(
        actor=world.anna.actor,
        account_id=world.musterwerk.id,
        license_id=world.bea.license_id,
        at=timezone.now(),
    )
    request = about(getattr(world, by), getattr(world, whom), email)
    before = dump()
    for attempt in (
        lambda: plan_reassignment(**request),
        lambda: reassign_license(**request, confirmed="0" * 64),
    ):
        with pytest.raises(no) as refusal:
            attempt()
        assert str(refusal.value).strip().endswith(".")
    assert dump() == before


def test_a_license_of_another_account_is_not_found():
    world = cast.assemble()
    request = about(world.tom, world.xaver) | {"account_id": world.musterwerk.id}
    with pytest.raises(NotFound):
        plan_reassignment(**request)


def test_an_ended_license_is_not_reassigned():
    world = cast.assemble()
    remove_person(
        actor=world.tom.actor,
        account_id=world.musterwerk.id,
        license_id=world.paul.license_id,
        at=timezone.now(),
    )
    with pytest.raises(WrongState):
        plan_reassignment(**about(world.tom, world.paul))


@pytest.mark.parametrize("forged", ["", "x" * 64, "\x00" * 64, "0" * 64])
def test_a_forged_confirmation_changes_nothing(forged):
    world = cast.assemble()
    before = dump()
    with pytest.raises(ReassignmentOvertaken):
        reassign_license(**about(world.tom, world.paul), confirmed=forged)
    assert dump() == before


def test_a_plan_that_was_overtaken_is_not_carried_out():
    world = cast.assemble()
    request = about(world.tom, world.paul)
    plan = plan_reassignment(**request)
    make.box(world.paul)
    before = dump()
    with pytest.raises(ReassignmentOvertaken):
        reassign_license(**request, confirmed=plan.hash)
    assert dump() == before


def test_the_successor_who_got_a_license_meanwhile_is_asked_about_again():
    world = cast.assemble()
    request = about(world.tom, world.paul)
    plan = plan_reassignment(**request)
    make.person(world.musterwerk, NEW)
    with pytest.raises(ReassignmentOvertaken):
        reassign_license(**request, confirmed=plan.hash)
    assert plan_reassignment(**request).way == Way.UNITE


def test_the_same_plan_confirmed_twice_is_carried_out_once():
    world = cast.assemble()
    request = about(world.tom, world.paul)
    plan = plan_reassignment(**request)
    first = reassign_license(**request, confirmed=plan.hash)
    before = dump()
    again = reassign_license(**request, confirmed=plan.hash)
    assert (first.repeated, again.repeated) == (False, True)
    assert again.license_id == first.license_id
    assert dump() == before


def test_there_and_back_again_is_another_plan_each_time():
    world = cast.assemble()
    first = plan_reassignment(**about(world.tom, world.paul))
    reassign(world.tom, world.paul)
    reassign(world.tom, world.paul, world.paul.email)
    again = plan_reassignment(**about(world.tom, world.paul))
    assert again.hash != first.hash
    assert not reassign(world.tom, world.paul).repeated
