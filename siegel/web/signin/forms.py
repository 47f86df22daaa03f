"""The forms of allauth in our words: no placeholder that repeats the label, one help text."""

from typing import Any

from allauth.account import forms as allauth
from django import forms
from django.contrib.auth.password_validation import password_validators_help_texts
from django.core.exceptions import NON_FIELD_ERRORS
from django.utils.translation import gettext_lazy as _


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
    def is_paused(self) -> bool:
        """Whether too many wrong passwords came: then the way to a new one stands first."""
        return bool(self.has_error(NON_FIELD_ERRORS, "too_many_login_attempts"))


class ResetPasswordForm(allauth.ResetPasswordForm):  # type: ignore[misc,unused-ignore]
    """Where to send the link."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _tidy(self, {"email": _("E-mail address")})
        self.fields["email"].widget.attrs["autofocus"] = True


def _explain_password(form: forms.Form) -> None:
    form.fields["password1"].help_text = " ".join(map(str, password_validators_help_texts()[1:2]))


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
