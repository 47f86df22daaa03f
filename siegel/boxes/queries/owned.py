"""What licenses own and where they work, in figures: names of boxes are content."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Count, F, Q, Sum

from siegel.boxes.kinds import BoxKind
from siegel.boxes.models import Box, BoxMember, BoxMove
from siegel.core.sql import fetch_all


@dataclass(frozen=True)
class OwnedBoxes:
    """The live boxes of one license."""

    boxes: int = 0
    data_rooms: int = 0  #: of these
    temporary: int = 0  #: of these
    files: int = 0
    bytes: int = 0
    shared: int = 0  #: boxes in which others work, who stay
    others: int = 0  #: how many different people these are


_FIGURES = {
    "count": Count("id"),
    "rooms": Count("id", filter=Q(kind=BoxKind.DATA_ROOM)),
    "for_a_time": Count("id", filter=Q(kind=BoxKind.TEMPORARY)),
    "of_files": Sum("files"),
    "size": Sum("bytes"),
}
_OTHERS = """
SELECT b.owner_id, COUNT(DISTINCT b.id), COUNT(DISTINCT m.license_id)
FROM boxes_box b
JOIN boxes_boxmember m ON m.box_id = b.id
JOIN licensing_license l ON l.id = m.license_id AND l.released_at IS NULL
WHERE b.binned_at IS NULL AND b.owner_id IN ({leaving}) AND m.license_id NOT IN ({leaving})
GROUP BY b.owner_id
"""
_ALL_OTHERS = """
SELECT COUNT(DISTINCT m.license_id)
FROM boxes_box b
JOIN boxes_boxmember m ON m.box_id = b.id
JOIN licensing_license l ON l.id = m.license_id AND l.released_at IS NULL
WHERE b.binned_at IS NULL AND b.owner_id IN ({leaving}) AND m.license_id NOT IN ({leaving})
"""
_WORK_WITH = """
SELECT m.license_id, COUNT(*)
FROM boxes_box b
JOIN boxes_boxmember m ON m.box_id = b.id
JOIN licensing_license l ON l.id = m.license_id AND l.released_at IS NULL
WHERE b.binned_at IS NULL AND b.owner_id IN ({leaving}) AND m.license_id NOT IN ({leaving})
GROUP BY m.license_id
"""


def owned_boxes(license_ids: Sequence[UUID]) -> dict[UUID, OwnedBoxes]:
    """Return what these licenses own; others are those who are not among them."""
    live = Box.objects.filter(owner_id__in=license_ids, binned_at=None)
    figures = live.values("owner").annotate(**_FIGURES).order_by().values_list("owner", *_FIGURES)
    shared = {_id(row[0]): row[1:] for row in _ask(_OTHERS, license_ids)}
    return {
        owner: OwnedBoxes(*map(int, numbers), *shared.get(owner, (0, 0)))
        for owner, *numbers in figures
    }


def all_others(license_ids: Sequence[UUID]) -> int:
    """Return how many different people beside these work in any of their boxes."""
    rows = _ask(_ALL_OTHERS, license_ids)
    return int(rows[0][0]) if rows else 0


def who_works_with(license_ids: Sequence[UUID]) -> dict[UUID, int]:
    """Return in how many of these licenses' boxes each other license works."""
    return {_id(row[0]): int(row[1]) for row in _ask(_WORK_WITH, license_ids)}


def places_in_other_boxes(license_ids: Sequence[UUID]) -> dict[UUID, int]:
    """Return in how many live boxes of other owners each of these licenses works."""
    rows = (
        BoxMember.objects.filter(license_id__in=license_ids, box__binned_at=None)
        .exclude(box__owner_id=F("license_id"))
        .values("license")
        .annotate(count=Count("id"))
        .order_by()
    )
    return dict(rows.values_list("license", "count"))


def _ask(sql: str, license_ids: Sequence[UUID]) -> list[tuple[Any, ...]]:
    if not license_ids:
        return []
    marks = ", ".join(["%s"] * len(license_ids))
    return fetch_all(sql.format(leaving=marks), [*license_ids, *license_ids])


def _id(value: object) -> UUID:
    """Return the id as the database gives it: SQLite knows only texts."""
    return value if isinstance(value, UUID) else UUID(str(value))


@dataclass(frozen=True)
class BoxesOfRemoval:
    """What restoring a person would bring back."""

    in_bin: int = 0
    data_rooms: int = 0  #: of those in the bin; each needs a license
    files: int = 0
    bytes: int = 0
    handed_over: int = 0  #: still with the successor
    with_licenses: tuple[UUID, ...] = ()  #: the successors


def boxes_of_removals(removal_ids: Sequence[UUID]) -> dict[UUID, BoxesOfRemoval]:
    """Return what lies in the bin with each removal, and what successors still have of it."""
    binned = Box.objects.filter(binned_with__in=removal_ids, destroyed_at=None)
    names = ("count", "rooms", "of_files", "size")
    figures = {name: _FIGURES[name] for name in names}
    rows = binned.values("binned_with").annotate(**figures).order_by()
    found = {
        one: (int(count), int(rooms), int(files), int(size))
        for one, count, rooms, files, size in rows.values_list("binned_with", *names)
    }
    moved: dict[UUID, dict[UUID, int]] = {}
    still = (
        BoxMove.objects.filter(
            removal__in=removal_ids, box__owner=F("to_license"), box__binned_at=None
        )
        .values("removal", "to_license")
        .annotate(count=Count("box", distinct=True))
        .order_by()
    )
    for removal, to, count in still.values_list("removal", "to_license", "count"):
        moved.setdefault(removal, {})[to] = count
    return {
        removal: BoxesOfRemoval(
            *found.get(removal, (0, 0, 0, 0)),
            handed_over=sum(moved.get(removal, {}).values()),
            with_licenses=tuple(moved.get(removal, {})),
        )
        for removal in removal_ids
    }
