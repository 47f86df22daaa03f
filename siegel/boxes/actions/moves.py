"""Boxes pass from one license to another: one pointer each, in one statement."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from siegel.accounts.permissions import Actor, Permission, require
from siegel.boxes.models import BoxMove
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
    rows = {
        row[0]: row[1:]
        for row in License.objects.select_for_update(of=("self",))
        .filter(id__in=[from_license, to_license], pool__account_id=account_id)
        .order_by("id")
        .values_list("id", "state", "pool__kind")
    }
    if from_license not in rows or to_license not in rows:
        raise NotFound(_("This does not exist, or it belongs to another account."))
    state, kind = rows[to_license]
    if kind != PoolKind.FULL or state not in {LicenseState.ACTIVE, LicenseState.INVITED}:
        raise CannotOwnBoxes(
            _("Boxes can only go to somebody with a full license that is not suspended.")
        )


@transaction.atomic
def move_back(*, actor: Actor, account_id: UUID, removal_id: UUID, at: datetime) -> int:
    """Return boxes that a removal handed over and their new owners still have; return how many."""
    require(actor, Permission.LICENSE_ASSIGN, account_id)
    moved = BoxMove.objects.filter(removal_id=removal_id, box__account_id=account_id)
    back = 0
    pairs = moved.values_list("from_license", "to_license").distinct().order_by()
    for was, now in list(pairs):
        back += _move_some_back(actor, removal_id, was, now, at)
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
