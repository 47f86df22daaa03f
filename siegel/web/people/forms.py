"""The forms of the people pages."""

from typing import Any, cast

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from siegel.accounts.actions import PersonData
from siegel.accounts.permissions import Role
from siegel.licensing.kinds import PERSONAL, LicenseState, PoolKind
from siegel.licensing.queries.holders import LIVE, HolderFilter
from siegel.web.people.words import license_label

_UNUSED = (30, 90, 180, 365)


class FilterForm(forms.Form):
    """What narrows the user list. Whatever cannot be read narrows nothing."""

    q = forms.CharField(required=False, max_length=200)
    kind = forms.ChoiceField(required=False, label=gettext_lazy("License kind"))
    state = forms.ChoiceField(required=False, label=gettext_lazy("Status"))
    role = forms.ChoiceField(required=False, label=gettext_lazy("Role"))
    unused = forms.TypedChoiceField(
        required=False, label=gettext_lazy("Last sign-in"), coerce=int, empty_value=None
    )
    organisation = forms.CharField(
        required=False, max_length=120, label=gettext_lazy("Organization")
    )

    def __init__(self, data: Any) -> None:
        super().__init__(data)
        self._choices("kind", _("All license kinds"), [(k, license_label(k)) for k in PERSONAL])
        self._choices("state", _("Any status"), [(s, LicenseState(s).label) for s in LIVE])
        self._choices("role", _("All roles"), [(role, role.label) for role in Role])
        self._choices("unused", _("Any last sign-in"), [(n, _unused_label(n)) for n in _UNUSED])
        for name in ("kind", "state", "role", "unused"):
            widget = self.fields[name].widget
            widget.attrs |= {"aria-label": self.fields[name].label, "data-auto-submit": True}
        organisation = self.fields["organisation"]
        organisation.widget.attrs |= {
            "placeholder": organisation.label,
            "aria-label": organisation.label,
            "autocomplete": "off",
        }

    def _choices(self, name: str, none: str, choices: list[Any]) -> None:
        found = [("", none), *((str(value), label) for value, label in choices)]
        cast(forms.ChoiceField, self.fields[name]).choices = found

    def filter(self) -> HolderFilter:
        """Return what narrows the list."""
        self.is_valid()
        values = self.cleaned_data
        return HolderFilter(
            search=values.get("q") or "",
            kind=PoolKind(values["kind"]) if values.get("kind") else None,
            state=LicenseState(values["state"]) if values.get("state") else None,
            role=Role(values["role"]) if values.get("role") else None,
            organisation=(values.get("organisation") or "").strip(),
            unused_days=values.get("unused"),
        )


def _unused_label(days: int) -> str:
    return _("not for %(days)s days") % {"days": days}


class DetailsForm(forms.Form):
    """What an account knows about a person, except the address."""

    first_name = forms.CharField(label=gettext_lazy("First name"), max_length=80, required=False)
    last_name = forms.CharField(label=gettext_lazy("Last name"), max_length=80, required=False)
    organisation = forms.CharField(
        label=gettext_lazy("Organization"), max_length=120, required=False
    )
    department = forms.CharField(label=gettext_lazy("Department"), max_length=120, required=False)
    phone = forms.CharField(label=gettext_lazy("Phone"), max_length=40, required=False)
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
