"""The forms of allauth in our words: no placeholder that repeats the label, one help text."""

from typing import Any

from allauth.account import forms as allauth
from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from siegel.accounts.password_rules import explain_password
from siegel.accounts.protection import ProtectionFacts
from siegel.licensing.queries.seats import protection_for
from siegel.workflows.sign_in_lock import is_locked, note_wrong_entry


def _tidy(form: forms.Form, labels: dict[str, Any]) -> None:
    for name, label in labels.items():
        field = form.fields[name]
        field.label = label
        field.help_text = ""
        field.widget.attrs.pop("placeholder", None)


class SignInForm(allauth.LoginForm):  # type: ignore[misc,unused-ignore]
    """E-mail and password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _tidy(self, {"login": _("E-mail address"), "password": _("Password")})
        self.fields["login"].widget.attrs["autofocus"] = True
        self.fields["login"].widget.attrs["autocomplete"] = "username"

    @property
    def is_perhaps_locked(self) -> bool:
        """Whether many wrong passwords came: then the way to a new one stands first."""
        return bool(self.has_error(NON_FIELD_ERRORS, "perhaps_locked"))


class ResetPasswordForm(allauth.ResetPasswordForm):  # type: ignore[misc,unused-ignore]
    """Where to send the link."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _tidy(self, {"email": _("E-mail address")})
        self.fields["email"].widget.attrs["autofocus"] = True


def _explain_password(form: Any) -> None:
    rules = protection_for(form.user.pk) if form.user else ProtectionFacts()
    form.fields["password1"].help_text = explain_password(rules)


class NewPasswordForm(allauth.ResetPasswordKeyForm):  # type: ignore[misc,unused-ignore]
    """A new password, twice, after the link of the mail."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _tidy(self, {"password1": _("New password"), "password2": _("New password once more")})
        _explain_password(self)


class ChangePasswordForm(allauth.ChangePasswordForm):  # type: ignore[misc,unused-ignore]
    """The present password, and a new one twice."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _tidy(
            self,
            {
                "oldpassword": _("Current password"),
                "password1": _("New password"),
                "password2": _("New password once more"),
            },
        )
        _explain_password(self)

    def clean_oldpassword(self) -> str:
        """Return the present password; a wrong one counts as a wrong entry."""
        typed = str(self.cleaned_data.get("oldpassword", ""))
        check_own_password(self.user, typed)
        return typed


class ConfirmForm(forms.Form):
    """The present password once more."""

    password = forms.CharField(
        label=_("Password"), max_length=1000, strip=False, widget=forms.PasswordInput
    )

    def __init__(self, person: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person = person
        self.fields["password"].widget.attrs |= {
            "autocomplete": "current-password",
            "autofocus": True,
        }

    def clean_password(self) -> str:
        """Check it."""
        typed = str(self.cleaned_data["password"])
        check_own_password(self.person, typed)
        return typed


class _CodeInput(forms.PasswordInput):
    """Readable while it is typed, but a refused code does not come back: another one is needed."""

    input_type = "text"


class CodeForm(forms.Form):
    """The code of the app, or a recovery code."""

    code = forms.CharField(label=_("Code"), max_length=20, widget=_CodeInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].widget.attrs |= {
            "autocomplete": "one-time-code",
            "inputmode": "numeric",
            "autofocus": True,
        }


def check_own_password(person: Any, typed: str) -> None:
    """Return if it is the password of the person who is signed in.

    :raises ValidationError: it is not, or the login is locked; a wrong one counts.
    """
    now = timezone.now()
    right = person.check_password(typed)
    if is_locked(person.email, now):
        raise ValidationError(
            _("Too many wrong entries: your login is locked for now. A mail says how to go on.")
        )
    if not right:
        note_wrong_entry(email=person.email, at=now)
        raise ValidationError(_("This is not your password."))
