"""Remove people, one or many at once: the one door out of an account.

Everything goes in one transaction: boxes to successors or into the bin, guests to successors,
roles, links, tokens and sessions end, the licenses become free. Until the grace period is over all
of it can be restored (``restore_people``).
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from siegel.accounts import actions as accounts
from siegel.accounts.actions import hold_administrators
from siegel.accounts.permissions import Actor, Permission, Role, require
from siegel.audit.actions import once, record_each
from siegel.boxes import actions as boxes
from siegel.core.refusal import WorldChanged
from siegel.licensing import actions as licensing
from siegel.licensing.kinds import LicenseState
from siegel.licensing.queries.leaving import with_other_licenses
from siegel.workflows.removal_plan import (
    UNDECIDED,
    Decisions,
    Destination,
    Leaver,
    RemovalPlan,
    boxes_undecided,
    plan_removal,
)

#: Why people leave: the word of the bin, the ledger's, and the event's.
_REASONS = {"removed": ("remove", "license.remove"), "expired": ("expire", "license.expire")}


class RemovalOvertaken(WorldChanged):
    """What was confirmed is not what would happen now; ``plan`` is what would."""

    def __init__(self, plan: RemovalPlan, rows: tuple[str, ...] = ()) -> None:
        super().__init__(
            _(
                "This is not what you have seen: something has changed in the meantime. "
                "Nothing was done. Please look at it again and confirm."
            ),
            rows=rows,
            plan=plan.hash,
        )
        self.plan = plan


@dataclass(frozen=True)
class Removed:
    """What was done."""

    people: int
    handed_over: int  #: boxes
    binned: int  #: boxes
    guests: int  #: sponsorships that successors got


def remove_people(
    *,
    actor: Actor,
    account_id: UUID,
    license_ids: Sequence[UUID],
    decisions: Decisions,
    at: datetime,
    confirmed: str,
    seen: Mapping[UUID, str] | None = None,
) -> Removed:
    """Remove people exactly as the plan with this hash has shown it; a second time changes nothing.

    ``seen`` are the ``print`` of each person in that plan, so that a refusal can name who changed.

    :raises RemovalOvertaken: something else would happen now.
    :raises BoxesUndecided: somebody owns boxes, and nobody has said where these go.
    :raises Refusal: whatever ``plan_removal`` refuses.
    """
    require(actor, Permission.LICENSE_ASSIGN, account_id)
    scope = f"{account_id.hex}:{actor.person_id.hex if actor.person_id else 'system'}"
    answer, _now = once(
        scope=scope,
        key=f"remove:{confirmed[:64]}",
        request=sorted(map(str, set(license_ids))),
        at=at,
        run=lambda: asdict(
            _remove(
                actor, account_id, license_ids, decisions, at, confirmed=confirmed, seen=seen or {}
            )
        ),
    )
    return Removed(**answer)


@transaction.atomic
def remove_person(
    *,
    actor: Actor,
    account_id: UUID,
    license_id: UUID,
    at: datetime,
    to: Destination | None = None,
) -> Removed:
    """Remove one person where nobody is shown a plan first. A second time changes nothing.

    :raises BoxesUndecided: they own boxes, and ``to`` does not say where these go.
    :raises Refusal: whatever ``plan_removal`` refuses.
    """
    return _remove(actor, account_id, [license_id], Decisions(all=to), at)


@transaction.atomic
def end_licenses(
    *,
    actor: Actor,
    account_id: UUID,
    license_ids: Sequence[UUID],
    at: datetime,
    reason: str = "expired",
) -> Removed:
    """End licenses of guests, who own no boxes; they lie in the bin like everybody removed.

    Those that have ended already stay as they are.

    :raises BoxesUndecided: one of them owns boxes.
    """
    return _remove(actor, account_id, license_ids, UNDECIDED, at, reason=reason)


def _remove(
    actor: Actor,
    account_id: UUID,
    license_ids: Sequence[UUID],
    decisions: Decisions,
    at: datetime,
    *,
    confirmed: str | None = None,
    seen: Mapping[UUID, str] | None = None,
    reason: str = "removed",
) -> Removed:
    require(actor, Permission.LICENSE_ASSIGN, account_id)
    successors = {one.successor for one in (decisions.all, *decisions.but.values()) if one}
    # Whoever leaves and whoever takes over is held, in one order: neither gets boxes, ends or is
    # removed by somebody else until this is done.
    held = {one for one in successors if one} | set(license_ids)
    licensing.hold_licenses(account_id=account_id, license_ids=held)
    hold_administrators(account_id)
    plan = plan_removal(
        actor=actor, account_id=account_id, license_ids=license_ids, at=at, decisions=decisions
    )
    if confirmed is not None and confirmed != plan.hash:
        raise RemovalOvertaken(plan, _what_changed(plan, seen or {}))
    if plan.undecided:
        raise boxes_undecided(plan)
    if not plan.leavers:
        return Removed(0, 0, 0, 0)
    return _carry_out(actor, plan, at, reason)


def _what_changed(plan: RemovalPlan, seen: Mapping[UUID, str]) -> tuple[str, ...]:
    """Return a line for each person who is not as they were shown."""
    lines = [
        _("%(name)s: has been removed in the meantime") % {"name": row.name}
        for row in plan.gone
        if row.license_id in seen
    ]
    lines += [
        _("%(name)s: something about this person is different now") % {"name": one.row.name}
        for one in plan.leavers
        if seen.get(one.row.license_id, one.print) != one.print
    ]
    return tuple(lines[:10])


def _carry_out(actor: Actor, plan: RemovalPlan, at: datetime, reason: str) -> Removed:
    account_id, of_ledger = plan.account_id, _REASONS[reason][0]
    _end_access(actor, plan, at)
    removals = licensing.open_removals(
        actor=actor,
        account_id=account_id,
        leaving=[
            licensing.Leaving(one.row.license_id, LicenseState(one.row.state), one.row.roles)
            for one in plan.leavers
        ],
        reason=reason,
        at=at,
        erase_after=plan.erase_after,
    )
    moved = shared = 0
    for successor in plan.takers:
        of = {
            one.row.license_id: removals[one.row.license_id]
            for one in plan.leavers
            if one.successor == successor.license_id
        }
        if not of:
            continue
        moved += boxes.hand_over_boxes(
            actor=actor,
            account_id=account_id,
            removals=of,
            to_license=successor.license_id,
            at=at,
        )
        shared += licensing.share_guests_of(to_license=successor.license_id, removals=of, at=at)
    binned = boxes.bin_boxes_of(
        actor=actor,
        account_id=account_id,
        removals={
            one.row.license_id: removals[one.row.license_id] for one in plan.leavers if one.bins
        },
        at=at,
    )
    licensing.release_licenses(
        actor=actor, account_id=account_id, license_ids=removals, at=at, reason=of_ledger
    )
    _tell(actor, plan, removals, at, _REASONS[reason][1])
    return Removed(len(plan.leavers), moved, binned, shared)


def _end_access(actor: Actor, plan: RemovalPlan, at: datetime) -> None:
    for one in plan.leavers:
        for role in sorted(one.row.roles, key=list(Role).index, reverse=True):
            accounts.withdraw_role(
                actor=actor,
                profile_id=one.row.profile_id,
                account_id=plan.account_id,
                role=role,
                at=at,
            )
    accounts.end_access(profile_ids=[one.row.profile_id for one in plan.leavers], at=at)
    # Pages of the account ask for a license each time and are closed at once. Who has no other
    # license is signed out altogether.
    people = {one.row.person_id for one in plan.leavers}
    elsewhere = with_other_licenses(people, [one.row.license_id for one in plan.leavers])
    accounts.end_sessions_of(person_ids=people - elsewhere)


def _tell(
    actor: Actor, plan: RemovalPlan, removals: Mapping[UUID, UUID], at: datetime, verb: str
) -> None:
    record_each(
        account_id=plan.account_id,
        actor_id=actor.person_id,
        door=actor.door,
        verb=verb,
        at=at,
        about=[(one.row.person_id, _event(one, removals)) for one in plan.leavers],
    )


def _event(one: Leaver, removals: Mapping[UUID, UUID]) -> dict[str, Any]:
    """Return what the log keeps about one person's removal: ids and figures."""
    return {
        "license": str(one.row.license_id),
        "kind": str(one.row.kind),
        "removal": str(removals[one.row.license_id]),
        "roles": [str(role) for role in one.row.roles],
        "tokens": one.tokens,
        "boxes": one.owned.boxes,
        "binned": one.owned.boxes if one.bins else 0,
        "bytes": one.owned.bytes,
        "places": one.places,
        "guests": one.guests.all,
        "to": str(one.successor) if one.successor else "bin" if one.bins else "",
    }
