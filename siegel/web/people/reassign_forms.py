"""Asking who shall have a license."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from siegel.accounts.actions import LinkTerms
from siegel.accounts.pass_codes import new_pass_code
from siegel.accounts.permissions import Role
from siegel.web.people import fields
from siegel.workflows.reassignment_plan import Wish


class SuccessorForm(forms.Form):
    """The new address; a name for somebody new; whether the roles pass on, where there are any."""

    email = forms.EmailField(
        label=gettext_lazy("New e-mail address"),
        max_length=254,
        help_text=gettext_lazy(
            "The address of somebody new, a colleague or a guest of this account."
        ),
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    first_name = fields.first_name()
    last_name = fields.last_name()
    roles = forms.ChoiceField(
        label=gettext_lazy("Roles"), required=False, initial="end", widget=forms.RadioSelect
    )

    def __init__(self, roles: Sequence[Role], suggest: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # People of the account appear while one types; somebody new is typed to the end.
        self.fields["email"].widget.attrs |= {
            "list": "people-here",
            "hx-get": suggest,
            "hx-trigger": "input changed delay:200ms",
            "hx-target": "#people-here",
            "hx-sync": "this:replace",
        }
        if not roles:
            del self.fields["roles"]
            return
        names = ", ".join(role.label for role in roles)
        self.fields["roles"].choices = [  # type: ignore[attr-defined]
            ("end", _("They end: %(roles)s") % {"roles": names}),
            ("keep", _("They pass on to the new person: %(roles)s") % {"roles": names}),
        ]

    def wish(self, delivery: "DeliveryForm | None" = None) -> Wish:
        """Return who shall have it; ``delivery`` says how somebody new gets the link."""
        values = self.cleaned_data
        return Wish(
            email=values["email"],
            first_name=values["first_name"],
            last_name=values["last_name"],
            keep_roles=values.get("roles") == "keep",
            mail=delivery.mails if delivery else False,
            terms=delivery.terms() if delivery else None,
        )


class DeliveryForm(forms.Form):
    """How somebody new gets the registration link, decided together with the confirmation."""

    mail = forms.BooleanField(
        label=gettext_lazy("Mail the registration link to the new person"), required=False
    )
    code = forms.BooleanField(
        label=gettext_lazy("Ask for a pass code as well"),
        required=False,
        help_text=gettext_lazy("It is shown once. Tell it by another way than the link."),
    )

    def __init__(self, *args: Any, may_mail: bool, code_required: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.code_required = code_required
        if not may_mail:
            del self.fields["mail"]
        if code_required:
            del self.fields["code"]

    @property
    def mails(self) -> bool:
        """Whether the server sends the link."""
        return bool(self.cleaned_data.get("mail"))

    def terms(self) -> LinkTerms:
        """Return the terms of the link, with a new pass code where one is wished or required."""
        coded = self.code_required or self.cleaned_data.get("code")
        return LinkTerms(pass_code=new_pass_code() if coded else "")
