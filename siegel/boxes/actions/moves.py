"""Boxes pass from one license to another: one pointer each, in one statement."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Count, Q, Sum
from django.utils.translation import gettext as _

from siegel.accounts.permissions import Actor, Permission, require
from siegel.boxes.kinds import BoxKind
from siegel.boxes.models import Box, BoxMove
from siegel.core.refusal import NotFound, Refusal
from siegel.core.sql import fetch_one, run
from siegel.licensing import actions as licensing
from siegel.licensing.kinds import LicenseState, PoolKind
from siegel.licensing.models import License


class CannotOwnBoxes(Refusal):
    """The successor's license cannot own boxes: a guest, suspended, or ended."""

    code = "cannot-own-boxes"


_MOVE = """
UPDATE boxes_box SET owner_id = %(to)s WHERE owner_id = %(from)s AND binned_at IS NULL
"""
_NOTE = """
INSERT INTO boxes_boxmove (box_id, from_license_id, to_license_id, at, actor_id, removal_id)
SELECT id, %(from)s, %(to)s, %(at)s, %(actor)s, %(removal)s
FROM boxes_box WHERE owner_id = %(from)s AND binned_at IS NULL
"""
_OWNED = """
SELECT COUNT(*), COALESCE(SUM(CASE WHEN kind = 'data_room' THEN 1 ELSE 0 END), 0),
  COALESCE(SUM(bytes), 0)
FROM boxes_box WHERE owner_id = %(from)s AND binned_at IS NULL
"""


@transaction.atomic
def move_boxes(
    *,
    actor: Actor,
    account_id: UUID,
    from_license: UUID,
    to_license: UUID,
    at: datetime,
    removal_id: UUID | None = None,
) -> int:
    """Give all live boxes of one license of the account to another; return how many.

    An administrator does this without seeing any content. ``removal_id`` is the removal that it
    is part of.

    :raises NotFound: one of the licenses is not of this account.
    :raises CannotOwnBoxes: the successor has no full license in use.
    """
    require(actor, Permission.LICENSE_ASSIGN, account_id)
    hold_successor(account_id, from_license, to_license)
    values = {
        "from": from_license,
        "to": to_license,
        "at": at,
        "actor": actor.person_id,
        "removal": removal_id,
    }
    boxes, data_rooms, size = fetch_one(_OWNED, values) or (0, 0, 0)
    if not boxes:
        return 0
    run(_NOTE, values)
    run(_MOVE, values)
    owned = {"boxes": boxes, "data_rooms": int(data_rooms), "owned_bytes": int(size)}
    licensing.count_owned(from_license, **{name: -count for name, count in owned.items()})
    licensing.count_owned(to_license, **owned)
    return int(boxes)


def hold_successor(account_id: UUID, from_license: UUID, to_license: UUID) -> None:
    """Lock both licenses, so that neither ends nor gets boxes meanwhile.

    :raises NotFound: one of them is not of this account.
    :raises CannotOwnBoxes: the successor has no full license in use.
    """
    rows = _held(account_id, [from_license, to_license])
    if from_license not in rows:
        raise NotFound(_("This does not exist, or it belongs to another account."))
    _check_can_own(rows.get(to_license))


def check_successor(account_id: UUID, to_license: UUID) -> None:
    """Lock the license that boxes shall go to.

    :raises NotFound: it is not of this account.
    :raises CannotOwnBoxes: it is no full license in use.
    """
    _check_can_own(_held(account_id, [to_license]).get(to_license))


def _held(account_id: UUID, license_ids: list[UUID]) -> dict[UUID, tuple[str, str]]:
    rows = (
        License.objects.select_for_update(of=("self",), no_key=True)
        .filter(id__in=license_ids, pool__account_id=account_id)
        .order_by("id")
        .values_list("id", "state", "pool__kind")
    )
    return {row[0]: (row[1], row[2]) for row in rows}


def _check_can_own(found: tuple[str, str] | None) -> None:
    if found is None:
        raise NotFound(_("This does not exist, or it belongs to another account."))
    state, kind = found
    if kind != PoolKind.FULL or state not in {LicenseState.ACTIVE, LicenseState.INVITED}:
        raise CannotOwnBoxes(
            _("Boxes can only go to somebody with a full license that is not suspended.")
        )


_NOTE_EACH = """
INSERT INTO boxes_boxmove (box_id, from_license_id, to_license_id, at, actor_id, removal_id)
SELECT b.id, b.owner_id, %s, %s, %s, r.id FROM boxes_box b
JOIN licensing_removal r ON r.license_id = b.owner_id
  AND r.restored_at IS NULL AND r.erased_at IS NULL
WHERE b.binned_at IS NULL AND b.owner_id IN ({owners})
"""


@transaction.atomic
def hand_over_boxes(
    *,
    actor: Actor,
    account_id: UUID,
    removals: Mapping[UUID, UUID],
    to_license: UUID,
    at: datetime,
) -> int:
    """Give all live boxes of people who are being removed to one successor; return how many.

    ``removals`` are their open removals by license. As many statements for one box as for
    100 000.

    :raises NotFound: the successor is not of this account.
    :raises CannotOwnBoxes: the successor has no full license in use.
    """
    require(actor, Permission.LICENSE_ASSIGN, account_id)
    check_successor(account_id, to_license)
    boxes = Box.objects.filter(owner_id__in=list(removals), account_id=account_id, binned_at=None)
    owned = {
        owner: (-count, -rooms, -size)
        for owner, count, rooms, size in boxes.values("owner")
        .annotate(
            count=Count("id"),
            rooms=Count("id", filter=Q(kind=BoxKind.DATA_ROOM)),
            size=Sum("bytes"),
        )
        .order_by()
        .values_list("owner", "count", "rooms", "size")
    }
    if not owned:
        return 0
    marks = ", ".join(["%s"] * len(owned))
    run(_NOTE_EACH.format(owners=marks), [to_license, at, actor.person_id, *owned])
    boxes.update(owner=to_license)
    licensing.count_owned_each(owned)
    boxes_, rooms_, size_ = (-sum(column) for column in zip(*owned.values(), strict=True))
    licensing.count_owned_each({to_license: (boxes_, rooms_, size_)})
    return int(boxes_)


@transaction.atomic
def move_back(
    *,
    actor: Actor,
    account_id: UUID,
    removal_id: UUID,
    at: datetime,
    to_license: UUID | None = None,
) -> int:
    """Return boxes that a removal handed over and their new owners still have; return how many.

    ``to_license`` is whose they become where their owner came back with another license.
    """
    require(actor, Permission.LICENSE_ASSIGN, account_id)
    moved = BoxMove.objects.filter(removal_id=removal_id, box__account_id=account_id)
    back = 0
    pairs = moved.values_list("from_license", "to_license").distinct().order_by()
    for was, now in list(pairs):
        if now != to_license:
            back += _move_some_back(actor, removal_id, to_license or was, now, at)
    return back


_STILL_THERE = """
FROM boxes_box WHERE owner_id = %(from)s AND binned_at IS NULL AND id IN (
  SELECT box_id FROM boxes_boxmove WHERE removal_id = %(of)s AND to_license_id = %(from)s)
"""


def _move_some_back(actor: Actor, removal_id: UUID, was: UUID, now: UUID, at: datetime) -> int:
    values = {
        "from": now,
        "to": was,
        "at": at,
        "actor": actor.person_id,
        "of": removal_id,
    }
    count = "SELECT COUNT(*), COALESCE(SUM(CASE WHEN kind = 'data_room' THEN 1 ELSE 0 END), 0), "
    row = fetch_one(f"{count} COALESCE(SUM(bytes), 0) {_STILL_THERE}", values)
    boxes, data_rooms, size = row or (0, 0, 0)
    if not boxes:
        return 0
    # The pieces are constants of this file; every value is a parameter.
    ids = f"SELECT id {_STILL_THERE}"
    run(
        "INSERT INTO boxes_boxmove (box_id, from_license_id, to_license_id, at, actor_id, "
        f"removal_id) SELECT id, %(from)s, %(to)s, %(at)s, %(actor)s, NULL {_STILL_THERE}",
        values,
    )
    run(f"UPDATE boxes_box SET owner_id = %(to)s WHERE id IN ({ids})", values)  # noqa: S608
    owned = {"boxes": boxes, "data_rooms": int(data_rooms), "owned_bytes": int(size)}
    licensing.count_owned(now, **{name: -count for name, count in owned.items()})
    licensing.count_owned(was, **owned)
    return int(boxes)
