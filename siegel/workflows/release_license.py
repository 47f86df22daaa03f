"""End a person's license with everything that hangs on it; shown first, then done as shown."""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from siegel.accounts import actions as accounts
from siegel.accounts.permissions import Actor, Permission, Role, require
from siegel.accounts.queries import latest_invitation, live_tokens_of
from siegel.audit.actions import record
from siegel.core.refusal import WorldChanged
from siegel.licensing import actions as licensing
from siegel.licensing.kinds import LicenseState, PoolKind
from siegel.licensing.queries.holders import HolderRow
from siegel.licensing.queries.one_holder import holder_details
from siegel.licensing.queries.status import PoolStatus, license_status
from siegel.workflows.administrators import keep_an_administrator, require_rank
from siegel.workflows.suspend_license import OwnLicense


class ReleaseOvertaken(WorldChanged):
    """What was confirmed is not what would happen now."""


@dataclass(frozen=True)
class ReleasePlan:
    """What releasing a license will do."""

    holder: HolderRow
    roles: tuple[Role, ...]  #: withdrawn
    open_link: bool  #: a registration link that ends
    tokens: tuple[str, ...]  #: names of API tokens that end
    pool: PoolStatus  #: the figures before
    hash: str

    @property
    def done(self) -> bool:
        """Whether the license was released before."""
        return self.holder.state == LicenseState.RELEASED


def plan_release(*, actor: Actor, account_id: UUID, license_id: UUID, at: datetime) -> ReleasePlan:
    """Return what releasing the license would do; nothing is changed.

    :raises NotFound: no such license in this account.
    :raises OwnLicense: it is the actor's own.
    :raises Forbidden: the holder has a role that is out of the actor's reach.
    """
    require(actor, Permission.LICENSE_ASSIGN, account_id)
    row = holder_details(actor=actor, account_id=account_id, license_id=license_id).row
    if row.person_id == actor.person_id:
        raise OwnLicense(
            _("This is your own license. Please ask another administrator to release it.")
        )
    require_rank(actor, account_id, row.roles)
    link = latest_invitation(row.profile_id)
    tokens = live_tokens_of(row.profile_id, at)
    open_link = link is not None and link.usable(at)
    facts = [
        str(license_id),
        row.state,
        [str(role) for role in row.roles],
        str(link.id) if link and open_link else "",
        [str(token.id) for token in tokens],
    ]
    return ReleasePlan(
        holder=row,
        roles=row.roles,
        open_link=open_link,
        tokens=tuple(token.label for token in tokens),
        pool=license_status(account_id).of(PoolKind(row.kind)),
        hash=hashlib.sha256(json.dumps(facts).encode()).hexdigest(),
    )


@transaction.atomic
def release_license(
    *, actor: Actor, account_id: UUID, license_id: UUID, at: datetime, confirmed: str | None = None
) -> None:
    """Release a license with its roles, links and API tokens. Doing it twice changes nothing.

    ``confirmed`` is the hash of the plan that was shown; None where nobody was shown one.

    :raises ReleaseOvertaken: something else would happen now than what was confirmed.
    :raises OwnLicense: it is the actor's own.
    :raises LastRegistrationAdmin: nobody else could administer the account.
    """
    require(actor, Permission.LICENSE_ASSIGN, account_id)
    held = licensing.hold_license(account_id=account_id, license_id=license_id)
    plan = plan_release(actor=actor, account_id=account_id, license_id=license_id, at=at)
    if plan.done:
        return
    if confirmed is not None and confirmed != plan.hash:
        raise ReleaseOvertaken(
            _("This has changed in the meantime. Please look at it again and confirm.")
        )
    if Role.REGISTRATION_ADMIN in plan.roles:
        keep_an_administrator(account_id, held.profile_id)
    for role in plan.roles:
        accounts.withdraw_role(
            actor=actor, profile_id=held.profile_id, account_id=account_id, role=role, at=at
        )
    accounts.withdraw_registration_links(profile_id=held.profile_id, at=at)
    accounts.revoke_api_tokens_of(profile_id=held.profile_id, at=at)
    licensing.release_license(actor=actor, account_id=account_id, license_id=license_id, at=at)
    record(
        account_id=account_id,
        actor_id=actor.person_id,
        door=actor.door,
        verb="license.release",
        at=at,
        subject_id=held.person_id,
        license=str(license_id),
        kind=str(held.kind),
        roles=[str(role) for role in plan.roles],
        tokens=len(plan.tokens),
    )
