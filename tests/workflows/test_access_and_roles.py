"""Removing one person, suspending and changing roles: what goes, and what must stay."""

import pytest
from django.utils import timezone

from siegel.accounts import actions as accounts
from siegel.accounts.actions import LastRegistrationAdmin
from siegel.accounts.models import Account, ApiToken, RegistrationLink, RoleGrant
from siegel.accounts.permissions import Role
from siegel.audit.models import Event
from siegel.core.refusal import Forbidden, NotFound
from siegel.licensing.actions.licenses import WrongState
from siegel.licensing.kinds import LicenseState, PoolKind
from siegel.licensing.models import License
from siegel.licensing.queries.seats import seats_of
from siegel.workflows.change_roles import RoleNeedsFullLicense, grant_role, withdraw_role
from siegel.workflows.removal_plan import Decisions, plan_removal
from siegel.workflows.remove_people import RemovalOvertaken, remove_people, remove_person
from siegel.workflows.suspend_license import (
    OwnLicense,
    activate_license,
    suspend_license,
)
from tests import cast, make
from tests.workflows.test_accept_invitation import at_once

pytestmark = pytest.mark.django_db


def about(by, whom):
    return {
        "actor": by.actor,
        "account_id": by.account.id,
        "license_id": whom.license_id,
        "at": timezone.now(),
    }


def plan_one(*, license_id, **of):
    return plan_removal(license_ids=[license_id], **of)


def remove_as_planned(of, confirmed):
    of = dict(of)
    license_id = of.pop("license_id")
    return remove_people(license_ids=[license_id], decisions=Decisions(), confirmed=confirmed, **of)


def test_removing_takes_roles_links_and_tokens_and_frees_the_unit():
    world = cast.assemble()
    accounts.create_api_token(
        actor=world.tom.actor,
        account_id=world.musterwerk.id,
        label="Skript",
        days=30,
        at=timezone.now(),
    )
    before = make.pool(world.musterwerk, PoolKind.FULL).used
    plan = plan_one(**about(world.anna, world.tom))
    (leaver,) = plan.leavers
    assert (leaver.row.roles, leaver.tokens) == ((Role.ADMIN,), 1)
    remove_as_planned(about(world.anna, world.tom), plan.hash)
    assert make.pool(world.musterwerk, PoolKind.FULL).used == before - 1
    assert not RoleGrant.objects.filter(profile_id=world.tom.profile_id).exists()
    assert not ApiToken.objects.filter(revoked_at=None).exists()
    assert License.objects.get(id=world.tom.license_id).state == LicenseState.RELEASED
    assert seats_of(world.tom.person_id) == []
    assert Event.objects.filter(verb="license.remove").count() == 1


def test_removing_ends_an_open_link():
    world = cast.assemble()
    accounts.create_registration_link(
        actor=world.tom.actor,
        account_id=world.musterwerk.id,
        profile_id=world.ines.profile_id,
        at=timezone.now(),
    )
    assert plan_one(**about(world.tom, world.ines)).leavers[0].open_link
    remove_person(**about(world.tom, world.ines))
    assert not RegistrationLink.objects.filter(
        profile_id=world.ines.profile_id, used_at=None, withdrawn_at=None
    ).exists()


def test_removing_twice_changes_nothing():
    world = cast.assemble()
    plan = plan_one(**about(world.tom, world.paul))
    for _again in range(2):
        remove_as_planned(about(world.tom, world.paul), plan.hash)
        remove_person(**about(world.tom, world.paul))
    assert Event.objects.filter(verb="license.remove").count() == 1


def test_what_has_changed_since_the_preview_is_not_carried_out():
    world = cast.assemble()
    plan = plan_one(**about(world.anna, world.paul))
    grant_role(**about(world.anna, world.paul), role=Role.AUDITOR)
    with pytest.raises(RemovalOvertaken):
        remove_as_planned(about(world.anna, world.paul), plan.hash)
    assert License.objects.get(id=world.paul.license_id).state == LicenseState.ACTIVE


def test_nobody_removes_or_suspends_themselves():
    world = cast.assemble()
    for act in (plan_one, remove_person, suspend_license):
        with pytest.raises(OwnLicense):
            act(**about(world.tom, world.tom))


def test_an_administrator_has_no_power_over_a_registration_administrator():
    world = cast.assemble()
    for act in (plan_one, remove_person, suspend_license):
        with pytest.raises(Forbidden):
            act(**about(world.tom, world.anna))
    with pytest.raises(Forbidden):
        grant_role(**about(world.tom, world.paul), role=Role.REGISTRATION_ADMIN)
    with pytest.raises(Forbidden):
        withdraw_role(**about(world.tom, world.anna), role=Role.REGISTRATION_ADMIN)


@pytest.mark.parametrize("who", ["bea", "otto", "paul", "gina"])
def test_only_administrators_remove_suspend_and_grant(who):
    world = cast.assemble()
    by = getattr(world, who)
    for act in (plan_one, remove_person, suspend_license):
        with pytest.raises(Forbidden):
            act(**about(by, world.ines))
    with pytest.raises(Forbidden):
        grant_role(**about(by, world.ines), role=Role.AUDITOR)


def test_a_stranger_finds_no_license():
    world = cast.assemble()
    strange = about(world.anna, world.xaver)
    for act in (plan_one, remove_person, suspend_license, activate_license):
        with pytest.raises(NotFound):
            act(**strange)
    with pytest.raises(NotFound):
        grant_role(**strange, role=Role.AUDITOR)


def test_the_last_registration_administrator_stays():
    world = cast.assemble()
    with pytest.raises(LastRegistrationAdmin):
        withdraw_role(**about(world.anna, world.anna), role=Role.REGISTRATION_ADMIN)
    assert world.anna.actor.roles == {Role.REGISTRATION_ADMIN}


def test_an_administrator_who_cannot_enter_is_none():
    world = cast.assemble()
    grant_role(**about(world.anna, world.paul), role=Role.REGISTRATION_ADMIN)
    grant_role(**about(world.anna, world.ines), role=Role.REGISTRATION_ADMIN)
    suspend_license(**about(world.anna, world.paul))
    with pytest.raises(LastRegistrationAdmin):  # Paul is suspended, Ines has not registered
        withdraw_role(**about(world.anna, world.anna), role=Role.REGISTRATION_ADMIN)
    with pytest.raises(Forbidden):
        activate_license(**about(world.tom, world.paul))
    activate_license(**about(world.anna, world.paul))
    withdraw_role(**about(world.anna, world.anna), role=Role.REGISTRATION_ADMIN)


def test_strangers_and_people_without_a_role_learn_nothing_about_a_license():
    world = cast.assemble()
    for by, no in ((world.paul, Forbidden), (world.xaver, NotFound)):
        of_gina = about(by, world.gina) | {"account_id": world.musterwerk.id}
        for act in (remove_person, suspend_license, activate_license):
            with pytest.raises(no):
                act(**of_gina)
        for act in (grant_role, withdraw_role):
            with pytest.raises(no):
                act(**of_gina, role=Role.AUDITOR)


def test_guests_have_no_roles():
    world = cast.assemble()
    with pytest.raises(RoleNeedsFullLicense):
        grant_role(**about(world.anna, world.gina), role=Role.AUDITOR)


def test_removed_people_get_no_roles():
    world = cast.assemble()
    remove_person(**about(world.anna, world.paul))
    with pytest.raises(RoleNeedsFullLicense):
        grant_role(**about(world.anna, world.paul), role=Role.AUDITOR)


def test_a_role_holds_from_the_next_request_on_and_ends_with_it():
    world = cast.assemble()
    grant_role(**about(world.tom, world.paul), role=Role.ADMIN)
    assert world.paul.actor.roles == {Role.ADMIN}
    withdraw_role(**about(world.tom, world.paul), role=Role.ADMIN)
    assert world.paul.actor.roles == frozenset()


def test_suspending_closes_access_and_activating_opens_it():
    world = cast.assemble()
    suspend_license(**about(world.tom, world.paul))
    assert seats_of(world.paul.person_id) == []
    activate_license(**about(world.tom, world.paul))
    assert [seat.account.slug for seat in seats_of(world.paul.person_id)] == ["musterwerk"]


def test_who_never_registered_cannot_be_suspended():
    world = cast.assemble()
    with pytest.raises(WrongState):
        suspend_license(**about(world.tom, world.ines))


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_two_who_withdraw_the_last_two_registration_administrators_leave_one():
    world = cast.assemble()
    grant_role(**about(world.anna, world.paul), role=Role.REGISTRATION_ADMIN)
    one, other = about(world.anna, world.paul), about(world.paul, world.anna)
    results = at_once(
        lambda: withdraw_role(**one, role=Role.REGISTRATION_ADMIN),
        lambda: withdraw_role(**other, role=Role.REGISTRATION_ADMIN),
    )
    assert [type(result) for result in results if result] == [LastRegistrationAdmin]
    assert Account.objects.get(id=world.musterwerk.id).registration_admins == 1


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_two_registration_administrators_who_suspend_each_other_leave_one_active():
    world = cast.assemble()
    grant_role(**about(world.anna, world.paul), role=Role.REGISTRATION_ADMIN)
    one, other = about(world.anna, world.paul), about(world.paul, world.anna)
    results = at_once(lambda: suspend_license(**one), lambda: suspend_license(**other))
    assert [type(result) for result in results if result] == [LastRegistrationAdmin]


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_a_role_granted_while_the_person_is_removed_does_not_stay_behind():
    world = cast.assemble()
    grant, leave = about(world.anna, world.paul), about(world.tom, world.paul)
    at_once(
        lambda: grant_role(**grant, role=Role.ADMIN),
        lambda: remove_person(**leave),
    )
    assert License.objects.get(id=world.paul.license_id).state == LicenseState.RELEASED
    assert not RoleGrant.objects.filter(profile_id=world.paul.profile_id).exists()
