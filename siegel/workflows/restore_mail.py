"""The mail to somebody whose access is restored: with the link, or saying that there is one."""

from uuid import UUID

from django.conf import settings
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django_tasks import task
from django_tasks.base import TaskContext

from siegel.accounts.restoring import RestoreFacts, restore_link
from siegel.accounts.tokens import restore_address
from siegel.core.formats import moment
from siegel.jobs.mail import send_mail


@task(takes_context=True, max_attempts=20)
def mail_restore_link(context: TaskContext, link_id: str, removes_factor: bool = False) -> None:
    """Send the link to its person; the job knows its id only, its token is derived here.

    Where an administrator hands the link over, the person is told: so nobody takes a login over
    unnoticed.
    """
    link = restore_link(UUID(link_id))
    if link is None or link.withdrawn_at or link.used_at or timezone.now() >= link.expires_at:
        return
    with translation.override(link.language):
        subject, text = restore_text(link, removes_factor=removes_factor)
        send_mail(context, link.email, subject, text)


def restore_text(link: RestoreFacts, *, removes_factor: bool = False) -> tuple[str, str]:
    """Return subject and text in the reader's language."""
    account = link.account.name
    until = moment(link.expires_at, link.language, link.account.zone)
    parts = [_("Hello %(name)s,") % {"name": link.name}]
    if link.shown:
        parts.append(
            _(
                "an administrator of %(account)s has made a link with which you choose a new "
                "password for Siegel. They will hand it to you. It works until %(moment)s."
            )
            % {"account": account, "moment": until}
        )
    else:
        parts += [
            _(
                "an administrator of %(account)s lets you choose a new password for Siegel. Open "
                "this link:"
            )
            % {"account": account},
            restore_address(link.id),
            _("It works once, and until %(moment)s. It is only for you.") % {"moment": until},
        ]
    if removes_factor:
        parts.append(
            _("Your second factor is removed once the link is used; set up a new one afterwards.")
        )
    parts += [
        _(
            "Did you not ask for this? Then tell an administrator of %(account)s at once; your "
            "password stays as it is until the link is used."
        )
        % {"account": account},
        f"Siegel\n{settings.BASE_URL}\n",
    ]
    return _("Your access to %(account)s") % {"account": account}, "\n\n".join(parts)
