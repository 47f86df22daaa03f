"""How much people use boxes that are not theirs."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, F, Sum

from siegel.accounts.permissions import Actor, Permission, require
from siegel.boxes.models import BoxMember


@dataclass(frozen=True)
class SharedUsage:
    """Boxes of others that a license works in: how many, and what is in them (bytes)."""

    boxes: int = 0
    bytes: int = 0


def shared_usage(
    *, actor: Actor, account_id: UUID, license_ids: Sequence[UUID]
) -> dict[UUID, SharedUsage]:
    """Return what these licenses use of others' live boxes, in one statement.

    :raises Forbidden: only administrators see others' figures.
    """
    require(actor, Permission.PEOPLE_VIEW, account_id)
    rows = BoxMember.objects.filter(
        license__in=list(license_ids), box__account_id=account_id, box__binned_at=None
    ).exclude(box__owner=F("license"))
    sums = rows.values("license_id").annotate(boxes=Count("id"), size=Sum("box__bytes")).order_by()
    return {
        license_id: SharedUsage(boxes, int(size or 0))
        for license_id, boxes, size in sums.values_list("license_id", "boxes", "size")
    }
