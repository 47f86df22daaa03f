"""Reassigning at once with others, and with more: one succeeds, and it costs no more."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from siegel.licensing.kinds import PoolKind
from siegel.licensing.models import License
from siegel.workflows.reassign_license import reassign_license
from siegel.workflows.reassignment_plan import (
    plan_reassignment,
)
from tests import cast, make
from tests.workflows.test_accept_invitation import at_once
from tests.workflows.test_reassign_license import NEW, about

pytestmark = pytest.mark.django_db

# --- Speed and races ------------------------------------------------------------------------


@pytest.mark.parametrize("email", [NEW, "bea@musterwerk.test", "gina@kanzlei.test"])
def test_the_number_of_statements_does_not_depend_on_how_much_there_is(email):
    world = cast.assemble()
    counts = []
    for number, much in enumerate((1, 12)):
        leaver = make.person(world.musterwerk, f"leaver{number}@musterwerk.test")
        to = email
        if email == world.gina.email:
            to = f"guest{number}@kanzlei.test"
            guest = make.person(world.musterwerk, to, kind=PoolKind.GUEST)
        successor = guest if email == world.gina.email else world.bea
        for _box in range(much):
            make.box(leaver, members=(successor, world.otto))
            make.box(world.anna, members=(leaver, successor))
            make.box(world.anna, members=(leaver,))
        request = about(world.tom, leaver, to if email != NEW else f"new{number}@musterwerk.test")
        plan = plan_reassignment(**request)
        with CaptureQueriesContext(connection) as queries:
            reassign_license(**request, confirmed=plan.hash)
        counts.append(len(queries))
    assert counts[0] == counts[1]


def confirming(request):
    plan = plan_reassignment(**request)
    return lambda: reassign_license(**request, confirmed=plan.hash)


def kinds_of(results):
    return sorted(type(result).__name__ for result in results)


@pytest.mark.django_db(transaction=True)
@pytest.mark.race
def test_of_two_administrators_who_reassign_at_once_one_succeeds():
    world = cast.assemble()
    results = at_once(
        confirming(about(world.anna, world.paul)),
        confirming(about(world.tom, world.paul, "nina@musterwerk.test")),
    )
    assert kinds_of(results) == ["Reassigned", "ReassignmentOvertaken"]
    (done,) = (result for result in results if not isinstance(result, Exception))
    assert License.objects.get(id=world.paul.license_id).holder_id == done.profile_id
    assert License.objects.filter(continued_by=world.paul.license_id).count() == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.race
def test_one_plan_confirmed_twice_at_once_is_carried_out_once():
    world = cast.assemble()
    results = at_once(*[confirming(about(world.tom, world.paul, at=timezone.now()))] * 2)
    assert sorted(result.repeated for result in results) == [False, True]
    assert License.objects.filter(continued_by=world.paul.license_id).count() == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.race
def test_a_successor_who_gets_a_license_at_once_has_one_in_the_end():
    world = cast.assemble()
    results = at_once(
        confirming(about(world.tom, world.paul)),
        lambda: make.person(world.musterwerk, NEW, active=False),
    )
    live = License.objects.filter(holder__email=NEW, released_at=None)
    assert live.count() == 1
    assert kinds_of(results) in (
        ["AlreadyLicensed", "Reassigned"],
        ["ReassignmentOvertaken", "Somebody"],
    )


@pytest.mark.django_db(transaction=True)
@pytest.mark.race
def test_two_who_swap_licenses_do_not_wait_for_each_other_forever():
    world = cast.assemble()
    results = at_once(
        confirming(about(world.anna, world.paul, world.bea.email)),
        confirming(about(world.anna, world.bea, world.paul.email)),
    )
    assert kinds_of(results) in (
        ["Reassigned", "WrongState"],
        ["Reassigned", "ReassignmentOvertaken"],
    )
    both = License.objects.filter(id__in=[world.paul.license_id, world.bea.license_id])
    assert both.filter(released_at=None).count() == 1
