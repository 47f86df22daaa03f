"""What must agree about boxes: owners, counters, data-room licenses (promises 3 and 6)."""

from collections.abc import Iterator

from django.db.models import F, Q

from siegel.boxes.kinds import BoxKind
from siegel.boxes.models import Box, BoxMember
from siegel.core.sql import fetch_all
from siegel.licensing.kinds import PoolKind
from siegel.licensing.models import License


def check() -> Iterator[str]:
    """Yield one sentence for each thing that does not agree."""
    live = Box.objects.filter(binned_at=None)
    orphans = live.filter(Q(owner__released_at__isnull=False) | ~Q(owner__pool__kind="full"))
    for box_id in orphans.values_list("id", flat=True)[:100]:
        yield f"box {box_id} is live, but its owner is no live full license"
    strangers = Box.objects.exclude(owner__pool__account=F("account"))
    for box_id in strangers.values_list("id", flat=True)[:100]:
        yield f"box {box_id} belongs to a license of another account"
    rooms = live.filter(kind=BoxKind.DATA_ROOM).exclude(
        room_license__released_at=None, room_license__pool__kind=PoolKind.DATA_ROOM
    )
    for box_id in rooms.values_list("id", flat=True)[:100]:
        yield f"data room {box_id} has no data-room license"
    inside = License.objects.filter(released_at=None, pool__kind=PoolKind.DATA_ROOM)
    taken = live.exclude(room_license=None).values("room_license")
    for license_id in inside.exclude(id__in=taken).values_list("id", flat=True)[:100]:
        yield f"data-room license {license_id} belongs to no data room"
    for license_id, boxes, rooms_, size in fetch_all(_MISCOUNTED, ()):
        yield (
            f"license {license_id} owns {boxes} boxes, {rooms_} data rooms and {size} bytes, "
            "which is not what its counters say"
        )
    ghosts = BoxMember.objects.filter(license__continued_by__isnull=False)
    for member_id in ghosts.values_list("id", flat=True)[:100]:
        yield f"membership {member_id} belongs to an ended stretch of a license"


_MISCOUNTED = """
SELECT l.id, COALESCE(o.boxes, 0), COALESCE(o.rooms, 0), COALESCE(o.size, 0)
FROM licensing_license l LEFT JOIN (
  SELECT owner_id, SUM(CASE WHEN binned_at IS NULL THEN 1 ELSE 0 END) AS boxes,
    SUM(CASE WHEN binned_at IS NULL AND kind = 'data_room' THEN 1 ELSE 0 END) AS rooms,
    SUM(bytes) AS size
  FROM boxes_box GROUP BY owner_id) o ON o.owner_id = l.id
WHERE l.boxes <> COALESCE(o.boxes, 0) OR l.data_rooms <> COALESCE(o.rooms, 0)
   OR l.owned_bytes <> COALESCE(o.size, 0) LIMIT 100
"""
