"""People files between preview and confirmation: the only writer of their table."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from siegel.accounts.models import (
    ImportFile,
)
from siegel.accounts.permissions import SYSTEM, Actor, Permission, require
from siegel.audit.actions import record

#: How long an uploaded people file waits for its confirmation.
IMPORT_FILE_KEPT = timedelta(days=1)


@transaction.atomic
def keep_import_file(
    *,
    actor: Actor,
    account_id: UUID,
    content: bytes,
    file_name: str,
    default_kind: str,
    at: datetime,
) -> UUID:
    """Store an uploaded people file until it is confirmed; the person's earlier one goes."""
    require(actor, Permission.LICENSE_ASSIGN, account_id)
    if actor.person_id is None:
        raise ValueError("only people upload files")
    ImportFile.objects.filter(account_id=account_id, uploaded_by_id=actor.person_id).delete()
    kept = ImportFile.objects.create(
        account_id=account_id,
        uploaded_by_id=actor.person_id,
        uploaded_at=at,
        file_name=file_name[-200:],
        default_kind=default_kind,
        content=content,
    )
    _record(actor, account_id, "people.upload", at)
    return kept.id


@transaction.atomic
def discard_import_file(*, actor: Actor, account_id: UUID, file_id: UUID, at: datetime) -> None:
    """Delete the actor's uploaded people file unread. Deleting it twice changes nothing."""
    if drop_import_file(actor=actor, account_id=account_id, file_id=file_id):
        _record(actor, account_id, "people.discard", at)


def drop_import_file(*, actor: Actor, account_id: UUID, file_id: UUID) -> bool:
    """Delete the actor's uploaded people file, because it was imported; say whether there was."""
    require(actor, Permission.LICENSE_ASSIGN, account_id)
    files = ImportFile.objects.filter(
        id=file_id, account_id=account_id, uploaded_by_id=actor.person_id
    )
    return bool(files.delete()[0])


def drop_old_import_files(*, at: datetime) -> int:
    """Delete the people files that nobody confirmed within a day; return how many."""
    old = ImportFile.objects.filter(uploaded_at__lt=at - IMPORT_FILE_KEPT)
    return sum(_drop_old(file_id, account_id, at) for file_id, account_id in _keys(old))


def _keys(files: QuerySet[ImportFile]) -> list[tuple[UUID, UUID]]:
    return list(files.values_list("id", "account_id"))


@transaction.atomic
def _drop_old(file_id: UUID, account_id: UUID, at: datetime) -> int:
    deleted = ImportFile.objects.filter(id=file_id).delete()[0]
    if deleted:
        _record(SYSTEM, account_id, "people.expire", at)
    return deleted


def _record(actor: Actor, account_id: UUID, verb: str, at: datetime) -> None:
    record(account_id=account_id, actor_id=actor.person_id, door=actor.door, verb=verb, at=at)
