"""A guest takes over a license, and what becomes of the roles."""

import pytest
from django.utils import timezone

from siegel.accounts import actions as accounts
from siegel.accounts.actions import LastRegistrationAdmin
from siegel.accounts.models import RoleGrant
from siegel.accounts.permissions import OPERATOR_SHELL, Role
from siegel.accounts.queries import roles_of
from siegel.boxes.access import rights_in
from siegel.boxes.models import Box
from siegel.boxes.rules import Rights
from siegel.core.refusal import Forbidden
from siegel.licensing import actions as licensing
from siegel.licensing.kinds import LicenseState, PoolKind
from siegel.licensing.models import License, Sponsorship
from siegel.licensing.queries.seats import seats_of
from siegel.workflows.accept_invitation import register
from siegel.workflows.invite_person import invite_person
from siegel.workflows.reassign_license import reassign_license
from siegel.workflows.reassignment_plan import (
    Way,
    Wish,
    plan_reassignment,
)
from tests import cast, make
from tests.workflows.test_reassign_license import (
    GOOD,
    NEW,
    about,
    dump,
    figures,
    fill,
    furnish,
    reassign,
)

pytestmark = pytest.mark.django_db

# --- A guest --------------------------------------------------------------------------------


def test_a_guest_is_promoted_in_a_full_account_and_keeps_every_place():
    world = cast.assemble()
    theirs = furnish(world)
    own = make.box(world.tom, "Toms", members=(world.gina,))
    fill(world.musterwerk)
    before = figures(world.musterwerk)
    plan = plan_reassignment(**about(world.tom, world.paul, world.gina.email))
    assert (plan.way, plan.freed) == (Way.PROMOTE, PoolKind.GUEST)
    done = reassign(world.tom, world.paul, world.gina.email)
    assert (done.license_id, done.invited) == (world.paul.license_id, False)
    assert figures(world.musterwerk) == before | {PoolKind.GUEST: before[PoolKind.GUEST] - 1}
    (seat,) = seats_of(world.gina.person_id)
    assert (seat.kind, seat.license_id) == (PoolKind.FULL, world.paul.license_id)
    assert rights_in(theirs, seat.license_id) == Rights()
    assert rights_in(own, seat.license_id) == Rights()
    assert Box.objects.filter(owner=seat.license_id, binned_at=None).count() == 3
    assert not Sponsorship.objects.exists()  # she was Paul's guest; nobody is their own
    assert License.objects.get(id=world.gina.license_id).state == LicenseState.RELEASED


def test_a_promoted_guest_stays_the_guest_of_others_in_case_they_become_one_again():
    world = cast.assemble()
    licensing.add_sponsor(
        guest_ids=[world.gina.license_id],
        sponsor_id=world.tom.license_id,
        at=make.START,
    )
    reassign(world.anna, world.paul, world.gina.email)
    row = Sponsorship.objects.get()
    assert (row.guest_id, row.sponsor_id) == (world.paul.license_id, world.tom.license_id)


def test_an_invited_guest_is_promoted_and_registers_with_the_link_they_have():
    world = cast.assemble()
    invited = invite_person(
        actor=world.tom.actor,
        account_id=world.musterwerk.id,
        person=accounts.PersonData("jonas@kanzlei.test"),
        kind=PoolKind.GUEST,
        at=timezone.now(),
    )
    reassign(world.tom, world.paul, "jonas@kanzlei.test")
    token = invited.link.split("/r/")[1].strip("/")
    accepted = register(token=token, password=GOOD, at=timezone.now())
    assert [seat.license_id for seat in seats_of(accepted.login.pk)] == [world.paul.license_id]


def test_one_guest_follows_another():
    world = cast.assemble()
    lea = make.person(world.musterwerk, "lea@kanzlei.test", kind=PoolKind.GUEST)
    box = make.box(world.paul, members=(world.gina,))
    licensing.add_sponsor(
        guest_ids=[world.gina.license_id],
        sponsor_id=world.paul.license_id,
        at=make.START,
    )
    reassign(world.tom, world.gina, lea.email)
    assert rights_in(box, lea.license_id) == Rights()
    assert Sponsorship.objects.get().guest_id == lea.license_id
    assert make.pool(world.musterwerk, PoolKind.GUEST).used == 1


# --- Roles ----------------------------------------------------------------------------------


def test_roles_pass_on_or_not_as_chosen():
    world = cast.assemble()
    plan = plan_reassignment(**about(world.anna, world.tom, keep_roles=True))
    assert plan.roles == (Role.ADMIN,)
    done = reassign(world.anna, world.tom, keep_roles=True)
    assert roles_of(done.profile_id) == {Role.ADMIN}
    done = reassign(world.anna, world.otto, "olga@musterwerk.test")
    assert roles_of(done.profile_id) == frozenset()


def test_nobody_reassigns_the_license_of_somebody_above_them():
    world = cast.assemble()
    with pytest.raises(Forbidden):
        plan_reassignment(**about(world.tom, world.anna, keep_roles=True))
    with pytest.raises(Forbidden):
        plan_reassignment(**about(world.paul, world.gina))


def test_the_last_registration_administrators_roles_have_to_pass_on():
    world = cast.assemble()
    request = about(world.anna, world.anna) | {"actor": OPERATOR_SHELL}
    before = dump()
    with pytest.raises(LastRegistrationAdmin):
        plan_reassignment(**request)
    assert dump() == before
    request["wish"] = Wish(NEW, keep_roles=True)
    done = reassign_license(**request, confirmed=plan_reassignment(**request).hash)
    assert Role.REGISTRATION_ADMIN in roles_of(done.profile_id)
    assert RoleGrant.objects.filter(role=Role.REGISTRATION_ADMIN).count() == 2  # with Anderswo's


def test_with_another_registration_administrator_the_roles_may_end():
    world = cast.assemble()
    rita = make.person(world.musterwerk, "rita@musterwerk.test", roles=(Role.REGISTRATION_ADMIN,))
    done = reassign(rita, world.anna)
    assert roles_of(done.profile_id) == frozenset()
    assert RoleGrant.objects.filter(profile=rita.profile_id).exists()
