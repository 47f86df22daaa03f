"""Links that others have seen end when they would open more than when these saw them.

Administrators see the registration links of whoever is below them, full users those of the guests
they invited. A link that they kept must not let them in as an administrator, or with a full
license and its boxes.
"""

from datetime import datetime
from uuid import UUID

from siegel.accounts import actions as accounts
from siegel.accounts.permissions import GRANTS, Actor, Role
from siegel.accounts.queries import InvitationFacts, latest_invitation, protection_of
from siegel.workflows.invitation_mail import mail_links


def close_seen_links(
    *, actor: Actor, account_id: UUID, profile_id: UUID, role: Role, at: datetime
) -> None:
    """End links that administrators may have seen of somebody who gets a role above theirs."""
    if GRANTS[role] <= GRANTS[Role.ADMIN]:
        return
    accounts.withdraw_shown_restore_links(profile_id=profile_id, at=at)
    _renew(actor, account_id, latest_invitation(profile_id), at)


def renew_seen_link(*, actor: Actor, account_id: UUID, profile_id: UUID, at: datetime) -> None:
    """End the link of an invited person who gets more, unless the actor made it themselves."""
    link = latest_invitation(profile_id)
    if link is not None and link.created_by_id != actor.person_id:
        _renew(actor, account_id, link, at)


def _renew(actor: Actor, account_id: UUID, link: InvitationFacts | None, at: datetime) -> None:
    """Put another link in the place of an open one; mail it if that one was mailed.

    One that was made in this very moment has been seen by nobody and stays.
    """
    if link is None or not link.usable(at) or link.created_at >= at:
        return
    (fresh,) = accounts.create_registration_links(
        actor=actor, account_id=account_id, profile_ids=[link.profile_id], at=at
    )
    rules = protection_of(account_id)
    may_mail = rules.server_invitations and (fresh.asks_code or not rules.pass_code_required)
    if link.mail_wanted_at and may_mail:
        mail_links([fresh])
