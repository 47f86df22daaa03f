"""Choosing the first password."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from siegel.accounts.password_rules import explain_password
from siegel.accounts.protection import ProtectionFacts


class PassCodeForm(forms.Form):
    """The pass code that the person was told, where the link asks for one."""

    pass_code = forms.CharField(
        label=gettext_lazy("Pass code"),
        max_length=100,
        help_text=gettext_lazy(
            "Whoever invited you tells it to you by another way, for example on the telephone."
        ),
    )

    def __init__(self, *args: Any, asks_code: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not asks_code:
            del self.fields["pass_code"]
            return
        attrs = {"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
        self.fields["pass_code"].widget.attrs |= attrs | {"autofocus": True}


class PasswordForm(PassCodeForm):
    """The new password, twice."""

    password1 = forms.CharField(
        label=gettext_lazy("Password"), max_length=1000, strip=False, widget=forms.PasswordInput
    )
    password2 = forms.CharField(
        label=gettext_lazy("Password once more"),
        max_length=1000,
        strip=False,
        widget=forms.PasswordInput,
    )

    def __init__(self, *args: Any, rules: ProtectionFacts, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("password1", "password2"):
            self.fields[name].widget.attrs["autocomplete"] = "new-password"
        first = self.fields["password1"]
        if "pass_code" not in self.fields:
            first.widget.attrs["autofocus"] = True
        first.help_text = explain_password(rules)

    def clean(self) -> dict[str, Any]:
        """Compare the two."""
        values = super().clean() or self.cleaned_data
        first, second = values.get("password1"), values.get("password2")
        if first and second and first != second:
            self.add_error("password2", _("The two passwords are not the same."))
        return values
