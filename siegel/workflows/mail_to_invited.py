"""Mail everybody who was invited their registration link; shown first, then done as shown."""

import hashlib
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from siegel.accounts.permissions import Actor, Permission, may_change_role, require
from siegel.accounts.queries import invitations_of, open_links, protection_of
from siegel.audit.actions import once
from siegel.core.refusal import WorldChanged
from siegel.licensing.kinds import LicenseState
from siegel.licensing.queries.holder_filter import HolderFilter
from siegel.licensing.queries.holders import iterate_holders
from siegel.workflows.invitation_rules import require_mail_allowed
from siegel.workflows.invite_person import invite_people


class InvitedChanged(WorldChanged):
    """Other people would get a mail now than those that were confirmed."""


@dataclass(frozen=True)
class MailPlan:
    """Who would get a new registration link by e-mail."""

    without: tuple[UUID, ...]  #: licenses of those who have no link that works
    again: tuple[UUID, ...]  #: licenses of those whose present link would end
    links: tuple[UUID, ...]  #: these present links
    out_of_reach: int  #: invited people whose roles are above the actor's; they get nothing
    lacking_code: int = 0  #: those without the pass code that the account wants; they get nothing

    @property
    def everybody(self) -> tuple[UUID, ...]:
        """The licenses of all of them."""
        return self.without + self.again

    @property
    def hash(self) -> str:
        """A hash over who would get a mail, and whose link would end."""
        text = "|".join(",".join(map(str, ids)) for ids in (self.without, self.links))
        return hashlib.sha256(text.encode()).hexdigest()


def plan_mail_to_invited(
    *,
    actor: Actor,
    account_id: UUID,
    narrow: HolderFilter,
    at: datetime,
    only: Collection[UUID] | None = None,
) -> MailPlan:
    """Return which of the invited people that the filter leaves would get a mail.

    ``only`` are the licenses of a selection; None for everybody.

    :raises Forbidden: the actor does not invite people.
    :raises NoServerInvitations: the account hands links out by hand only.
    """
    require(actor, Permission.LICENSE_ASSIGN, account_id)
    require_mail_allowed(account_id)
    narrow = replace(narrow, state=LicenseState.INVITED)
    rows = [
        row
        for row in iterate_holders(actor=actor, account_id=account_id, filter=narrow)
        if only is None or row.license_id in only
    ]
    within = [
        row for row in rows if all(may_change_role(actor, role, account_id) for role in row.roles)
    ]
    reachable = len(within)
    if protection_of(account_id).pass_code_required:
        links = invitations_of([row.profile_id for row in within])
        coded = {profile_id for profile_id, link in links.items() if link.asks_code}
        within = [row for row in within if row.profile_id in coded]
    linked = open_links([row.profile_id for row in within], at)
    return MailPlan(
        without=tuple(row.license_id for row in within if row.profile_id not in linked),
        again=tuple(row.license_id for row in within if row.profile_id in linked),
        links=tuple(linked[row.profile_id] for row in within if row.profile_id in linked),
        out_of_reach=len(rows) - reachable,
        lacking_code=reachable - len(within),
    )


def mail_to_invited(
    *,
    actor: Actor,
    account_id: UUID,
    narrow: HolderFilter,
    at: datetime,
    confirmed: str,
    again: bool,
    only: Collection[UUID] | None = None,
) -> int:
    """Mail the links as previewed, once, and return to how many; their previous links end.

    ``confirmed`` is the hash of the plan that was shown. Without ``again``, who has a link that
    works keeps it and gets no mail.

    :raises InvitedChanged: somebody was invited, has registered, or got a link meanwhile.
    """
    require(actor, Permission.LICENSE_ASSIGN, account_id)
    scope = f"{account_id.hex}:{actor.person_id.hex if actor.person_id else 'system'}"
    answer, _now = once(
        scope=scope,
        key=f"mail-to-invited:{confirmed[:64]}",
        request=[again],
        at=at,
        run=lambda: _carry_out(actor, account_id, narrow, at, confirmed, again=again, only=only),
    )
    return int(answer)


def _carry_out(
    actor: Actor,
    account_id: UUID,
    narrow: HolderFilter,
    at: datetime,
    confirmed: str,
    *,
    again: bool,
    only: Collection[UUID] | None,
) -> int:
    plan = plan_mail_to_invited(actor=actor, account_id=account_id, narrow=narrow, at=at, only=only)
    if plan.hash != confirmed:
        raise InvitedChanged(
            _("This has changed in the meantime. Please look at it again and confirm.")
        )
    chosen = plan.everybody if again else plan.without
    if chosen:
        invite_people(actor=actor, account_id=account_id, license_ids=chosen, at=at)
    return len(chosen)
