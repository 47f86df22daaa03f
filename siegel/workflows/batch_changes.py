"""What can be done with many people at once: who is left out and why, and the single action each.

The rules are those of the single actions; here they are asked beforehand, so that a preview can
name who is left out, and the actions themselves insist on them once more.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from siegel.accounts.permissions import (
    Actor,
    Permission,
    Role,
    may_change_role,
    require,
    require_role_change,
)
from siegel.licensing import actions as licensing
from siegel.licensing.kinds import LicenseState, PoolKind
from siegel.licensing.rules import RIGHTS
from siegel.workflows.change_roles import grant_role, withdraw_role
from siegel.workflows.hand_over_boxes import check_not_oneself, hand_over_boxes
from siegel.workflows.people_overview import Person
from siegel.workflows.suspend_license import activate_license, suspend_license

_BATCH = 5_000


class LeftOut(StrEnum):
    """Why somebody of a selection is left out."""

    OWN = "own"  # nobody takes their own access or role away by accident
    RANK = "rank"  # has a role above the actor's
    WAITING = "waiting"  # has not registered yet
    GUEST = "guest"  # guests have no roles and no such rights
    SUCCESSOR = "successor"  # gets the boxes
    NO_BOXES = "no-boxes"  # has nothing to hand over


class Change(ABC):
    """One thing that is done with everybody of a selection whom it fits."""

    @property
    def extras(self) -> Sequence[str]:
        """What of ``people_overview.EXTRAS`` it needs to know."""
        return ()

    @property
    def also(self) -> Sequence[UUID]:
        """Licenses that it changes beside those of the selection."""
        return ()

    def check(self, actor: Actor, account_id: UUID) -> None:
        """Ask whether the actor may do this at all.

        :raises Forbidden: the actor manages no licenses.
        """
        require(actor, Permission.LICENSE_ASSIGN, account_id)

    @abstractmethod
    def left_out(self, actor: Actor, account_id: UUID, person: Person) -> LeftOut | None:
        """Return why the person is left out, or None."""

    @abstractmethod
    def done(self, person: Person) -> bool:
        """Return whether it is so already."""

    @abstractmethod
    def facts(self, person: Person | None) -> list[Any]:
        """Return what a confirmation is about: the change itself, or with one person."""

    @abstractmethod
    def carry_out(
        self, actor: Actor, account_id: UUID, people: Sequence[Person], at: datetime
    ) -> None:
        """Do it with these people."""


def _above(actor: Actor, account_id: UUID, person: Person) -> bool:
    return not all(may_change_role(actor, role, account_id) for role in person.row.roles)


@dataclass(frozen=True)
class SetState(Change):
    """Suspend or activate."""

    to: LicenseState

    def left_out(self, actor: Actor, account_id: UUID, person: Person) -> LeftOut | None:
        """Leave out oneself, those above, and who has not registered."""
        if self.to == LicenseState.SUSPENDED and person.row.person_id == actor.person_id:
            return LeftOut.OWN
        if _above(actor, account_id, person):
            return LeftOut.RANK
        waiting = person.row.state not in {LicenseState.ACTIVE, LicenseState.SUSPENDED}
        return LeftOut.WAITING if waiting else None

    def done(self, person: Person) -> bool:
        """Return whether the license is in this state."""
        return person.row.state == self.to

    def facts(self, person: Person | None) -> list[Any]:
        """Return the state."""
        return [] if person else ["state", self.to]

    def carry_out(
        self, actor: Actor, account_id: UUID, people: Sequence[Person], at: datetime
    ) -> None:
        """Suspend or activate each."""
        act = suspend_license if self.to == LicenseState.SUSPENDED else activate_license
        for one in people:
            act(actor=actor, account_id=account_id, license_id=one.row.license_id, at=at)


@dataclass(frozen=True)
class SetRole(Change):
    """Give or withdraw a role."""

    role: Role
    give: bool

    def check(self, actor: Actor, account_id: UUID) -> None:
        """Ask for the role's permissions.

        :raises Forbidden: the role can do what the actor cannot.
        """
        require_role_change(actor, self.role, account_id)

    def left_out(self, actor: Actor, account_id: UUID, person: Person) -> LeftOut | None:
        """Leave out guests, and oneself where a role goes."""
        if self.give and person.row.kind != PoolKind.FULL:
            return LeftOut.GUEST
        own = person.row.person_id == actor.person_id
        return LeftOut.OWN if own and not self.give and not self.done(person) else None

    def done(self, person: Person) -> bool:
        """Return whether the person has the role, or has it no more."""
        return (self.role in person.row.roles) == self.give

    def facts(self, person: Person | None) -> list[Any]:
        """Return the role."""
        return [] if person else ["role", self.role, self.give]

    def carry_out(
        self, actor: Actor, account_id: UUID, people: Sequence[Person], at: datetime
    ) -> None:
        """Give or withdraw it for each."""
        act = grant_role if self.give else withdraw_role
        for one in people:
            act(
                actor=actor,
                account_id=account_id,
                license_id=one.row.license_id,
                role=self.role,
                at=at,
            )


@dataclass(frozen=True)
class SetRights(Change):
    """Set rights, whom people find, or their mails."""

    changes: Mapping[str, bool | str]

    def left_out(self, actor: Actor, account_id: UUID, person: Person) -> LeftOut | None:
        """Leave out guests, to whom only the mails apply."""
        of_full = set(self.changes) & {*RIGHTS, "sees"}
        return LeftOut.GUEST if of_full and person.row.kind != PoolKind.FULL else None

    def done(self, person: Person) -> bool:
        """Return whether everything is set so."""
        return all(getattr(person.row, name) == value for name, value in self.changes.items())

    def facts(self, person: Person | None) -> list[Any]:
        """Return what is set."""
        return [] if person else ["rights", sorted(self.changes.items())]

    def carry_out(
        self, actor: Actor, account_id: UUID, people: Sequence[Person], at: datetime
    ) -> None:
        """Set it for all of them."""
        ids = [one.row.license_id for one in people]
        for start in range(0, len(ids), _BATCH):
            licensing.change_rights(
                actor=actor,
                account_id=account_id,
                license_ids=ids[start : start + _BATCH],
                changes=self.changes,
                at=at,
            )


@dataclass(frozen=True)
class SetGroups(Change):
    """Put people into groups and take them out of others."""

    join: tuple[UUID, ...] = ()
    leave: tuple[UUID, ...] = ()

    @property
    def extras(self) -> Sequence[str]:
        """Who is in which group."""
        return ("groups",)

    def left_out(self, actor: Actor, account_id: UUID, person: Person) -> LeftOut | None:
        """Leave out nobody."""
        return None

    def done(self, person: Person) -> bool:
        """Return whether the person is in these groups, and not in those."""
        groups = {group for group, _name in person.groups}
        return groups.issuperset(self.join) and groups.isdisjoint(self.leave)

    def facts(self, person: Person | None) -> list[Any]:
        """Return the groups."""
        return (
            [] if person else ["groups", sorted(map(str, self.join)), sorted(map(str, self.leave))]
        )

    def carry_out(
        self, actor: Actor, account_id: UUID, people: Sequence[Person], at: datetime
    ) -> None:
        """Change the groups of all of them."""
        ids = [one.row.license_id for one in people]
        for start in range(0, len(ids), _BATCH):
            licensing.change_groups(
                actor=actor,
                account_id=account_id,
                license_ids=ids[start : start + _BATCH],
                join=self.join,
                leave=self.leave,
                at=at,
            )


@dataclass(frozen=True)
class HandOver(Change):
    """Give everybody's boxes to one license; the people stay."""

    to: UUID

    @property
    def also(self) -> Sequence[UUID]:
        """Return who gets the boxes."""
        return (self.to,)

    def check(self, actor: Actor, account_id: UUID) -> None:
        """Ask for the permission, and to whom the boxes go.

        :raises Forbidden: the actor manages no licenses.
        :raises ToOneself: the boxes would go to the actor.
        """
        super().check(actor, account_id)
        check_not_oneself(actor, self.to)

    def left_out(self, actor: Actor, account_id: UUID, person: Person) -> LeftOut | None:
        """Leave out who gets the boxes, those above, and who has none."""
        if person.row.license_id == self.to:
            return LeftOut.SUCCESSOR
        if _above(actor, account_id, person):
            return LeftOut.RANK
        return None if person.row.boxes else LeftOut.NO_BOXES

    def done(self, person: Person) -> bool:
        """Return whether nothing is left to hand over; those are left out with a reason."""
        return False

    def facts(self, person: Person | None) -> list[Any]:
        """Return the successor, and what each hands over."""
        if person is None:
            return ["hand-over", str(self.to)]
        return [person.row.boxes, person.row.data_rooms, person.row.owned_bytes]

    def carry_out(
        self, actor: Actor, account_id: UUID, people: Sequence[Person], at: datetime
    ) -> None:
        """Move the boxes of each in one statement."""
        for one in people:
            hand_over_boxes(
                actor=actor,
                account_id=account_id,
                from_license=one.row.license_id,
                to_license=self.to,
                at=at,
            )
