"""Who administers an account: out of reach for those below, and never nobody."""

from collections.abc import Collection
from uuid import UUID

from django.utils.translation import gettext as _

from siegel.accounts.actions import LastRegistrationAdmin, hold_administrators
from siegel.accounts.permissions import Actor, Permission, Role, require, require_role_change
from siegel.core.refusal import WayOut
from siegel.licensing.queries.one_holder import active_registration_admins


def require_rank(actor: Actor, account_id: UUID, roles: Collection[Role]) -> None:
    """Return if the actor may decide about the license of somebody with these roles.

    :raises Forbidden: one of the roles can do what the actor cannot. Who could send or read the
        registration link of its holder would get that role.
    """
    require(actor, Permission.LICENSE_ASSIGN, account_id)
    for role in sorted(roles):
        require_role_change(actor, role, account_id)


def keep_an_administrator(account_id: UUID, profile_id: UUID) -> None:
    """Return if somebody can administer the account without this person, too.

    Two who would remove each other at once wait here; the second is refused.

    :raises LastRegistrationAdmin: nobody else has the role and a license in use.
    """
    hold_administrators(account_id)
    check_an_administrator_stays(account_id, profile_id)


def check_an_administrator_stays(account_id: UUID, profile_id: UUID) -> None:
    """Return if somebody could administer the account without this person, for a preview.

    :raises LastRegistrationAdmin: nobody else has the role and a license in use.
    """
    if active_registration_admins(account_id) == {profile_id}:
        raise nobody_could_administer()


def nobody_could_administer() -> LastRegistrationAdmin:
    """Return the refusal that says what has to be done first."""
    return LastRegistrationAdmin(
        _("Nobody else could administer this account. Please name another one first."),
        ways_out=(WayOut("name-registration-admin", _("Name another registration administrator")),),
    )
