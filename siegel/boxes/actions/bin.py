"""Boxes in the bin: out of reach, restorable, and destroyed when their time is over."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Count, Q, Sum

from siegel.accounts.permissions import Actor, Permission, require
from siegel.boxes.kinds import BoxKind
from siegel.boxes.models import Box
from siegel.licensing import actions as licensing
from siegel.licensing.kinds import LicenseState, PoolKind


@transaction.atomic
def bin_boxes(
    *, actor: Actor, account_id: UUID, license_id: UUID, removal_id: UUID, at: datetime
) -> int:
    """Put all live boxes of a license into the bin with its removal; return how many.

    Data rooms give their licenses back.
    """
    require(actor, Permission.LICENSE_ASSIGN, account_id)
    boxes = Box.objects.filter(owner_id=license_id, account_id=account_id, binned_at=None)
    rooms = dict(boxes.filter(kind=BoxKind.DATA_ROOM).values_list("id", "room_license"))
    count = boxes.update(binned_at=at, binned_with_id=removal_id, room_license=None)
    for room_license in rooms.values():
        licensing.release_license(
            actor=actor, account_id=account_id, license_id=room_license, at=at, reason="remove"
        )
    licensing.count_owned(license_id, boxes=-count, data_rooms=-len(rooms))
    return count


@transaction.atomic
def restore_boxes(*, actor: Actor, account_id: UUID, removal_id: UUID, at: datetime) -> int:
    """Take the boxes of a removal out of the bin again; return how many.

    :raises NoFreeLicense: a data room needs a license, and every booked one is used.
    """
    require(actor, Permission.LICENSE_ASSIGN, account_id)
    boxes = Box.objects.filter(binned_with=removal_id, account_id=account_id, destroyed_at=None)
    rooms = list(boxes.filter(kind=BoxKind.DATA_ROOM).values_list("id", flat=True))
    owned = boxes.values("owner").annotate(
        count=Count("id"), rooms=Count("id", filter=Q(kind=BoxKind.DATA_ROOM))
    )
    owners = list(owned.order_by().values_list("owner", "count", "rooms"))
    taken = licensing.assign_licenses(
        actor=actor,
        account_id=account_id,
        kind=PoolKind.DATA_ROOM,
        holder_ids=[None] * len(rooms),
        at=at,
        state=LicenseState.ACTIVE,
    )
    for room, license_id in zip(rooms, taken, strict=True):
        Box.objects.filter(id=room).update(
            binned_at=None, binned_with=None, room_license=license_id
        )
    boxes.update(binned_at=None, binned_with=None)
    for owner, count, of_rooms in owners:
        licensing.count_owned(owner, boxes=count, data_rooms=of_rooms)
    return sum(count for _owner, count, _rooms in owners)


@transaction.atomic
def destroy_boxes(*, removal_id: UUID, at: datetime) -> int:
    """Destroy the boxes that lie in the bin with a removal, for good; return how many.

    The rows stay without name and content, so that journals and figures keep their places.
    """
    boxes = Box.objects.filter(binned_with=removal_id, destroyed_at=None)
    sizes = list(
        boxes.values("owner").annotate(size=Sum("bytes")).order_by().values_list("owner", "size")
    )
    count = boxes.update(destroyed_at=at, name="", files=0, bytes=0)
    for owner, size in sizes:
        licensing.count_owned(owner, owned_bytes=-size)
    return count
