"""How far a license reaches: who works in its boxes, and in how many of others' it works."""

from dataclasses import dataclass
from uuid import UUID

from siegel.accounts.permissions import Actor, Permission, require
from siegel.boxes.models import BoxMember


@dataclass(frozen=True)
class Reach:
    """Counts for a preview, without any name of a box: administrators do not see content."""

    members: int  #: licenses that work in the boxes of this one
    places: int  #: boxes of others in which this one works


def reach_of(*, actor: Actor, account_id: UUID, license_id: UUID) -> Reach:
    """Return the reach of a license of the account; takes longer the more boxes there are."""
    require(actor, Permission.PEOPLE_VIEW, account_id)
    live = BoxMember.objects.filter(box__account_id=account_id, box__binned_at=None)
    # Places of people in the bin wait for their return; nobody works there now.
    inside = live.filter(box__owner_id=license_id, license__released_at=None)
    inside = inside.exclude(license_id=license_id)
    places = live.filter(license_id=license_id).exclude(box__owner_id=license_id)
    return Reach(
        members=inside.order_by().values("license").distinct().count(), places=places.count()
    )
