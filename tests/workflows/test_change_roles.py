"""Who may give and take which role: only what they could do themselves."""

import pytest
from django.utils import timezone

from siegel.accounts.models import RoleGrant
from siegel.accounts.permissions import GRANTS, Permission, Role
from siegel.core.refusal import Forbidden
from siegel.licensing.kinds import PoolKind
from siegel.workflows.accept_invitation import LinkState, registration
from siegel.workflows.change_kind import change_kind
from siegel.workflows.change_roles import grant_role, withdraw_role
from siegel.workflows.invite_person import invite_again, open_invitation
from siegel.workflows.reassign_license import reassign_license
from siegel.workflows.reassignment_plan import Wish, plan_reassignment
from siegel.workflows.remove_people import remove_person
from siegel.workflows.restore_access import RestoreLinkEnded, open_restore_link, restore_access
from siegel.workflows.suspend_license import activate_license, suspend_license
from tests import cast, make

pytestmark = pytest.mark.django_db

#: Whoever has the role on the left may give and take those on the right.
MAY_CHANGE = {
    Role.REGISTRATION_ADMIN: set(Role),
    Role.ADMIN: {Role.ADMIN, Role.AUDITOR},
    Role.BILLING_ADMIN: set(),
    Role.AUDITOR: set(),
}
WHO = {
    Role.REGISTRATION_ADMIN: "anna",
    Role.ADMIN: "tom",
    Role.BILLING_ADMIN: "bea",
    Role.AUDITOR: "otto",
}


def about(by, whom):
    return {
        "actor": by.actor,
        "account_id": by.account.id,
        "license_id": whom.license_id,
        "at": timezone.now(),
    }


def roles(whom):
    return set(RoleGrant.objects.filter(profile_id=whom.profile_id).values_list("role", flat=True))


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("own", list(Role))
def test_every_role_gives_and_takes_only_what_it_can_do_itself(own, role):
    world = cast.assemble()
    by = getattr(world, WHO[own])
    if role in MAY_CHANGE[own]:
        grant_role(**about(by, world.paul), role=role)
        assert roles(world.paul) == {role}
        withdraw_role(**about(by, world.paul), role=role)
        assert roles(world.paul) == set()
        return
    with pytest.raises(Forbidden):
        grant_role(**about(by, world.paul), role=role)
    grant_role(**about(world.anna, world.paul), role=role)
    with pytest.raises(Forbidden):
        withdraw_role(**about(by, world.paul), role=role)
    assert roles(world.paul) == {role}


def test_nobody_comes_to_permissions_through_roles_they_give_themselves():
    for own, given in MAY_CHANGE.items():
        for role in given:
            assert GRANTS[role] <= GRANTS[own]


def test_an_administrator_does_not_become_who_books():
    world = cast.assemble()
    with pytest.raises(Forbidden):
        grant_role(**about(world.tom, world.tom), role=Role.BILLING_ADMIN)
    assert Permission.BOOKING_CHANGE not in world.tom.actor.permissions


def test_an_administrator_who_books_as_well_names_no_registration_administrator():
    world = cast.assemble()
    grant_role(**about(world.anna, world.tom), role=Role.BILLING_ADMIN)
    grant_role(**about(world.tom, world.paul), role=Role.BILLING_ADMIN)
    with pytest.raises(Forbidden):
        grant_role(**about(world.tom, world.paul), role=Role.REGISTRATION_ADMIN)


def test_the_license_of_somebody_who_books_is_out_of_an_administrators_reach():
    world = cast.assemble()
    for act in (remove_person, suspend_license, activate_license):
        with pytest.raises(Forbidden):
            act(**about(world.tom, world.bea))
    remove_person(**about(world.anna, world.bea))
    assert roles(world.bea) == set()


def test_an_administrator_gets_no_link_of_an_invited_person_who_will_book():
    world = cast.assemble()
    grant_role(**about(world.anna, world.ines), role=Role.BILLING_ADMIN)
    with pytest.raises(Forbidden):
        invite_again(**about(world.tom, world.ines))
    with pytest.raises(Forbidden):
        open_invitation(
            actor=world.tom.actor,
            account_id=world.musterwerk.id,
            profile_id=world.ines.profile_id,
            at=timezone.now(),
        )
    assert invite_again(**about(world.anna, world.ines)).link


def test_a_link_that_an_administrator_saw_ends_when_it_would_open_more_than_theirs():
    world = cast.assemble()
    seen = invite_again(**about(world.tom, world.ines), mail=False).link
    grant_role(**about(world.anna, world.ines), role=Role.AUDITOR)
    assert registration(token_of(seen), timezone.now()).state == LinkState.OPEN
    grant_role(**about(world.anna, world.ines), role=Role.BILLING_ADMIN)
    assert registration(token_of(seen), timezone.now()).state == LinkState.WITHDRAWN
    fresh = open_invitation(
        actor=world.anna.actor,
        account_id=world.musterwerk.id,
        profile_id=world.ines.profile_id,
        at=timezone.now(),
    ).link
    grant_role(**about(world.anna, world.ines), role=Role.BILLING_ADMIN)  # changes nothing
    assert registration(token_of(fresh), timezone.now()).state == LinkState.OPEN


def test_restored_access_that_an_administrator_saw_ends_when_the_person_rises_above_them():
    world = cast.assemble()
    shown = restore_access(**about(world.tom, world.paul), show=True)
    grant_role(**about(world.anna, world.paul), role=Role.REGISTRATION_ADMIN)
    with pytest.raises(RestoreLinkEnded):
        open_restore_link(token_of(shown), timezone.now())


def test_the_link_of_an_invited_guest_ends_when_they_become_a_full_user():
    world = cast.assemble()
    invitation = make.invited(world.paul, "neu@kanzlei.test")
    change_kind(
        actor=world.anna.actor,
        account_id=world.musterwerk.id,
        license_id=invitation.license_id,
        to=PoolKind.FULL,
        at=timezone.now(),
    )
    state = registration(token_of(invitation.link), timezone.now()).state
    assert state == LinkState.WITHDRAWN


def test_the_link_of_an_invited_guest_ends_when_they_take_over_a_license():
    world = cast.assemble()
    invitation = make.invited(world.paul, "neu@kanzlei.test")
    asked = about(world.anna, world.otto) | {"wish": Wish("neu@kanzlei.test")}
    reassign_license(**asked, confirmed=plan_reassignment(**asked).hash)
    state = registration(token_of(invitation.link), timezone.now()).state
    assert state == LinkState.WITHDRAWN


def token_of(address):
    return address.rstrip("/").rpartition("/")[2]
