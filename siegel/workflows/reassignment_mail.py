"""The mail to somebody who works here already and has taken over a colleague's license."""

from uuid import UUID

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django_tasks import task
from django_tasks.base import TaskContext

from siegel.core.formats import number
from siegel.jobs.mail import send_mail
from siegel.licensing.queries.mailing import MailedHolder, mailed_holder


@task(takes_context=True, max_attempts=20)
def mail_successor(context: TaskContext, license_id: str, leaver: str) -> None:
    """Tell the holder of a license whose boxes are theirs now; nothing if it has ended since."""
    holder = mailed_holder(UUID(license_id))
    if holder is None:
        return
    with translation.override(holder.language):
        subject, text = successor_text(holder, leaver)
        send_mail(context, holder.email, subject, text)


def successor_text(holder: MailedHolder, leaver: str) -> tuple[str, str]:
    """Return subject and text in the reader's language."""
    values = {"account": holder.account, "leaver": leaver}
    boxes = ngettext("You now own %(count)s box.", "You now own %(count)s boxes.", holder.boxes) % {
        "count": number(holder.boxes, holder.language)
    }
    parts = (
        _("Hello %(name)s,") % {"name": holder.name},
        _(
            "you have taken over what %(leaver)s had in %(account)s: boxes, places in the boxes of "
            "others, groups and guests. Nobody who works in them has lost anything."
        )
        % values,
        *([boxes] if holder.boxes else []),
        f"{settings.BASE_URL}/a/{holder.slug}/",
        f"Siegel\n{settings.BASE_URL}\n",
    )
    subject = _("You have taken over the boxes of %(leaver)s") % values
    return subject, "\n\n".join(parts)
