"""What a license allows, when it ends, whose guests are whose, and what it owns."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from siegel.accounts.permissions import Actor, Permission, require
from siegel.accounts.queries import zone_of
from siegel.audit.actions import record_each
from siegel.core.bulk import insert_rows
from siegel.core.ids import new_id
from siegel.core.refusal import BadInput, NotFound
from siegel.licensing.kinds import PoolKind, Visibility
from siegel.licensing.models import GroupMember, License, Sponsorship
from siegel.licensing.rules import RIGHTS, idle_end

#: What ``change_rights`` may set: the rights, whom the holder finds, and their mails.
CHANGEABLE = (*RIGHTS, "sees", "notifications")


@transaction.atomic
def change_rights(
    *,
    actor: Actor,
    account_id: UUID,
    license_ids: Sequence[UUID],
    changes: Mapping[str, bool | str],
    at: datetime,
) -> int:
    """Set some rights of live licenses of the account; return how many of them were different.

    :raises BadInput: no such right, or no such visibility.
    :raises NotFound: one of the licenses is not a live one of the account.
    """
    require(actor, Permission.LICENSE_ASSIGN, account_id)
    if set(changes) - set(CHANGEABLE) or changes.get("sees", "all") not in Visibility.values:
        raise BadInput(_("There is no such right."))
    rows = live_licenses(account_id, license_ids)
    names = tuple(changes)
    before = rows.values_list("id", "holder__person_id", *names)
    about: list[tuple[UUID, dict[str, Any]]] = []
    for license_id, person_id, *values in before:
        differs = {
            name: [old, changes[name]]
            for name, old in zip(names, values, strict=True)
            if old != changes[name]
        }
        if differs:
            about.append((person_id, {"license": str(license_id)} | differs))
    if about:
        rows.update(**dict(changes))
        _record(actor, account_id, "license.rights", at, about)
    return len(about)


@transaction.atomic
def set_end(
    *,
    actor: Actor,
    account_id: UUID,
    license_ids: Sequence[UUID],
    ends_at: datetime | None,
    idle_days: int | None,
    at: datetime,
) -> None:
    """Make guest licenses temporary, or regular with neither.

    They end at ``ends_at``, or after ``idle_days`` without sign-in, counted from now on.

    :raises BadInput: both are given, the end has passed, or fewer than one day.
    :raises NotFound: one of the licenses is no live guest license of the account.
    """
    require(actor, Permission.GUEST_INVITE, account_id)
    if ends_at is not None and (ends_at <= at or idle_days is not None):
        raise BadInput(_("The end has to be in the future."))
    if idle_days is not None and not 1 <= idle_days <= 3650:
        raise BadInput(_("Please give a number of days from 1 to 3650."))
    if idle_days is not None:
        ends_at = idle_end(at, idle_days, zone_of(account_id))
    rows = live_licenses(account_id, license_ids)
    if rows.exclude(pool__kind=PoolKind.GUEST).exists():
        raise BadInput(_("Only guest licenses can be temporary."))
    about: list[tuple[UUID, dict[str, Any]]] = [
        (
            person,
            {
                "license": str(id_),
                "ends_at": [_text(old_end), _text(ends_at)],
                "idle_days": [old_days, idle_days],
            },
        )
        for id_, person, old_end, old_days in rows.values_list(
            "id", "holder__person_id", "ends_at", "idle_days"
        )
        if (old_end, old_days) != (ends_at, idle_days)
    ]
    rows.update(ends_at=ends_at, idle_days=idle_days)
    _record(actor, account_id, "license.end", at, about)


def note_end_told(*, license_id: UUID, ends_at: datetime) -> bool:
    """Remember that guest and sponsors are told of this end; return whether they were not yet."""
    rows = License.objects.filter(id=license_id, released_at=None, ends_at=ends_at)
    return bool(rows.filter(~Q(end_told=ends_at) | Q(end_told=None)).update(end_told=ends_at))


@transaction.atomic
def add_sponsor(
    *,
    guest_ids: Sequence[UUID],
    sponsor_id: UUID,
    at: datetime,
) -> int:
    """Make the sponsor (a license) one of those whose guests these licenses are.

    Who may do so is decided by the workflow that calls. Return how many are new.
    """
    guests = [one for one in guest_ids if one != sponsor_id]
    rows = [(new_id(), guest, sponsor_id, at) for guest in guests]
    return insert_rows(
        Sponsorship, ("id", "guest", "sponsor", "since"), rows, ignore_conflicts=True
    )


def drop_sponsor(*, guest_id: UUID, sponsor_id: UUID) -> None:
    """Let a guest no longer be the sponsor's. Doing it twice changes nothing."""
    Sponsorship.objects.filter(guest_id=guest_id, sponsor_id=sponsor_id).delete()


@transaction.atomic
def pass_on_belongings(*, from_license: UUID, to_license: UUID) -> None:
    """Give groups and sponsored guests of one license to another that may have some already."""
    known = Sponsorship.objects.filter(sponsor_id=to_license).values("guest")
    own = Sponsorship.objects.filter(sponsor_id=from_license)
    own.exclude(guest__in=list(known.values_list("guest", flat=True))).exclude(
        guest_id=to_license
    ).update(sponsor_id=to_license)
    own.delete()
    groups = GroupMember.objects.filter(license_id=to_license).values_list("group", flat=True)
    of_leaver = GroupMember.objects.filter(license_id=from_license)
    of_leaver.exclude(group__in=list(groups)).update(license_id=to_license)
    of_leaver.delete()


@transaction.atomic
def pass_on_sponsors(*, from_license: UUID, to_license: UUID) -> None:
    """Let whoever has one guest license among their guests have another one instead."""
    own = Sponsorship.objects.filter(guest_id=from_license)
    known = Sponsorship.objects.filter(guest_id=to_license, sponsor=OuterRef("sponsor"))
    own.exclude(sponsor_id=to_license).exclude(Exists(known)).update(guest_id=to_license)
    own.delete()


def count_owned(
    license_id: UUID, *, boxes: int = 0, data_rooms: int = 0, owned_bytes: int = 0
) -> None:
    """Change what a license owns; only the writer of boxes calls this, in its transaction."""
    License.objects.filter(id=license_id).update(
        boxes=F("boxes") + boxes,
        data_rooms=F("data_rooms") + data_rooms,
        owned_bytes=F("owned_bytes") + owned_bytes,
    )


def live_licenses(account_id: UUID, license_ids: Sequence[UUID]) -> QuerySet[License]:
    rows = License.objects.filter(
        id__in=list(license_ids),
        pool__account_id=account_id,
        holder__isnull=False,
        released_at=None,
    )
    if rows.count() != len(set(license_ids)):
        raise NotFound(_("This does not exist, or it belongs to another account."))
    return rows


def _text(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def _record(
    actor: Actor,
    account_id: UUID,
    verb: str,
    at: datetime,
    about: Iterable[tuple[UUID, dict[str, Any]]],
) -> None:
    record_each(
        account_id=account_id,
        actor_id=actor.person_id,
        door=actor.door,
        verb=verb,
        at=at,
        about=about,
    )
