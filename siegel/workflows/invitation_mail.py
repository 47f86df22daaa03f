"""The mail with the registration link."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django_tasks import task
from django_tasks.base import TaskContext

from siegel.accounts import actions as accounts
from siegel.accounts.actions import NewLink
from siegel.accounts.invitation_words import MailText, fill_text
from siegel.accounts.queries import AccountFacts, InvitationFacts, invitation_facts
from siegel.accounts.tokens import registration_address
from siegel.core.formats import date_long
from siegel.jobs.mail import send_mail
from siegel.workflows.invitation_texts import default_text, own_text


@task(takes_context=True, max_attempts=20)  # for about half a day
def mail_invitation(context: TaskContext, link_id: str) -> None:
    """Send the link to the person it is for; none if it was used, withdrawn or has expired.

    The job knows the link's id only: its token is derived while sending, so that the job table
    opens no invitation.
    """
    link = invitation_facts(UUID(link_id))
    if link is None or not link.usable(timezone.now()):
        return
    text = invitation_text(link)
    send_mail(context, link.email, text.subject, text.body)
    accounts.note_mailed(link_id=link.id, at=timezone.now())


#: Links under one job of ``mail_invitations``: a hundred mails wait behind nothing else for long.
MAIL_BATCH = 100


@task()
def mail_invitations(link_ids: list[str]) -> None:
    """Queue the mails of many links; all of them or none, so that a retry sends none twice."""
    with transaction.atomic():
        for link_id in link_ids:
            _queue(UUID(link_id))


def _queue(link_id: UUID) -> None:
    job = mail_invitation.enqueue(str(link_id))
    accounts.note_mail_job(link_id=link_id, job_id=UUID(job.id))


@transaction.atomic
def mail_links(links: Sequence[NewLink]) -> None:
    """Let the worker mail these links: one directly, many by the hundred."""
    ids = [link.id for link in links]
    for start in range(0, len(ids), MAIL_BATCH):
        batch = ids[start : start + MAIL_BATCH]
        accounts.note_mail_wanted(link_ids=batch, at=timezone.now())
        if len(ids) > 1:
            mail_invitations.enqueue([str(link_id) for link_id in batch])
    if len(ids) == 1:
        _queue(ids[0])


def invitation_text(link: InvitationFacts) -> MailText:
    """Return subject and text: the account's own where it has one, in the language of the mail."""
    language = link.language or link.account.language
    text = own_text(link.account.id, language)
    with translation.override(language):
        found = fill_text(
            text or default_text(has_login=link.has_login, named=bool(link.name)),
            {
                "name": link.name or link.email,
                "link": registration_address(link.id),
                "account": link.account.name,
                "expires": _last_day(link, language),
                "sender": link.sender or link.account.name,
                "email": link.email,
                "message": _message(link),
            },
        )
        if not link.asks_code:
            return found
        # Also below an account's own text, which cannot know of the code.
        told = _(
            "The link asks for a pass code. You get it in another way, for example by phone. If "
            "you have none, ask the person who invited you."
        )
        return replace(found, body=f"{found.body.rstrip()}\n\n{told}\n")


def _last_day(link: InvitationFacts, language: str) -> str:
    return date_long(link.expires_at.astimezone(link.account.zone).date(), language)


def _message(link: InvitationFacts) -> str:
    if not link.message:
        return ""
    sender = link.sender or link.account.name
    return _("%(sender)s writes: %(message)s") % {"sender": sender, "message": link.message}


def example_mail(account: AccountFacts, language: str, text: MailText, at: datetime) -> MailText:
    """Return the mail that an invented person would get, for a preview."""
    with translation.override(language):
        day = (at + timedelta(days=settings.REGISTRATION_LINK_DAYS)).astimezone(account.zone)
        return fill_text(
            text,
            {
                "name": _("Erika Example"),
                "link": f"{settings.BASE_URL}/r/…/",
                "account": account.name,
                "expires": date_long(day.date(), language),
                "sender": _("Max Sample"),
                "email": "erika@example.org",
                "message": "",
            },
        )
