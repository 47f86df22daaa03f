"""Groups of people: the only writers of groups and of who is in them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from siegel.accounts.permissions import Actor, Permission, require
from siegel.audit.actions import record, record_each
from siegel.core.bulk import insert_rows
from siegel.core.ids import new_id
from siegel.core.refusal import BadInput, NotFound, Refusal
from siegel.licensing.actions.belongings import live_licenses
from siegel.licensing.models import Group, GroupMember


class GroupNameTaken(Refusal):
    """A group of the account has this name."""

    code = "group-name-taken"


@transaction.atomic
def create_group(*, actor: Actor, account_id: UUID, name: str, at: datetime) -> UUID:
    """Create a group of people.

    :raises BadInput: no name, or longer than 64 characters.
    :raises GroupNameTaken: the account has a group of this name, in any case.
    """
    require(actor, Permission.LICENSE_ASSIGN, account_id)
    name = _clean_group_name(name)
    try:
        with transaction.atomic():
            group = Group.objects.create(account_id=account_id, name=name, created_at=at)
    except IntegrityError:
        raise GroupNameTaken(_("There is a group of this name already.")) from None
    _record(actor, account_id, "group.create", at, group.id, name=name)
    return group.id


@transaction.atomic
def rename_group(
    *, actor: Actor, account_id: UUID, group_id: UUID, name: str, at: datetime
) -> None:
    """Give a group another name.

    :raises NotFound: no such group in this account.
    :raises GroupNameTaken: another group has this name.
    """
    require(actor, Permission.LICENSE_ASSIGN, account_id)
    name = _clean_group_name(name)
    rows = Group.objects.filter(id=group_id, account_id=account_id)
    before = rows.values_list("name", flat=True).first()
    if before is None:
        raise NotFound(_("This does not exist, or it belongs to another account."))
    if before == name:
        return
    try:
        with transaction.atomic():
            rows.update(name=name)
    except IntegrityError:
        raise GroupNameTaken(_("There is a group of this name already.")) from None
    _record(actor, account_id, "group.rename", at, group_id, name=name, before=before)


@transaction.atomic
def delete_group(*, actor: Actor, account_id: UUID, group_id: UUID, at: datetime) -> None:
    """Delete a group; its people stay. Doing it twice changes nothing."""
    require(actor, Permission.LICENSE_ASSIGN, account_id)
    rows = Group.objects.filter(id=group_id, account_id=account_id)
    name = rows.values_list("name", flat=True).first()
    if name is not None:
        members = GroupMember.objects.filter(group_id=group_id).count()
        rows.delete()
        _record(actor, account_id, "group.delete", at, group_id, name=name, members=members)


@transaction.atomic
def change_groups(
    *,
    actor: Actor,
    account_id: UUID,
    license_ids: Sequence[UUID],
    at: datetime,
    join: Sequence[UUID] = (),
    leave: Sequence[UUID] = (),
) -> int:
    """Put licenses into groups and take them out of others; return for how many that was new.

    Doing it twice changes nothing.

    :raises NotFound: a group or a license is not of this account.
    """
    require(actor, Permission.LICENSE_ASSIGN, account_id)
    wanted = {*join, *leave}
    groups = Group.objects.filter(id__in=wanted, account_id=account_id)
    names = dict(groups.values_list("id", "name"))
    if len(names) != len(wanted):
        raise NotFound(_("This does not exist, or it belongs to another account."))
    licenses = live_licenses(account_id, license_ids)
    people = dict(licenses.values_list("id", "holder__person_id"))
    rows = GroupMember.objects.filter(license__in=list(people))
    before = set(rows.filter(group__in=wanted).values_list("license_id", "group_id"))
    joined = {one: [g for g in join if (one, g) not in before] for one in people}
    left = {one: [g for g in leave if (one, g) in before] for one in people}
    rows.filter(group__in=leave).delete()
    fresh = [(new_id(), group, one) for one, groups_ in joined.items() for group in groups_]
    insert_rows(GroupMember, ("id", "group", "license"), fresh, ignore_conflicts=True)
    about: list[tuple[UUID, dict[str, Any]]] = [
        (
            person,
            {
                "license": str(one),
                "joined": ", ".join(names[group] for group in joined[one]),
                "left": ", ".join(names[group] for group in left[one]),
            },
        )
        for one, person in people.items()
        if joined[one] or left[one]
    ]
    record_each(
        account_id=account_id,
        actor_id=actor.person_id,
        door=actor.door,
        verb="license.groups",
        at=at,
        about=about,
    )
    return len(about)


def _clean_group_name(name: str) -> str:
    name = " ".join(name.split())
    if not 1 <= len(name) <= 64:
        raise BadInput(_("Please give the group a name of at most 64 characters."))
    return name


def _record(
    actor: Actor, account_id: UUID, verb: str, at: datetime, group_id: UUID, **data: Any
) -> None:
    record(
        account_id=account_id,
        actor_id=actor.person_id,
        door=actor.door,
        verb=verb,
        at=at,
        group=str(group_id),
        **data,
    )
