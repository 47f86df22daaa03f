"""What hangs on a license beside its boxes: groups and guests."""

from dataclasses import dataclass
from uuid import UUID

from siegel.accounts.permissions import Actor, Permission, require
from siegel.licensing.kinds import PoolKind
from siegel.licensing.models import GroupMember, License, Sponsorship


@dataclass(frozen=True)
class Belongings:
    """What belongs to a license. Bytes count everything in its boxes, also what others put there.

    ``groups`` are names in the order of the alphabet; ``sponsors`` count whose guest it is.
    """

    boxes: int
    data_rooms: int
    owned_bytes: int
    groups: tuple[str, ...]
    guests: int
    sponsors: int


def belongings_of(*, actor: Actor, account_id: UUID, license_id: UUID) -> Belongings:
    """Return what belongs to a license of the account, from counters and indexes."""
    require(actor, Permission.PEOPLE_VIEW, account_id)
    boxes, data_rooms, owned_bytes = License.objects.values_list(
        "boxes", "data_rooms", "owned_bytes"
    ).get(id=license_id, pool__account_id=account_id)
    groups = GroupMember.objects.filter(license_id=license_id).values_list("group__name", flat=True)
    return Belongings(
        boxes=boxes,
        data_rooms=data_rooms,
        owned_bytes=owned_bytes,
        groups=tuple(groups.order_by("group__name")),
        # Rows of guests in the bin wait for their return; nobody counts them as guests now.
        guests=Sponsorship.objects.filter(
            sponsor_id=license_id, guest__released_at=None, guest__pool__kind=PoolKind.GUEST
        ).count(),
        sponsors=Sponsorship.objects.filter(guest_id=license_id, sponsor__released_at=None).count(),
    )
