"""Give and take roles: the one door for pages, commands and programs."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from siegel.accounts import actions as accounts
from siegel.accounts.permissions import Actor, Role, require_role_change
from siegel.accounts.queries import roles_of
from siegel.core.refusal import Refusal
from siegel.licensing import actions as licensing
from siegel.licensing.kinds import PoolKind
from siegel.workflows.administrators import check_an_administrator_stays, keep_an_administrator
from siegel.workflows.seen_links import close_seen_links


class RoleNeedsFullLicense(Refusal):
    """Roles are for the organisation's own people, who hold a full license."""

    code = "role-needs-full-license"


@transaction.atomic
def grant_role(
    *, actor: Actor, account_id: UUID, license_id: UUID, role: Role, at: datetime
) -> None:
    """Give the holder of a full license a role. Giving it twice changes nothing.

    :raises NotFound: no such license in this account.
    :raises Forbidden: the role can do what the actor cannot.
    :raises RoleNeedsFullLicense: a guest license, or one that has ended.
    """
    require_role_change(actor, role, account_id)
    held = licensing.hold_license(account_id=account_id, license_id=license_id)
    if held.kind != PoolKind.FULL or not held.live:
        raise RoleNeedsFullLicense(
            _("Only people with a full license can have a role. Guests cannot.")
            if held.live
            else _("This license was released. Roles need a full license.")
        )
    new = role not in roles_of(held.profile_id)
    whom: dict[str, Any] = {
        "actor": actor,
        "profile_id": held.profile_id,
        "account_id": account_id,
        "role": role,
        "at": at,
    }
    accounts.grant_role(**whom)
    if new:
        close_seen_links(**whom)


def check_withdrawal(*, actor: Actor, account_id: UUID, profile_id: UUID, role: Role) -> None:
    """Return if the role could be taken from the person now, for a preview; nothing is changed.

    :raises LastRegistrationAdmin: nobody else could administer the account.
    """
    require_role_change(actor, role, account_id)
    if role == Role.REGISTRATION_ADMIN:
        check_an_administrator_stays(account_id, profile_id)


@transaction.atomic
def withdraw_role(
    *, actor: Actor, account_id: UUID, license_id: UUID, role: Role, at: datetime
) -> None:
    """Take a role from a license's holder. Taking it twice changes nothing.

    :raises NotFound: no such license in this account.
    :raises Forbidden: the role can do what the actor cannot.
    :raises LastRegistrationAdmin: nobody else could administer the account.
    """
    require_role_change(actor, role, account_id)
    held = licensing.hold_license(account_id=account_id, license_id=license_id)
    if role == Role.REGISTRATION_ADMIN:
        keep_an_administrator(account_id, held.profile_id)
    accounts.withdraw_role(
        actor=actor, profile_id=held.profile_id, account_id=account_id, role=role, at=at
    )
