"""How django-allauth signs our people in."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from siegel.licensing.actions import note_sign_in
from siegel.web.signin.mails import mail_about_password

#: Our mails, by the name that allauth gives them. Any other would be a surprise: it is not sent.
_MAILS = {
    "account/email/password_reset_key": "reset_password",
    "account/email/password_changed": "password_changed",
    "account/email/password_reset": "password_changed",
}


class Adapter(DefaultAccountAdapter):  # type: ignore[misc,unused-ignore]
    """E-mail and password; no open sign-up: people come by invitation."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        # Five minutes as in ACCOUNT_RATE_LIMITS; a new password lifts the pause at once.
        "too_many_login_attempts": _(
            "Too many wrong attempts. Please wait five minutes, or choose a new password with "
            "“Forgotten your password?”."
        ),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Return False always."""
        return False

    def post_login(self, request: HttpRequest, user: Any, **kwargs: Any) -> HttpResponse:
        """Remember the sign-in on the person's licenses, then go on."""
        note_sign_in(person_id=user.pk, at=timezone.now())
        response: HttpResponse = super().post_login(request, user, **kwargs)
        return response

    def add_message(
        self,
        request: HttpRequest,
        level: int,
        message_template: str | None = None,
        *args: Any,
        **kwargs: Any,
    ) -> None:
        """Keep quiet about what the next page shows anyway: signed in, signed out."""
        if message_template not in {
            "account/messages/logged_in.txt",
            "account/messages/logged_out.txt",
        }:
            super().add_message(request, level, message_template, *args, **kwargs)

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        """Return to the person's own page."""
        return "/me/"

    def send_notification_mail(
        self,
        template_prefix: str,
        user: Any,
        context: dict[str, Any] | None = None,
        email: str | None = None,
    ) -> None:
        """Tell a person that their password was changed, so that they notice if it was not them."""
        self.send_mail(template_prefix, user.email, {"user": user, **(context or {})})

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Let the worker send one of our mails."""
        name = _MAILS.get(template_prefix)
        if name:
            mail_about_password.enqueue(name, str(context["user"].pk))


def display_name(person: object) -> str:
    """Return how allauth names a person in its messages."""
    return str(person)
