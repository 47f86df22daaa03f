"""Boxes in the bin: out of reach, restorable, and destroyed when their time is over."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Count, Q, Sum

from siegel.accounts.permissions import Actor, Permission, require
from siegel.boxes.kinds import BoxKind
from siegel.boxes.models import Box, BoxMember
from siegel.core.sql import run
from siegel.licensing import actions as licensing
from siegel.licensing.kinds import LicenseState, PoolKind

_DATA_ROOM = Count("id", filter=Q(kind=BoxKind.DATA_ROOM))


@transaction.atomic
def bin_boxes(
    *, actor: Actor, account_id: UUID, license_id: UUID, removal_id: UUID, at: datetime
) -> int:
    """Put all live boxes of a license into the bin with its removal; return how many.

    Data rooms give their licenses back.
    """
    return bin_boxes_of(
        actor=actor, account_id=account_id, removals={license_id: removal_id}, at=at
    )


@transaction.atomic
def bin_boxes_of(
    *, actor: Actor, account_id: UUID, removals: Mapping[UUID, UUID], at: datetime
) -> int:
    """Put all live boxes of many licenses into the bin, each with its license's open removal.

    Data rooms give their licenses back. Return how many boxes.
    """
    require(actor, Permission.LICENSE_ASSIGN, account_id)
    boxes = Box.objects.filter(owner_id__in=list(removals), account_id=account_id, binned_at=None)
    owned = list(
        boxes.values("owner")
        .annotate(count=Count("id"), rooms=_DATA_ROOM)
        .order_by()
        .values_list("owner", "count", "rooms")
    )
    if not owned:
        return 0
    rooms = list(
        boxes.exclude(room_license=None).order_by("id").values_list("room_license", flat=True)
    )
    owners = [owner for owner, _count, _rooms in owned]
    marks = ", ".join(["%s"] * len(owners))
    run(_BIN.format(owners=marks), [at, account_id, *owners])  # the open removal of each owner
    licensing.release_licenses(
        actor=actor, account_id=account_id, license_ids=rooms, at=at, reason="remove"
    )
    licensing.count_owned_each({owner: (-count, -of_rooms, 0) for owner, count, of_rooms in owned})
    return sum(count for _owner, count, _rooms in owned)


_BIN = """
UPDATE boxes_box SET binned_at = %s, room_license_id = NULL, binned_with_id = (
  SELECT r.id FROM licensing_removal r WHERE r.license_id = boxes_box.owner_id
  AND r.restored_at IS NULL AND r.erased_at IS NULL)
WHERE account_id = %s AND binned_at IS NULL AND owner_id IN ({owners})
"""


@transaction.atomic
def restore_boxes(
    *,
    actor: Actor,
    account_id: UUID,
    removal_id: UUID,
    at: datetime,
    to_license: UUID | None = None,
) -> int:
    """Take the boxes of a removal out of the bin again; return how many.

    ``to_license`` is whose they become where their owner came back with another license.

    :raises NoFreeLicense: a data room needs a license, and every booked one is used.
    """
    require(actor, Permission.LICENSE_ASSIGN, account_id)
    boxes = Box.objects.filter(binned_with=removal_id, account_id=account_id, destroyed_at=None)
    if to_license is not None:
        _change_owner(removal_id, to_license)
    rooms = list(boxes.filter(kind=BoxKind.DATA_ROOM).values_list("id", flat=True))
    owned = boxes.values("owner").annotate(count=Count("id"), rooms=_DATA_ROOM)
    owners = list(owned.order_by().values_list("owner", "count", "rooms"))
    # The room was opened by somebody who might; bringing it back needs no more than the people's.
    may_open = replace(actor, rights=actor.rights | {Permission.DATA_ROOM_CREATE})
    taken = licensing.assign_licenses(
        actor=may_open,
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
    licensing.count_owned_each({owner: (count, of_rooms, 0) for owner, count, of_rooms in owners})
    return sum(count for _owner, count, _rooms in owners)


def _change_owner(removal_id: UUID, to_license: UUID) -> None:
    """Let what lies in the bin with a removal belong to another license from now on."""
    boxes = Box.objects.filter(binned_with=removal_id, destroyed_at=None).exclude(owner=to_license)
    sizes = list(
        boxes.values("owner").annotate(size=Sum("bytes")).order_by().values_list("owner", "size")
    )
    boxes.update(owner=to_license)
    for owner, size in sizes:
        licensing.count_owned_each({owner: (0, 0, -size), to_license: (0, 0, size)})


@transaction.atomic
def destroy_boxes(*, removal_id: UUID, at: datetime) -> int:
    """Destroy the boxes that lie in the bin with a removal, for good; return how many.

    The rows stay without name and content, so that journals and figures keep their places.
    """
    boxes = Box.objects.filter(binned_with=removal_id, destroyed_at=None)
    sizes = list(
        boxes.values("owner").annotate(size=Sum("bytes")).order_by().values_list("owner", "size")
    )
    BoxMember.objects.filter(box__in=boxes).delete()
    count = boxes.update(destroyed_at=at, name="", files=0, bytes=0)
    licensing.count_owned_each({owner: (0, 0, -size) for owner, size in sizes})
    return count
