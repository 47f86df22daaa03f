"""What removing people would do: shown first, then carried out exactly so (promise 7).

Boxes appear as figures. Their names are content, and administrators see no content.
"""

import hashlib
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from siegel.accounts.permissions import Actor, Permission, Role, require
from siegel.accounts.queries import live_token_counts, open_links
from siegel.boxes.queries.owned import OwnedBoxes, all_others, owned_boxes, places_in_other_boxes
from siegel.core.refusal import BadInput, NotFound, Refusal, WayOut
from siegel.licensing.kinds import LicenseState, PoolKind
from siegel.licensing.queries.holder_rows import HolderRow
from siegel.licensing.queries.leaving import Guests, guests_of, people_of, possible_successors
from siegel.licensing.queries.one_holder import active_registration_admins
from siegel.licensing.queries.status import LicenseStatus, license_status
from siegel.workflows.administrators import (
    check_an_administrator_stays,
    nobody_could_administer,
    require_rank,
)
from siegel.workflows.suspend_license import OwnLicense

#: So many people can be removed at once: a preview of more is read by nobody.
MOST = 1_000


class NoSuccessor(Refusal):
    """Boxes shall go to somebody who cannot take them, or who leaves as well."""

    code = "no-successor"


@dataclass(frozen=True)
class Destination:
    """Where somebody's boxes go: to a successor's license, or into the bin."""

    successor: UUID | None = None


BIN = Destination()


@dataclass(frozen=True)
class Decisions:
    """One destination for all, with exceptions by license; None where nobody has decided.

    An exception of None is undecided as well: it does not go where all others go.
    """

    all: Destination | None = None
    but: Mapping[UUID, Destination | None] = field(default_factory=dict)

    def of(self, license_id: UUID) -> Destination | None:
        """Return what was decided for one license."""
        return self.but.get(license_id, self.all)


UNDECIDED = Decisions()


@dataclass(frozen=True)
class Leaver:
    """One person who would be removed, with everything that hangs on their license."""

    row: HolderRow
    owned: OwnedBoxes
    places: int  #: boxes of others in which they work
    guests: Guests
    open_link: bool
    tokens: int
    destination: Destination | None  #: None: undecided, or nothing to decide

    @property
    def undecided(self) -> bool:
        """Whether boxes are there and nobody has said where they go."""
        return bool(self.owned.boxes) and self.destination is None

    @property
    def successor(self) -> UUID | None:
        """The license that gets what they leave behind, if there is anything to get."""
        if self.destination and (self.owned.boxes or self.guests.all):
            return self.destination.successor
        return None

    @property
    def bins(self) -> bool:
        """Whether their boxes go into the bin."""
        return bool(self.owned.boxes) and self.destination == BIN

    @cached_property
    def print(self) -> str:
        """A short hash over everything that is shown about them."""
        row, to = self.row, self.destination
        facts = [
            str(row.license_id),
            row.name,
            row.state,
            row.kind,
            str(row.assigned_at),  # differs after they were restored: that is another removal
            sorted(map(str, row.roles)),
            vars(self.owned),
            self.places,
            vars(self.guests),
            self.open_link,
            self.tokens,
            "" if to is None else str(to.successor),
        ]
        return hashlib.sha256(json.dumps(facts).encode()).hexdigest()[:16]


@dataclass(frozen=True)
class Kept:
    """Somebody of the selection who cannot be removed, and why."""

    row: HolderRow
    why: Refusal


@dataclass(frozen=True)
class Taking:
    """A successor and what they would get."""

    row: HolderRow
    people: int
    boxes: int
    data_rooms: int
    files: int
    bytes: int
    guests: int


@dataclass(frozen=True)
class Totals:
    """Sums over everybody who would be removed."""

    people: int
    boxes: int
    handed_over: int
    binned: int
    binned_data_rooms: int
    binned_files: int
    binned_bytes: int
    binned_shared: int  #: boxes in the bin that others work in now
    undecided: int  #: people
    places: int
    guests_alone: int  #: guests who stay without anybody whose guests they are
    links: int
    tokens: int
    freed: Mapping[PoolKind, int]


@dataclass(frozen=True)
class RemovalPlan:
    """What removing these people would do."""

    account_id: UUID
    leavers: tuple[Leaver, ...]
    kept: tuple[Kept, ...]
    gone: tuple[HolderRow, ...]  #: those of the selection who were removed before
    takers: tuple[HolderRow, ...]  #: the successors that were chosen
    others: int  #: how many people beside them work in their boxes
    status: LicenseStatus  #: the figures before
    erase_after: datetime

    @property
    def undecided(self) -> tuple[Leaver, ...]:
        """Those with boxes of whom nobody has said where these go."""
        return tuple(one for one in self.leavers if one.undecided)

    @property
    def undecided_boxes(self) -> int:
        """How many boxes would be nobody's."""
        return sum(one.owned.boxes for one in self.undecided)

    @property
    def deciding(self) -> tuple[Leaver, ...]:
        """Those about whose boxes somebody has to decide."""
        return tuple(one for one in self.leavers if one.owned.boxes)

    @cached_property
    def totals(self) -> Totals:
        """The sums."""
        binned = [one.owned for one in self.leavers if one.bins]
        kinds = [one.row.kind for one in self.leavers]
        return Totals(
            people=len(self.leavers),
            boxes=sum(one.owned.boxes for one in self.leavers),
            handed_over=sum(one.owned.boxes for one in self.leavers if one.successor),
            binned=sum(one.boxes for one in binned),
            binned_data_rooms=sum(one.data_rooms for one in binned),
            binned_files=sum(one.files for one in binned),
            binned_bytes=sum(one.bytes for one in binned),
            binned_shared=sum(one.shared for one in binned),
            undecided=len(self.undecided),
            places=sum(one.places for one in self.leavers),
            guests_alone=sum(one.guests.alone for one in self.leavers if not one.successor),
            links=sum(one.open_link for one in self.leavers),
            tokens=sum(one.tokens for one in self.leavers),
            freed={kind: kinds.count(kind) for kind in PoolKind if kind in kinds},
        )

    @cached_property
    def takings(self) -> tuple[Taking, ...]:
        """The successors who get something, by name."""
        found = []
        for row in self.takers:
            of = [one for one in self.leavers if one.successor == row.license_id]
            if of:
                owned = [one.owned for one in of]
                found.append(
                    Taking(
                        row,
                        len(of),
                        sum(one.boxes for one in owned),
                        sum(one.data_rooms for one in owned),
                        sum(one.files for one in owned),
                        sum(one.bytes for one in owned),
                        sum(one.guests.all for one in of),
                    )
                )
        return tuple(found)

    @cached_property
    def hash(self) -> str:
        """A hash over everything that is shown."""
        facts = [
            str(self.account_id),
            [one.print for one in self.leavers],
            [str(one.row.license_id) for one in self.kept],
            [[str(one.license_id), one.name] for one in self.takers],
            self.others,
        ]
        return hashlib.sha256(json.dumps(facts).encode()).hexdigest()


def plan_removal(
    *,
    actor: Actor,
    account_id: UUID,
    license_ids: Sequence[UUID],
    at: datetime,
    decisions: Decisions = UNDECIDED,
) -> RemovalPlan:
    """Return what removing these people would do, in few statements; nothing is changed.

    Of several people, those who cannot be removed are ``kept``, with the reason.

    :raises BadInput: nobody was chosen, or more than 1000 people.
    :raises NotFound: one of the licenses is not of this account.
    :raises NoSuccessor: boxes shall go to somebody who leaves too, or cannot own boxes.
    :raises Refusal: nobody of the selection can be removed; the reason of the first one.
    """
    require(actor, Permission.LICENSE_ASSIGN, account_id)
    _check_count(license_ids)
    rows = people_of(actor=actor, account_id=account_id, license_ids=license_ids)
    if len(rows) != len(set(license_ids)):
        raise NotFound(_("This does not exist, or it belongs to another account."))
    gone = tuple(row for row in rows if row.state == LicenseState.RELEASED)
    live = [row for row in rows if row.state != LicenseState.RELEASED]
    kept = _kept(actor, account_id, live)
    stay = {one.row.license_id for one in kept} | {row.license_id for row in gone}
    leaving = [row for row in rows if row.license_id not in stay]
    if kept and not leaving:
        raise kept[0].why
    ids = [row.license_id for row in leaving]
    return RemovalPlan(
        account_id,
        _leavers(leaving, decisions, at),
        kept,
        gone,
        _takers(actor, account_id, ids, decisions),
        all_others(ids),
        license_status(account_id),
        at + timedelta(days=settings.REMOVAL_GRACE_DAYS),
    )


def _check_count(license_ids: Sequence[UUID]) -> None:
    if not license_ids:
        raise BadInput(_("Please choose first who shall be removed."))
    if len(license_ids) > MOST:
        raise BadInput(
            _("At most %(count)d people can be removed at once. Please choose fewer.")
            % {"count": MOST}
        )


def _kept(actor: Actor, account_id: UUID, rows: Sequence[HolderRow]) -> tuple[Kept, ...]:
    """Return who of them cannot be removed."""
    found = []
    admins = {row.profile_id for row in rows if Role.REGISTRATION_ADMIN in row.roles}
    # Together they may be all who administer the account, where none of them is alone.
    nobody_left = admins and active_registration_admins(account_id) <= admins
    for row in rows:
        try:
            if row.person_id == actor.person_id:
                raise OwnLicense(
                    _("This is your own license. Please ask another administrator to remove you.")
                )
            require_rank(actor, account_id, row.roles)
            if row.profile_id in admins:
                check_an_administrator_stays(account_id, row.profile_id)
                if nobody_left and actor.person_id is None:
                    raise nobody_could_administer()
        except Refusal as why:
            found.append(Kept(row, why))
    return tuple(found)


def _leavers(rows: Sequence[HolderRow], decisions: Decisions, at: datetime) -> tuple[Leaver, ...]:
    ids, profiles = [row.license_id for row in rows], [row.profile_id for row in rows]
    owned, places, guests = owned_boxes(ids), places_in_other_boxes(ids), guests_of(ids)
    links, tokens = open_links(profiles, at), live_token_counts(profiles, at)
    found = []
    for row in rows:
        boxes, brought = owned.get(row.license_id, OwnedBoxes()), guests.get(row.license_id)
        found.append(
            Leaver(
                row,
                boxes,
                places.get(row.license_id, 0),
                brought or Guests(),
                row.profile_id in links,
                tokens.get(row.profile_id, 0),
                decisions.of(row.license_id) if boxes.boxes or brought else None,
            )
        )
    return tuple(found)


def _takers(
    actor: Actor, account_id: UUID, leaving: Sequence[UUID], decisions: Decisions
) -> tuple[HolderRow, ...]:
    wanted = {one.successor for one in map(decisions.of, leaving) if one and one.successor}
    if not wanted:
        return ()
    only = [one for one in wanted if one]
    found = possible_successors(actor=actor, account_id=account_id, leaving=leaving, only=only)
    missing = wanted - {row.license_id for row in found}
    if missing:
        raise _no_successor(actor, account_id, [one for one in missing if one], set(leaving))
    return tuple(found)


def _no_successor(
    actor: Actor, account_id: UUID, missing: Sequence[UUID], leaving: set[UUID]
) -> NoSuccessor:
    rows = people_of(actor=actor, account_id=account_id, license_ids=missing)
    if not rows:
        raise NotFound(_("This does not exist, or it belongs to another account."))
    return _unfit(rows[0], leaving)


def unfit_successors(
    *, actor: Actor, account_id: UUID, leaving: Sequence[UUID], wanted: Collection[UUID]
) -> dict[UUID, NoSuccessor]:
    """Return who of the wanted successors can take no boxes, and why."""
    require(actor, Permission.LICENSE_ASSIGN, account_id)
    if not wanted:
        return {}
    only, stay = list(wanted), set(leaving)
    fit = possible_successors(actor=actor, account_id=account_id, leaving=leaving, only=only)
    missing = set(wanted) - {row.license_id for row in fit}
    rows = people_of(actor=actor, account_id=account_id, license_ids=list(missing))
    return {row.license_id: _unfit(row, stay) for row in rows}


def _unfit(row: HolderRow, leaving: set[UUID]) -> NoSuccessor:
    name = row.name
    if row.license_id in leaving:
        sentence = _("%(name)s is to be removed as well and cannot take over any boxes.")
    elif row.kind == PoolKind.GUEST:
        sentence = _("%(name)s is a guest. Only people with a full license can own boxes.")
    elif row.state == LicenseState.SUSPENDED:
        sentence = _("%(name)s is suspended and cannot take over any boxes.")
    else:
        sentence = _("%(name)s has no license any more and cannot take over any boxes.")
    return NoSuccessor(sentence % {"name": name}, license_id=str(row.license_id))


class BoxesUndecided(Refusal):
    """Somebody owns boxes, and nobody has said where these go; carries who and how many."""

    code = "boxes-undecided"


def boxes_undecided(plan: RemovalPlan) -> BoxesUndecided:
    """Return the refusal that names whose boxes are undecided, and what would help."""
    people = plan.undecided
    boxes = sum(one.owned.boxes for one in people)
    sentence = ngettext(
        "%(boxes)d box would belong to nobody. Say who gets it, or that it goes into the bin.",
        "%(boxes)d boxes would belong to nobody. Say who gets them, or that they go into the bin.",
        boxes,
    )
    return BoxesUndecided(
        sentence % {"boxes": boxes},
        rows=tuple(_with_boxes(one) for one in people[:10]),
        ways_out=(
            WayOut("hand-over", _("Hand the boxes over")),
            WayOut("bin", _("Put the boxes into the bin")),
        ),
        boxes=boxes,
        licenses=[str(one.row.license_id) for one in people],
    )


def _with_boxes(one: Leaver) -> str:
    boxes = one.owned.boxes
    text = ngettext("%(name)s: %(boxes)d box", "%(name)s: %(boxes)d boxes", boxes)
    return text % {"name": one.row.name, "boxes": boxes}
