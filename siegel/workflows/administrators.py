"""Who administers an account: out of reach for those below, and never nobody."""

from collections.abc import Collection
from uuid import UUID

from django.utils.translation import gettext as _

from siegel.accounts.actions import LastRegistrationAdmin, hold_administrators
from siegel.accounts.permissions import Actor, Permission, Role, require
from siegel.licensing.queries.one_holder import active_registration_admins


def require_rank(actor: Actor, account_id: UUID, roles: Collection[Role]) -> None:
    """Return if the actor may decide about the license of somebody with these roles.

    :raises Forbidden: only registration administrators decide about one of them. Who could send
        or read their registration link would become one.
    """
    require(actor, Permission.LICENSE_ASSIGN, account_id)
    if Role.REGISTRATION_ADMIN in roles:
        require(actor, Permission.ROLE_GRANT_REGISTRATION, account_id)


def keep_an_administrator(account_id: UUID, profile_id: UUID) -> None:
    """Return if somebody can administer the account without this person, too.

    Two who would remove each other at once wait here; the second is refused.

    :raises LastRegistrationAdmin: nobody else has the role and a license in use.
    """
    hold_administrators(account_id)
    if active_registration_admins(account_id) == {profile_id}:
        raise LastRegistrationAdmin(
            _("Nobody else could administer this account. Please name another one first.")
        )
