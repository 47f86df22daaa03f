"""What a license may do in a box."""

from uuid import UUID

from siegel.boxes.kinds import MemberRole
from siegel.boxes.models import Box, BoxMember
from siegel.boxes.rules import OWNER, Rights
from siegel.licensing.kinds import PoolKind

#: The columns of a membership that make its rights.
RIGHTS_COLUMNS = ("role", "reads", "writes", "deletes", "sees_members")


def rights_in(box_id: UUID, license_id: UUID | None) -> Rights | None:
    """Return what a license may do in a box, or None where it has no place in it."""
    if license_id is None:
        return None
    owned = Box.objects.filter(id=box_id, owner_id=license_id, binned_at=None)
    if owned.exists():
        return OWNER
    row = (
        BoxMember.objects.filter(box_id=box_id, license_id=license_id, box__binned_at=None)
        .values_list(*RIGHTS_COLUMNS, "license__pool__kind")
        .first()
    )
    if row is None:
        return None
    role, *flags, kind = row
    # A full user who managed boxes and became a guest keeps the place, and manages again when they
    # are a full user again (promise 9); in between they work there as a member.
    manages = role == MemberRole.MANAGER and kind == PoolKind.FULL
    return Rights(MemberRole.MANAGER if manages else MemberRole.MEMBER, *flags)
