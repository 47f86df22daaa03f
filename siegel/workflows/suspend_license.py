"""Close and open a person's access without freeing the license."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from siegel.accounts.actions import hold_administrators
from siegel.accounts.permissions import Actor, Permission, Role, require
from siegel.accounts.queries import roles_of
from siegel.core.refusal import Refusal
from siegel.licensing import actions as licensing
from siegel.licensing.kinds import LicenseState
from siegel.licensing.queries.one_holder import active_registration_admins


class OwnLicense(Refusal):
    """Nobody takes their own access away by accident."""

    code = "own-license"


class NoAdminLeft(Refusal):
    """Nobody with an active license could administer the account any more."""

    code = "no-admin-left"


@transaction.atomic
def suspend_license(*, actor: Actor, account_id: UUID, license_id: UUID, at: datetime) -> None:
    """Close somebody's access; the license stays theirs. Doing it twice changes nothing.

    :raises OwnLicense: it is the actor's own.
    :raises Forbidden: only registration administrators suspend one another.
    :raises NoAdminLeft: no other registration administrator has an active license.
    :raises WrongState: the license was never accepted, or has ended.
    """
    require(actor, Permission.LICENSE_ASSIGN, account_id)
    held = licensing.hold_license(account_id=account_id, license_id=license_id)
    if held.person_id == actor.person_id:
        raise OwnLicense(
            _("This is your own license. Please ask another administrator to suspend it.")
        )
    if Role.REGISTRATION_ADMIN in roles_of(held.profile_id):
        require(actor, Permission.ROLE_GRANT_REGISTRATION, account_id)
        hold_administrators(account_id)  # two who suspend each other at once: the second is refused
        if not active_registration_admins(account_id) - {held.profile_id}:
            raise NoAdminLeft(
                _("Nobody else could administer this account. Please name another one first.")
            )
    licensing.change_state(
        actor=actor,
        account_id=account_id,
        license_id=license_id,
        to=LicenseState.SUSPENDED,
        at=at,
    )


def activate_license(*, actor: Actor, account_id: UUID, license_id: UUID, at: datetime) -> None:
    """Open a suspended person's access again. Doing it twice changes nothing.

    :raises WrongState: the license was never accepted, or has ended.
    """
    licensing.change_state(
        actor=actor, account_id=account_id, license_id=license_id, to=LicenseState.ACTIVE, at=at
    )
