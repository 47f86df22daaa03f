"""The texts of an account's invitation mails: the only writer of their table."""

from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from siegel.accounts.invitation_words import MailText, clean_text
from siegel.accounts.models import InvitationText
from siegel.accounts.permissions import Actor, Permission, require
from siegel.audit.actions import record
from siegel.core.refusal import BadInput


@transaction.atomic
def set_invitation_text(
    *, actor: Actor, account_id: UUID, language: str, text: MailText, at: datetime
) -> None:
    """Let the account's invitations in this language say this. The same text changes nothing.

    :raises BadInput: no language of Siegel's, or a text that cannot be used; ``rows`` say why.
    """
    require(actor, Permission.TEXT_CHANGE, account_id)
    if language not in dict(settings.LANGUAGES):
        raise BadInput(_("Siegel does not speak the language “%(code)s”.") % {"code": language})
    text = clean_text(text)
    row = _locked(account_id, language)
    before = MailText(row.subject, row.body) if row else None
    if before == text:
        return
    InvitationText.objects.update_or_create(
        account_id=account_id,
        language=language,
        defaults={
            "subject": text.subject,
            "body": text.body,
            "changed_at": at,
            "changed_by_id": actor.person_id,
        },
    )
    _record(actor, account_id, "text.change", at, language=language, old=before, new=text)


@transaction.atomic
def reset_invitation_text(*, actor: Actor, account_id: UUID, language: str, at: datetime) -> None:
    """Go back to the default text. Doing it twice changes nothing."""
    require(actor, Permission.TEXT_CHANGE, account_id)
    row = _locked(account_id, language)
    if row is None:
        return
    row.delete()
    before = MailText(row.subject, row.body)
    _record(actor, account_id, "text.reset", at, language=language, old=before, new=None)


def _locked(account_id: UUID, language: str) -> InvitationText | None:
    rows = InvitationText.objects.select_for_update(of=("self",))
    return rows.filter(account_id=account_id, language=language).first()


def _record(
    actor: Actor,
    account_id: UUID,
    verb: str,
    at: datetime,
    *,
    language: str,
    old: MailText | None,
    new: MailText | None,
) -> None:
    before, after = old or MailText("", ""), new or MailText("", "")
    pairs = {"subject": [before.subject, after.subject], "body": [before.body, after.body]}
    record(
        account_id=account_id,
        actor_id=actor.person_id,
        door=actor.door,
        verb=verb,
        at=at,
        language=language,
        changes={name: pair for name, pair in pairs.items() if pair[0] != pair[1]},
    )
