"""What an account's access protection says about handing out registration links."""

from collections.abc import Sequence
from uuid import UUID

from django.utils.translation import gettext as _

from siegel.accounts.actions import NewLink
from siegel.accounts.permissions import Actor, Permission, require
from siegel.accounts.queries import protection_of, roles_among
from siegel.core.refusal import NotFound, Refusal
from siegel.licensing.queries.guests import brought_all
from siegel.workflows.administrators import require_rank


class NoServerInvitations(Refusal):
    """The account does not let the server mail registration links."""

    code = "no-server-invitations"


class PassCodeRequired(Refusal):
    """The account wants a pass code on every registration link."""

    code = "pass-code-required"


def require_mail_allowed(account_id: UUID) -> None:
    """Return if the server may mail the account's registration links.

    :raises NoServerInvitations: the account has switched that off.
    """
    if not protection_of(account_id).server_invitations:
        raise NoServerInvitations(
            _(
                "This account does not let the server mail registration links (settings, access "
                "protection). Please copy the link and hand it over yourself."
            )
        )


def require_code(account_id: UUID, links: Sequence[NewLink]) -> None:
    """Return if these links may be handed out as they are.

    :raises PassCodeRequired: one has no pass code, and the account wants one on each.
    """
    if protection_of(account_id).pass_code_required and not all(one.asks_code for one in links):
        raise PassCodeRequired(
            _(
                "This account wants a pass code on every registration link (settings, access "
                "protection). Please make a link with a pass code."
            )
        )


def require_reach(actor: Actor, account_id: UUID, profile_ids: Sequence[UUID]) -> None:
    """Return if the actor may hand out registration links of these people.

    Administrators may for everybody below them, others for the guests whom they invited.

    :raises Forbidden: one of them has a role that is out of the actor's reach.
    :raises NotFound: one of them is nobody whom the actor invited, who administers nobody.
    """
    require(actor, Permission.GUEST_INVITE, account_id)
    if actor.may(Permission.LICENSE_ASSIGN, account_id):
        require_rank(actor, account_id, roles_among(profile_ids))
    elif not brought_all(actor, account_id, profile_ids):
        raise NotFound(_("This does not exist, or it belongs to another account."))
