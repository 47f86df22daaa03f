"""The mail with the registration link."""

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django_tasks import task
from django_tasks.base import TaskContext

from siegel.accounts.actions import NewLink
from siegel.accounts.queries import InvitationFacts, invitation_facts
from siegel.accounts.tokens import registration_address
from siegel.core.formats import date_long
from siegel.jobs.mail import send_mail


@task(takes_context=True, max_attempts=20)  # for about half a day
def mail_invitation(context: TaskContext, link_id: str) -> None:
    """Send the link to the person it is for; none if it was used, withdrawn or has expired.

    The job knows the link's id only: its token is derived while sending, so that the job table
    opens no invitation.
    """
    link = invitation_facts(UUID(link_id))
    if link is None or not link.usable(timezone.now()):
        return
    subject, text = invitation_text(link)
    send_mail(context, link.email, subject, text)


#: Links under one job of ``mail_invitations``: a hundred mails wait behind nothing else for long.
MAIL_BATCH = 100


@task()
def mail_invitations(link_ids: list[str]) -> None:
    """Queue the mails of many links; all of them or none, so that a retry sends none twice."""
    with transaction.atomic():
        for link_id in link_ids:
            mail_invitation.enqueue(link_id)


def mail_links(links: Sequence[NewLink]) -> None:
    """Let the worker mail these links: one directly, many by the hundred."""
    ids = [str(link.id) for link in links]
    if len(ids) == 1:
        mail_invitation.enqueue(ids[0])
        return
    for start in range(0, len(ids), MAIL_BATCH):
        mail_invitations.enqueue(ids[start : start + MAIL_BATCH])


def invitation_text(link: InvitationFacts) -> tuple[str, str]:
    """Return subject and text in the account's language."""
    with translation.override(link.account.language):
        expires = date_long(
            link.expires_at.astimezone(link.account.zone).date(), link.account.language
        )
        subject = _("%(account)s invites you to Siegel") % {"account": link.account.name}
        if link.has_login:
            step = _(
                "Open this link, sign in with your e-mail address and your password, and accept "
                "the invitation:"
            )
        else:
            step = _("Open this link, choose a password, and you are in:")
        parts = (
            _("Hello %(name)s,") % {"name": link.name} if link.name else _("Hello,"),
            _(
                "%(account)s has given you a license for Siegel, the service in which people share "
                "confidential files and messages."
            )
            % {"account": link.account.name},
            step,
            registration_address(link.id),
            _(
                "The link is only for you (%(email)s), works once, and ends on %(day)s. Please do "
                "not pass it on."
            )
            % {"email": link.email, "day": expires},
            _(
                "You were not expecting this? Then you need not do anything, or ask whoever you "
                "know at %(account)s."
            )
            % {"account": link.account.name},
        )
        return subject, "\n\n".join(parts) + "\n"
