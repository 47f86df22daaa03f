"""How django-allauth signs our people in."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from siegel.licensing.actions import note_sign_in

#: Our mails, by the name that allauth gives them. Any other would be a surprise: it is not sent.
_MAILS = {
    "account/email/password_reset_key": "reset_password",
    "account/email/password_changed": "password_changed",
    "account/email/password_reset": "password_changed",
}


class Adapter(DefaultAccountAdapter):  # type: ignore[misc,unused-ignore]
    """E-mail and password; no open sign-up: people come by invitation."""

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

    def get_reset_password_from_key_url(self, key: str) -> str:
        """Return the link of the mail below BASE_URL: a forged Host header leads nowhere."""
        from django.urls import reverse

        path = reverse("account_reset_password_from_key", kwargs={"uidb36": "U", "key": "K"})
        return settings.BASE_URL + path.replace("U-K", key)

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
        """Send one of our mails in the person's language, as text and as simple HTML."""
        name = _MAILS.get(template_prefix)
        if name is None:
            return
        user = context["user"]
        values = {
            "user": user,
            "url": context.get("password_reset_url", ""),
            "base_url": settings.BASE_URL,
            "support": settings.SUPPORT_EMAIL,
            "at": timezone.now(),
        }
        with translation.override(user.language):
            # To the address that we know, not to what was typed: the two can look alike.
            mail = EmailMultiAlternatives(
                subject=_SUBJECTS[name](),
                body=render_to_string(f"mail/{name}.txt", values),
                to=[user.email],
            )
            mail.attach_alternative(render_to_string(f"mail/{name}.html", values), "text/html")
        mail.send()


_SUBJECTS = {
    "reset_password": lambda: _("Choose a new password"),
    "password_changed": lambda: _("Your password has been changed"),
}


def display_name(person: object) -> str:
    """Return how allauth names a person in its messages."""
    return str(person)
