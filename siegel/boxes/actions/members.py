"""Who works in a box: the only writers of memberships."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _

from siegel.accounts.permissions import Actor
from siegel.boxes.access import RIGHTS_COLUMNS, rights_in
from siegel.boxes.kinds import MemberRole
from siegel.boxes.models import Box, BoxMember
from siegel.boxes.rules import Rights
from siegel.core.bulk import insert_rows
from siegel.core.ids import new_id
from siegel.core.refusal import Forbidden, NotFound, Refusal
from siegel.licensing.kinds import PoolKind
from siegel.licensing.models import License


class GuestsManageNothing(Refusal):
    """Only full licenses manage boxes (SPEC §8)."""

    code = "guests-manage-nothing"


class OwnerStays(Refusal):
    """The owner is no member whom one could change or remove."""

    code = "owner-stays"


def _require_manager(actor: Actor, box_id: UUID) -> None:
    if actor.person_id is None:
        return
    rights = rights_in(box_id, actor.license_id)
    if rights is None:
        raise NotFound(_("This does not exist, or it belongs to another account."))
    if not rights.manages:
        raise Forbidden(_("Only the box's owner and its managers decide about members."))


@transaction.atomic
def join_boxes(
    *,
    actor: Actor,
    box_ids: Sequence[UUID],
    license_id: UUID,
    at: datetime,
    rights: Rights = Rights(),  # noqa: B008 - frozen
) -> int:
    """Make a license a member of boxes; where it is one already nothing changes. Return how many.

    :raises NotFound: the actor has no place in one of the boxes, or the license is no live one of
        their account.
    :raises Forbidden: a member decides about no members.
    :raises GuestsManageNothing: a guest license is to manage the boxes.
    """
    for box_id in box_ids:
        _require_manager(actor, box_id)
    _check_license(license_id, rights)
    if Box.objects.filter(id__in=box_ids).exclude(account__in=_account_of(license_id)).exists():
        raise NotFound(_("This does not exist, or it belongs to another account."))
    flags = (str(rights.role), rights.reads, rights.writes, rights.deletes, rights.sees_members)
    return insert_rows(
        BoxMember,
        ("id", "box", "license", *RIGHTS_COLUMNS, "joined_at", "added_by"),
        [(new_id(), box, license_id, *flags, at, actor.person_id) for box in box_ids],
        ignore_conflicts=True,
    )


@transaction.atomic
def change_member(*, actor: Actor, box_id: UUID, license_id: UUID, rights: Rights) -> None:
    """Set what a member may do in a box.

    :raises NotFound: no such box or member, or the actor has no place in the box.
    :raises OwnerStays: it is the owner.
    :raises GuestsManageNothing: a guest license is to manage the box.
    """
    _require_manager(actor, box_id)
    _not_the_owner(box_id, license_id)
    _check_license(license_id, rights)
    values = {name: getattr(rights, name) for name in RIGHTS_COLUMNS}
    if not BoxMember.objects.filter(box_id=box_id, license_id=license_id).update(**values):
        raise NotFound(_("This does not exist, or it belongs to another account."))


@transaction.atomic
def remove_member(*, actor: Actor, box_id: UUID, license_id: UUID) -> None:
    """Take a license out of a box; members may leave themselves. Doing it twice changes nothing.

    :raises OwnerStays: it is the owner.
    """
    if actor.license_id != license_id:
        _require_manager(actor, box_id)
    _not_the_owner(box_id, license_id)
    BoxMember.objects.filter(box_id=box_id, license_id=license_id).delete()


def _account_of(license_id: UUID) -> QuerySet[License, UUID]:
    return License.objects.filter(id=license_id).values_list("pool__account", flat=True)


def _check_license(license_id: UUID, rights: Rights) -> None:
    live = License.objects.filter(id=license_id, released_at=None, holder__isnull=False)
    kind = live.values_list("pool__kind", flat=True).first()
    if kind is None:
        raise NotFound(_("This does not exist, or it belongs to another account."))
    if rights.role == MemberRole.MANAGER and kind != PoolKind.FULL:
        raise GuestsManageNothing(_("Guests cannot manage boxes. Managing needs a full license."))


def _not_the_owner(box_id: UUID, license_id: UUID) -> None:
    if Box.objects.filter(id=box_id, owner_id=license_id).exists():
        raise OwnerStays(_("This is the box's owner. Hand the box over first."))


@transaction.atomic
def pass_on_memberships(*, from_license: UUID, to_license: UUID) -> int:
    """Give one license's places in boxes to another; where both have one, unite them.

    As many statements for one place as for a hundred thousand. Return how many boxes the successor
    newly has a place in.
    """
    own = BoxMember.objects.filter(license_id=from_license)
    theirs = BoxMember.objects.filter(license_id=to_license)
    # Who is in a box twice may there whatever either of the two may.
    for name in ("reads", "writes", "deletes", "sees_members"):
        theirs.filter(Exists(own.filter(box=OuterRef("box"), **{name: True}))).update(
            **{name: True}
        )
    managed = own.filter(box=OuterRef("box"), role=MemberRole.MANAGER)
    theirs.filter(Exists(managed)).update(role=MemberRole.MANAGER)
    own.filter(Exists(theirs.filter(box=OuterRef("box")))).delete()
    return own.update(license_id=to_license)


def end_memberships(*, license_id: UUID) -> int:
    """Take a license that was erased out of all boxes; return how many."""
    return BoxMember.objects.filter(license_id=license_id).delete()[0]
