"""Bring removed people back from the bin: shown first, then done as shown.

License, memberships, groups and guests come back as they were; boxes from the bin, too, and, if it
is wanted, those that successors still have. Whoever got another license meanwhile keeps that one,
and everything goes to it.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from siegel.accounts import actions as accounts
from siegel.accounts.permissions import Actor, Permission, Role, may_change_role, require
from siegel.audit.actions import record
from siegel.boxes import actions as boxes
from siegel.boxes.queries.owned import BoxesOfRemoval, boxes_of_removals, places_in_other_boxes
from siegel.core.refusal import BadInput, NotFound, Refusal, WayOut, WorldChanged
from siegel.licensing import actions as licensing
from siegel.licensing.actions.licenses import NoFreeLicense
from siegel.licensing.kinds import LicenseState, PoolKind
from siegel.licensing.queries.removals import (
    Belongings,
    OtherLicense,
    RemovedPerson,
    belongings_of,
    known_removals,
    other_licenses,
    removals,
)
from siegel.licensing.queries.status import LicenseStatus, license_status
from siegel.workflows.removal_plan import MOST


class RestoreOvertaken(WorldChanged):
    """What was confirmed is not what would happen now."""


class GuestCannotOwn(Refusal):
    """Somebody came back as a guest, and guests own no boxes."""

    code = "guest-cannot-own"


@dataclass(frozen=True)
class Returning:
    """One person who would come back, with everything that comes with them."""

    who: RemovedPerson
    boxes: BoxesOfRemoval
    places: int  #: boxes of others in which they work again
    belongings: Belongings
    roles: tuple[Role, ...]  #: given again
    roles_lost: tuple[Role, ...]  #: not given again: not wanted, or above the actor's
    other: OtherLicense | None  #: the license that they have got meanwhile

    @property
    def blocked(self) -> bool:
        """Whether there is no license that could own their boxes."""
        owns = self.boxes.in_bin or self.boxes.handed_over
        return bool(self.other and self.other.kind != PoolKind.FULL and owns)


@dataclass(frozen=True)
class Need:
    """Licenses of one kind that are needed, and how many are free."""

    kind: PoolKind
    needed: int
    available: int

    @property
    def missing(self) -> int:
        """How many are lacking."""
        return max(0, self.needed - self.available)


@dataclass(frozen=True)
class RestorePlan:
    """What restoring these people would do."""

    account_id: UUID
    people: tuple[Returning, ...]
    take_back: bool
    status: LicenseStatus

    @cached_property
    def needs(self) -> tuple[Need, ...]:
        """The licenses that are needed."""
        counted = Counter(one.who.kind for one in self.people if one.other is None)
        counted[PoolKind.DATA_ROOM] += sum(one.boxes.data_rooms for one in self.people)
        return tuple(
            Need(kind, counted[kind], self.status.of(kind).available)
            for kind in PoolKind
            if counted[kind]
        )

    @property
    def missing(self) -> tuple[Need, ...]:
        """The kinds of which too few are free."""
        return tuple(need for need in self.needs if need.missing)

    @cached_property
    def hash(self) -> str:
        """A hash over everything that is shown."""
        facts = [
            [
                str(one.who.removal_id),
                one.who.name,
                vars(one.boxes) | {"with_licenses": sorted(map(str, one.boxes.with_licenses))},
                one.places,
                vars(one.belongings),
                list(map(str, one.roles)),
                str(one.other and one.other.license_id),
            ]
            for one in self.people
        ]
        text = json.dumps([str(self.account_id), self.take_back, facts])
        return hashlib.sha256(text.encode()).hexdigest()


def plan_restore(
    *,
    actor: Actor,
    account_id: UUID,
    removal_ids: Sequence[UUID],
    roles: bool = True,
    take_back: bool = True,
) -> RestorePlan:
    """Return what restoring these people would do; nothing is changed.

    Those who are back already, or erased, are left out. ``roles``: give them their roles again, as
    far as the actor may. ``take_back``: fetch the boxes that successors still have.

    :raises BadInput: nobody was chosen, or more than 1000 people.
    :raises NotFound: one of the removals is not of this account.
    """
    require(actor, Permission.LICENSE_ASSIGN, account_id)
    if not removal_ids or len(removal_ids) > MOST:
        raise BadInput(_("Please choose up to %(count)d people.") % {"count": MOST})
    if known_removals(account_id, removal_ids) != len(set(removal_ids)):
        raise NotFound(_("This does not exist, or it belongs to another account."))
    found = removals(actor=actor, account_id=account_id, removal_ids=removal_ids)
    people = list(found.values())
    of_boxes, others = boxes_of_removals(list(found)), other_licenses(people)
    places = places_in_other_boxes([one.license_id for one in people])
    belongings = belongings_of(people)
    return RestorePlan(
        account_id,
        tuple(
            _returning(
                actor,
                one,
                account_id=account_id,
                of_boxes=of_boxes[one.removal_id],
                places=places.get(one.license_id, 0),
                belongings=belongings[one.removal_id],
                other=others.get(one.removal_id),
                roles=roles,
                take_back=take_back,
            )
            for one in people
        ),
        take_back,
        license_status(account_id),
    )


def _returning(
    actor: Actor,
    one: RemovedPerson,
    *,
    account_id: UUID,
    of_boxes: BoxesOfRemoval,
    places: int,
    belongings: Belongings,
    other: OtherLicense | None,
    roles: bool,
    take_back: bool,
) -> Returning:
    possible = one.roles if roles and not (other and other.kind == PoolKind.GUEST) else ()
    given = tuple(role for role in possible if may_change_role(actor, role, account_id))
    lost = tuple(role for role in one.roles if role not in given)
    if not take_back:
        of_boxes = BoxesOfRemoval(
            of_boxes.in_bin, of_boxes.data_rooms, of_boxes.files, of_boxes.bytes
        )
    return Returning(one, of_boxes, places, belongings, given, lost, other)


def too_few_licenses(plan: RestorePlan) -> NoFreeLicense:
    """Return the refusal that says what is lacking, and what would free it."""
    return NoFreeLicense(
        _("There are too few free licenses, so nobody was restored."),
        rows=tuple(
            _("%(kind)s: %(needed)d needed, %(available)d available, %(missing)d missing")
            % {
                "kind": need.kind.label,
                "needed": need.needed,
                "available": need.available,
                "missing": need.missing,
            }
            for need in plan.missing
        ),
        ways_out=(
            WayOut("book-more", _("Book more licenses")),
            WayOut("free-one", _("Release a license")),
        ),
        missing={need.kind.value: need.missing for need in plan.missing},
    )


@dataclass(frozen=True)
class Restored:
    """What was done."""

    people: int
    boxes: int  #: from the bin
    back: int  #: boxes from successors


@transaction.atomic
def restore_people(
    *,
    actor: Actor,
    account_id: UUID,
    removal_ids: Sequence[UUID],
    at: datetime,
    roles: bool = True,
    take_back: bool = True,
    confirmed: str | None = None,
) -> Restored:
    """Restore people as shown; who is back already stays as they are.

    ``confirmed`` is the hash of the plan that was shown; None where nobody was shown one.

    :raises RestoreOvertaken: something else would happen now.
    :raises NoFreeLicense: too few licenses are free, for people or their data rooms.
    :raises GuestCannotOwn: somebody with boxes came back as a guest.
    """
    given = {
        "actor": actor,
        "account_id": account_id,
        "removal_ids": removal_ids,
        "roles": roles,
        "take_back": take_back,
    }
    held = _licenses(plan_restore(**given))  # type: ignore[arg-type]
    licensing.hold_licenses(account_id=account_id, license_ids=held)
    plan = plan_restore(**given)  # type: ignore[arg-type]
    if not plan.people:
        return Restored(0, 0, 0)
    changed = confirmed is not None and confirmed != plan.hash
    if changed or not _licenses(plan) <= held:
        raise _overtaken()
    if plan.missing:
        raise too_few_licenses(plan)
    done = [_restore(actor, plan, one, at) for one in plan.people]
    return Restored(
        len(done), sum(count for count, _back in done), sum(back for _count, back in done)
    )


def _overtaken() -> RestoreOvertaken:
    return RestoreOvertaken(
        _("This has changed in the meantime. Please look at it again and confirm.")
    )


def _licenses(plan: RestorePlan) -> set[UUID]:
    found = {one.who.license_id for one in plan.people}
    found |= {one.other.license_id for one in plan.people if one.other}
    return found.union(*(one.boxes.with_licenses for one in plan.people))


def _restore(actor: Actor, plan: RestorePlan, one: Returning, at: datetime) -> tuple[int, int]:
    who, account_id = one.who, plan.account_id
    if one.blocked:
        raise GuestCannotOwn(
            _(
                "%(name)s has come back as a guest, and guests own no boxes. Give them a full "
                "license first."
            )
            % {"name": who.name}
        )
    into = one.other.license_id if one.other else None
    if into is None:
        _revive(actor, account_id, who, at)
    else:
        boxes.pass_on_memberships(from_license=who.license_id, to_license=into)
        licensing.pass_on_belongings(from_license=who.license_id, to_license=into)
    licensing.end_shared_guests(removal_ids=[who.removal_id])
    of = {"actor": actor, "account_id": account_id, "removal_id": who.removal_id, "at": at}
    count = boxes.restore_boxes(**of, to_license=into)  # type: ignore[arg-type]
    back = 0
    if plan.take_back:
        back = boxes.move_back(**of, to_license=into)  # type: ignore[arg-type]
    for role in one.roles:
        accounts.grant_role(
            actor=actor, profile_id=who.profile_id, account_id=account_id, role=role, at=at
        )
    if not licensing.mark_restored(
        actor=actor, account_id=account_id, removal_id=who.removal_id, at=at
    ):
        raise _overtaken()  # erased in this moment: there is nobody to come back
    counts = {"boxes": count, "back": back}
    _tell(actor, account_id=account_id, one=one, into=into, counts=counts, at=at)
    return count, back


def _revive(actor: Actor, account_id: UUID, who: RemovedPerson, at: datetime) -> None:
    licensing.revive_license(
        actor=actor,
        account_id=account_id,
        license_id=who.license_id,
        at=at,
        state=LicenseState(who.state_before),
    )
    if who.ends_at is not None and who.ends_at <= at:
        # Otherwise it would end again at once. Days without sign-in count anew, a date is over.
        licensing.set_end(
            actor=actor,
            account_id=account_id,
            license_ids=[who.license_id],
            ends_at=None,
            idle_days=who.idle_days,
            at=at,
        )


def _tell(
    actor: Actor,
    *,
    account_id: UUID,
    one: Returning,
    into: UUID | None,
    counts: Mapping[str, int],
    at: datetime,
) -> None:
    record(
        account_id=account_id,
        actor_id=actor.person_id,
        door=actor.door,
        verb="license.restore",
        at=at,
        subject_id=one.who.person_id,
        license=str(into or one.who.license_id),
        kind=str(one.other.kind if one.other else one.who.kind),
        removal=str(one.who.removal_id),
        roles=[str(role) for role in one.roles],
        guests=one.belongings.guests_back,
        **counts,
    )
