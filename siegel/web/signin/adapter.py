"""How django-allauth signs our people in."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from siegel.accounts.password_rules import password_faults
from siegel.accounts.protection import BOUNDS, ProtectionFacts
from siegel.licensing.actions import note_sign_in
from siegel.licensing.queries.seats import protection_for
from siegel.web.signin.confirm import note_confirmed
from siegel.web.signin.mails import mail_about_password
from siegel.workflows.sign_in_lock import is_locked, note_wrong_entry
from siegel.workflows.sign_in_lock import note_sign_in as forget_wrong_entries

#: From so many wrong entries on the answer tells of the lock; the smallest number that locks.
TOLD_FROM = BOUNDS["lockout_attempts"][0]
PERHAPS_LOCKED = _(
    "E-mail address or password is wrong, or this login is locked after too many wrong entries. "
    "If it is locked, a mail in the mailbox of this address says how to go on."
)

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
        # Five minutes as in ACCOUNT_RATE_LIMITS; it counts what comes from one network address.
        "too_many_login_attempts": _(
            "Too many wrong attempts from your network. Please wait five minutes."
        ),
        # The same for addresses that nobody has, and whether it is locked or not.
        "perhaps_locked": PERHAPS_LOCKED,
    }

    def authenticate(self, request: HttpRequest, **credentials: Any) -> Any:
        """Return the person, unless the password is wrong or the login is locked.

        The password is checked in any case, so that no answer takes longer than another.
        """
        email, now = credentials.get("email", ""), timezone.now()
        locked = is_locked(email, now)
        person = super().authenticate(request, **credentials)
        if person is not None and not locked:
            return person
        entry = note_wrong_entry(email=email, at=now)
        self._perhaps_locked = entry.locked or entry.failures >= TOLD_FROM
        return None

    def validation_error(self, code: str, *args: Any) -> Any:
        """Return the error; after some wrong passwords one that tells of the lock."""
        if code == "email_password_mismatch" and getattr(self, "_perhaps_locked", False):
            code = "perhaps_locked"
        return super().validation_error(code, *args)

    def clean_password(self, password: str, user: Any = None) -> str:
        """Return a new password that keeps the rules of the person's accounts.

        :raises ValidationError: it does not.
        """
        rules = protection_for(user.pk) if user and user.pk else ProtectionFacts()
        faults = password_faults(password, user, rules)
        if faults:
            raise ValidationError(faults)
        return password

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Return False always."""
        return False

    def post_login(self, request: HttpRequest, user: Any, **kwargs: Any) -> HttpResponse:
        """Remember the sign-in on the person's licenses, forget wrong entries, then go on."""
        note_sign_in(person_id=user.pk, at=timezone.now())
        forget_wrong_entries(email=user.email)
        note_confirmed(request)
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
