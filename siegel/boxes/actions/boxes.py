"""Create boxes, and count what is in them."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from siegel.accounts.permissions import Actor, Permission, require
from siegel.audit.actions import record
from siegel.boxes.kinds import BoxKind
from siegel.boxes.models import Box
from siegel.boxes.rules import NAME_LENGTH, end_fits
from siegel.core.ids import new_id
from siegel.core.refusal import BadInput, NotFound
from siegel.licensing import actions as licensing
from siegel.licensing.kinds import LicenseState, PoolKind
from siegel.licensing.models import License

_TO_CREATE = {
    BoxKind.PRIVACY: Permission.BOX_CREATE,
    BoxKind.TEMPORARY: Permission.BOX_CREATE_TEMPORARY,
    BoxKind.DATA_ROOM: Permission.DATA_ROOM_CREATE,
}


@transaction.atomic
def create_box(
    *,
    actor: Actor,
    account_id: UUID,
    kind: BoxKind,
    name: str,
    at: datetime,
    ends_at: datetime | None = None,
    owner_id: UUID | None = None,
) -> UUID:
    """Create a box that belongs to the actor's license; a data room takes a license of its own.

    ``owner_id`` names another license of the account, for the system only.

    :raises BadInput: no name, or an end that does not suit the kind.
    :raises NoFreeLicense: every booked data-room license is used.
    """
    require(actor, _TO_CREATE[kind], account_id)
    name = " ".join(name.split())
    if not 1 <= len(name) <= NAME_LENGTH:
        raise BadInput(
            _("Please give the box a name of at most %(count)d characters.")
            % {"count": NAME_LENGTH}
        )
    if not end_fits(kind, ends_at, at):
        raise BadInput(_("A temporary box ends on a date within the next 365 days."))
    owner = _hold_owner(account_id, owner_id if actor.person_id is None else actor.license_id)
    room = None
    if kind == BoxKind.DATA_ROOM:
        room = licensing.assign_license(
            actor=actor,
            account_id=account_id,
            kind=PoolKind.DATA_ROOM,
            holder_id=None,
            at=at,
            state=LicenseState.ACTIVE,
        )
    box = Box.objects.create(
        id=new_id(),
        account_id=account_id,
        owner_id=owner,
        kind=kind,
        name=name,
        room_license_id=room,
        created_at=at,
        created_by_id=actor.person_id,
        ends_at=ends_at,
    )
    licensing.count_owned(box.owner_id, boxes=1, data_rooms=int(kind == BoxKind.DATA_ROOM))
    record(
        account_id=account_id,
        actor_id=actor.person_id,
        door=actor.door,
        verb="box.create",
        at=at,
        box=str(box.id),
        kind=str(kind),
    )
    return box.id


def _hold_owner(account_id: UUID, license_id: UUID | None) -> UUID:
    """Lock the owner's row, so that it is not released while a box becomes its."""
    held = License.objects.select_for_update(of=("self",), no_key=True).filter(
        id__in=[license_id],
        pool__account_id=account_id,
        pool__kind=PoolKind.FULL,
        released_at=None,
    )
    found = held.values_list("id", flat=True).first()
    if found is None:
        raise NotFound(_("This does not exist, or it belongs to another account."))
    return found


@transaction.atomic
def change_content(*, box_id: UUID, files: int, size: int) -> None:
    """Count files that came (positive) or went (negative), ``size`` in bytes, on box and owner."""
    box = Box.objects.select_for_update().get(id=box_id)
    Box.objects.filter(id=box_id).update(files=F("files") + files, bytes=F("bytes") + size)
    licensing.count_owned(box.owner_id, owned_bytes=size)
