"""The mails about passwords: written and sent by the worker.

So the answer to "forgotten password" takes as long for an unknown address as for a known one, and
a mail server that does not answer stops nobody.
"""

from uuid import UUID

from allauth.account import app_settings
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django_tasks import task
from django_tasks.base import TaskContext

from siegel.accounts.queries import Login, login_of
from siegel.jobs.mail import send_mail

_SUBJECTS = {
    "reset_password": lambda: _("Choose a new password"),
    "password_changed": lambda: _("Your password has been changed"),
}


@task(takes_context=True, max_attempts=20)  # for about half a day
def mail_about_password(context: TaskContext, name: str, person_id: str) -> None:
    """Send the mail of this name to a person, in their language, as text and as simple HTML.

    The secret of the link is made while sending, so that the job table opens no login.
    """
    person = login_of(UUID(person_id))
    values = {
        "user": person,
        "url": _reset_address(person) if name == "reset_password" else "",
        "base_url": settings.BASE_URL,
        "support": settings.SUPPORT_EMAIL,
        "at": timezone.now(),
    }
    with translation.override(person.language):
        text = render_to_string(f"mail/{name}.txt", values)
        html = render_to_string(f"mail/{name}.html", values)
        # To the address that we know, not to what was typed: the two can look alike.
        send_mail(context, person.email, _SUBJECTS[name](), text, html)


def _reset_address(person: Login) -> str:
    """Return the link below BASE_URL: a forged Host header leads nowhere."""
    key = app_settings.PASSWORD_RESET_TOKEN_GENERATOR().make_token(person)
    parts = {"uidb36": user_pk_to_url_str(person), "key": key}
    return settings.BASE_URL + reverse("account_reset_password_from_key", kwargs=parts)
