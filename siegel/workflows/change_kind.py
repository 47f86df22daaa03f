"""Guest ⇄ full in place, with all memberships; shown first, then done as shown (promise 9)."""

import hashlib
import json
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from siegel.accounts import actions as accounts
from siegel.accounts.permissions import Actor, Permission, Role, require
from siegel.audit.actions import record
from siegel.boxes.queries.owned import places_in_other_boxes
from siegel.core.refusal import WorldChanged
from siegel.licensing import actions as licensing
from siegel.licensing.actions.licenses import WrongState, no_free_license_of, owns_boxes
from siegel.licensing.kinds import LicenseState, PoolKind
from siegel.licensing.queries.holder_rows import HolderRow
from siegel.licensing.queries.leaving import Guests, guests_of
from siegel.licensing.queries.one_holder import holder_details
from siegel.licensing.queries.status import PoolStatus, license_status
from siegel.workflows.administrators import keep_an_administrator, require_rank
from siegel.workflows.seen_links import renew_seen_link
from siegel.workflows.suspend_license import OwnLicense


class KindOvertaken(WorldChanged):
    """What was confirmed is not what would happen now."""


@dataclass(frozen=True)
class KindPlan:
    """What making a guest a full user, or back, will do."""

    holder: HolderRow
    to: PoolKind
    roles: tuple[Role, ...]  #: withdrawn, since guests have none
    given: PoolStatus  #: the pool that gets a unit back, before
    taken: PoolStatus  #: the pool that gives one, before
    places: int  #: boxes of others in which they work; they stay
    guests: Guests  #: whom somebody who becomes a guest can no longer look after
    ends_at: datetime | None  #: a full license has no end any more
    hash: str

    @property
    def done(self) -> bool:
        """Whether the license is of this kind already."""
        return self.holder.kind == self.to

    @property
    def after(self) -> tuple[PoolStatus, PoolStatus]:
        """Both pools afterwards: the one that gets a unit back, and the one that gives one."""
        if self.done:
            return self.given, self.taken
        return (
            replace(self.given, used=self.given.used - 1),
            replace(self.taken, used=self.taken.used + 1),
        )


def plan_kind_change(*, actor: Actor, account_id: UUID, license_id: UUID, to: PoolKind) -> KindPlan:
    """Return what changing the kind would do; nothing is changed.

    :raises NotFound: no such license in this account.
    :raises WrongState: the license has ended.
    :raises NoFreeLicense: no license of the new kind is free.
    :raises OwnsBoxes: guests own no boxes; they have to go to somebody first.
    :raises OwnLicense: nobody makes a guest of themselves.
    :raises Forbidden: the holder has a role that is out of the actor's reach.
    """
    require(actor, Permission.LICENSE_ASSIGN, account_id)
    row = holder_details(actor=actor, account_id=account_id, license_id=license_id).row
    status = license_status(account_id)
    guests = guests_of([license_id]).get(license_id, Guests())
    plan = KindPlan(
        holder=row,
        to=to,
        roles=row.roles if to == PoolKind.GUEST else (),
        given=status.of(row.kind),
        taken=status.of(to),
        places=places_in_other_boxes([license_id]).get(license_id, 0),
        guests=guests,
        ends_at=row.ends_at if to == PoolKind.FULL else None,
        hash=_hash(row, to, guests),
    )
    if plan.done:
        return plan
    if row.state == LicenseState.RELEASED:
        raise WrongState(_("This license was released. Please invite the person again."))
    if row.person_id == actor.person_id:
        raise OwnLicense(_("This is your own license. Please ask another administrator."))
    require_rank(actor, account_id, row.roles)
    if not plan.taken.available:
        raise no_free_license_of(account_id, to)
    if to == PoolKind.GUEST and row.boxes:
        raise owns_boxes(license_id)
    return plan


def _hash(row: HolderRow, to: PoolKind, guests: Guests) -> str:
    facts: list[object] = [str(row.license_id), str(row.profile_id), row.kind, row.state, str(to)]
    # Since when it is of this kind: changed and changed back is another plan.
    facts += [row.assigned_at.isoformat(), str(row.ends_at), vars(guests)]
    facts += [str(role) for role in row.roles]
    return hashlib.sha256(json.dumps(facts).encode()).hexdigest()


@transaction.atomic
def change_kind(
    *,
    actor: Actor,
    account_id: UUID,
    license_id: UUID,
    to: PoolKind,
    at: datetime,
    confirmed: str | None = None,
) -> None:
    """Make a guest a full user or back, with all memberships. Doing it twice changes nothing.

    ``confirmed`` is the hash of the plan that was shown; None where nobody was shown one. Raises
    what ``plan_kind_change`` raises.

    :raises KindOvertaken: something else would happen now than what was confirmed.
    :raises LastRegistrationAdmin: nobody else could administer the account.
    """
    require(actor, Permission.LICENSE_ASSIGN, account_id)
    # With the pools, as removing does it: who administers the account is asked for after them.
    licensing.hold_licenses(account_id=account_id, license_ids=[license_id])
    held = licensing.hold_license(account_id=account_id, license_id=license_id)
    plan = plan_kind_change(actor=actor, account_id=account_id, license_id=license_id, to=to)
    if plan.done:
        return
    if confirmed is not None and confirmed != plan.hash:
        raise KindOvertaken(
            _("This has changed in the meantime. Please look at it again and confirm.")
        )
    if Role.REGISTRATION_ADMIN in plan.roles:
        keep_an_administrator(account_id, held.profile_id)
    for role in plan.roles:
        accounts.withdraw_role(
            actor=actor, profile_id=held.profile_id, account_id=account_id, role=role, at=at
        )
    licensing.change_kind(actor=actor, account_id=account_id, license_id=license_id, to=to, at=at)
    if to == PoolKind.FULL:
        renew_seen_link(actor=actor, account_id=account_id, profile_id=held.profile_id, at=at)
    record(
        account_id=account_id,
        actor_id=actor.person_id,
        door=actor.door,
        verb="license.promote" if to == PoolKind.FULL else "license.demote",
        at=at,
        subject_id=held.person_id,
        license=str(license_id),
        roles=[str(role) for role in plan.roles],
    )
