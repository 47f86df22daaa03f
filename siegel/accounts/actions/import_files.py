"""People files between preview and confirmation: the only writer of their table."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from siegel.accounts.models import (
    ImportFile,
)
from siegel.accounts.permissions import Actor, Permission, require

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
    return kept.id


def drop_import_file(*, actor: Actor, account_id: UUID, file_id: UUID) -> None:
    """Delete the actor's uploaded people file. Deleting it twice changes nothing."""
    require(actor, Permission.LICENSE_ASSIGN, account_id)
    ImportFile.objects.filter(
        id=file_id, account_id=account_id, uploaded_by_id=actor.person_id
    ).delete()


def drop_old_import_files(*, at: datetime) -> int:
    """Delete the people files that nobody confirmed within a day; return how many."""
    return ImportFile.objects.filter(uploaded_at__lt=at - IMPORT_FILE_KEPT).delete()[0]
