"""Close and open a person's access without freeing the license."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from siegel.accounts.permissions import Actor, Permission, Role, require
from siegel.accounts.queries import roles_of
from siegel.core.refusal import Refusal
from siegel.licensing import actions as licensing
from siegel.licensing.kinds import LicenseState
from siegel.workflows.administrators import keep_an_administrator, require_rank


class OwnLicense(Refusal):
    """Nobody takes their own access away by accident."""

    code = "own-license"


@transaction.atomic
def suspend_license(*, actor: Actor, account_id: UUID, license_id: UUID, at: datetime) -> None:
    """Close somebody's access; the license stays theirs. Doing it twice changes nothing.

    :raises OwnLicense: it is the actor's own.
    :raises Forbidden: the holder has a role that is out of the actor's reach.
    :raises LastRegistrationAdmin: nobody else could administer the account.
    :raises WrongState: the license was never accepted, or has ended.
    """
    require(actor, Permission.LICENSE_ASSIGN, account_id)
    held = licensing.hold_license(account_id=account_id, license_id=license_id)
    if held.person_id == actor.person_id:
        raise OwnLicense(
            _("This is your own license. Please ask another administrator to suspend it.")
        )
    roles = roles_of(held.profile_id)
    require_rank(actor, account_id, roles)
    if Role.REGISTRATION_ADMIN in roles:
        keep_an_administrator(account_id, held.profile_id)
    licensing.change_state(
        actor=actor,
        account_id=account_id,
        license_id=license_id,
        to=LicenseState.SUSPENDED,
        at=at,
    )


@transaction.atomic
def activate_license(*, actor: Actor, account_id: UUID, license_id: UUID, at: datetime) -> None:
    """Open a suspended person's access again. Doing it twice changes nothing.

    :raises Forbidden: the holder has a role that is out of the actor's reach.
    :raises WrongState: the license was never accepted, or has ended.
    """
    require(actor, Permission.LICENSE_ASSIGN, account_id)
    held = licensing.hold_license(account_id=account_id, license_id=license_id)
    require_rank(actor, account_id, roles_of(held.profile_id))
    licensing.change_state(
        actor=actor, account_id=account_id, license_id=license_id, to=LicenseState.ACTIVE, at=at
    )
