"""Decisions about boxes, without a database."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from siegel.boxes.kinds import BoxKind, MemberRole

NAME_LENGTH = 64
#: A temporary box lasts at most so long (SPEC §8).
LONGEST_TEMPORARY = timedelta(days=365)


@dataclass(frozen=True)
class Rights:
    """What a license may do in a box."""

    role: MemberRole = MemberRole.MEMBER
    reads: bool = True
    writes: bool = True
    deletes: bool = False
    sees_members: bool = True
    owns: bool = False

    @property
    def manages(self) -> bool:
        """Whether members, rights and settings are theirs to decide."""
        return self.owns or self.role == MemberRole.MANAGER

    @property
    def letterbox(self) -> bool:
        """Whether they put files in and see only their own."""
        return self.writes and not self.reads


MANAGER = Rights(MemberRole.MANAGER, deletes=True)
OWNER = Rights(MemberRole.MANAGER, deletes=True, owns=True)


def end_fits(kind: BoxKind, ends_at: datetime | None, at: datetime) -> bool:
    """Return whether the end suits the kind: a temporary box has one within 365 days."""
    if kind != BoxKind.TEMPORARY:
        return ends_at is None
    return ends_at is not None and at < ends_at <= at + LONGEST_TEMPORARY
