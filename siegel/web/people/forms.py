"""The forms of the people pages."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from siegel.accounts.actions import PersonData
from siegel.web.people import fields


class DetailsForm(forms.Form):
    """What an account knows about a person, except the address."""

    first_name = fields.first_name()
    last_name = fields.last_name()
    organisation = fields.organisation()
    department = fields.detail(gettext_lazy("Department"), 120)
    phone = fields.detail(gettext_lazy("Phone"), 40)
    description = forms.CharField(
        label=gettext_lazy("Description"),
        max_length=300,
        required=False,
        help_text=gettext_lazy("A note for administrators. The person does not see it."),
    )

    def person(self, email: str) -> PersonData:
        """Return what was typed."""
        return PersonData(email, **{name: self.cleaned_data[name] for name in _TYPED})


_TYPED = ("first_name", "last_name", "organisation", "department", "phone", "description")


class EditForm(DetailsForm):
    """The details of somebody who is known. What did not arrive must not be taken for emptied."""

    def clean(self) -> dict[str, Any]:
        """Refuse what is not the whole form."""
        if not set(self.fields) <= set(self.data):
            self.add_error(None, _("Only part of the form arrived. Nothing was changed."))
        return self.cleaned_data
