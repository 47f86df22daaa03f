"""The way of an uploaded people file: kept, previewed, imported once, gone."""

from dataclasses import asdict
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from siegel.accounts.actions import drop_import_file, keep_import_file
from siegel.accounts.people_files import Kind, PeopleFile, read_people
from siegel.accounts.people_files.checks import as_kind
from siegel.accounts.permissions import Actor, Permission, require
from siegel.accounts.queries import kept_file
from siegel.audit.actions import once
from siegel.audit.queries import answer_of
from siegel.core.refusal import NotFound
from siegel.workflows.import_people import (
    ImportPlan,
    ImportResult,
    import_people,
    plan_import,
)


def keep_people_file(
    *,
    actor: Actor,
    account_id: UUID,
    content: bytes,
    file_name: str,
    default_kind: Kind,
    at: datetime,
) -> UUID:
    """Store a people file for its preview; return its id.

    :raises Refusal: it cannot be read (see ``read_people``); nothing is stored.
    """
    require(actor, Permission.LICENSE_ASSIGN, account_id)
    read_people(content, file_name=file_name, default_kind=default_kind)
    return keep_import_file(
        actor=actor,
        account_id=account_id,
        content=content,
        file_name=file_name,
        default_kind=default_kind,
        at=at,
    )


def preview_kept_file(*, actor: Actor, account_id: UUID, file_id: UUID) -> ImportPlan:
    """Return what importing the kept file would do now.

    :raises NotFound: it was imported, discarded, or deleted after a day.
    """
    require(actor, Permission.LICENSE_ASSIGN, account_id)
    return plan_import(
        actor=actor, account_id=account_id, file=_read_kept(actor, account_id, file_id)
    )


def import_kept_file(
    *,
    actor: Actor,
    account_id: UUID,
    file_id: UUID,
    plan_hash: str,
    at: datetime,
    send_invitations: bool = False,
) -> ImportResult:
    """Import the kept file as previewed and delete it; sent twice, it is carried out once.

    :raises NotFound: it was discarded, or deleted after a day.
    :raises ImportChanged: it would now do something else.
    :raises TooFewLicenses: nothing was imported.
    """
    require(actor, Permission.LICENSE_ASSIGN, account_id)

    def run() -> dict[str, int]:
        file = _read_kept(actor, account_id, file_id)
        result = import_people(
            actor=actor,
            account_id=account_id,
            file=file,
            plan_hash=plan_hash,
            at=at,
            send_invitations=send_invitations,
        )
        drop_import_file(actor=actor, account_id=account_id, file_id=file_id)
        return asdict(result)

    scope, key = _scope(actor, account_id), _key(file_id)
    request = [plan_hash, send_invitations]
    answer, _now = once(scope=scope, key=key, request=request, at=at, run=run)
    return ImportResult(**answer)


def result_of_kept_file(*, actor: Actor, account_id: UUID, file_id: UUID) -> ImportResult | None:
    """Return what the import of the file has changed, or None if it was not imported."""
    require(actor, Permission.LICENSE_ASSIGN, account_id)
    answer = answer_of(_scope(actor, account_id), _key(file_id))
    return ImportResult(**answer) if answer else None


def _read_kept(actor: Actor, account_id: UUID, file_id: UUID) -> PeopleFile:
    kept = kept_file(actor, account_id, file_id)
    if kept is None:
        raise NotFound(
            _("This file is no longer here: it is deleted after a day. Please upload it again.")
        )
    return read_people(
        kept.content, file_name=kept.file_name, default_kind=as_kind(kept.default_kind)
    )


def _scope(actor: Actor, account_id: UUID) -> str:
    # 32 characters each: the column has room for 80.
    return f"{account_id.hex}:{actor.person_id.hex if actor.person_id else 'system'}"


def _key(file_id: UUID) -> str:
    return f"people-import:{file_id.hex}"
