"""What narrows the user list: read from an address, shown as fields and as chips."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, cast
from uuid import UUID

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from siegel.accounts.permissions import Role
from siegel.licensing.kinds import PERSONAL, LicenseState, PoolKind
from siegel.licensing.queries.holder_filter import HolderFilter
from siegel.licensing.queries.holders import LIVE
from siegel.web.people.words import license_label

_UNUSED = (30, 90, 180, 365)
_WITHIN = (7, 30, 90)
#: Every parameter that narrows the list, in the order of the chips.
NAMES = (
    "q",
    "kind",
    "state",
    "role",
    "unused",
    "organisation",
    "group",
    "giver",
    "registration",
    "temporary",
    "owns",
)
#: Those that wait behind "more filters".
FURTHER = NAMES[5:]
_MOST = 1_000
Choices = Sequence[tuple[Any, Any]]


class FilterForm(forms.Form):
    """What narrows the user list. Whatever cannot be read narrows nothing."""

    q = forms.CharField(required=False, max_length=200, label=gettext_lazy("Search"))
    kind = forms.ChoiceField(required=False, label=gettext_lazy("License kind"))
    state = forms.ChoiceField(required=False, label=gettext_lazy("Status"))
    role = forms.ChoiceField(required=False, label=gettext_lazy("Role"))
    unused = forms.ChoiceField(required=False, label=gettext_lazy("Last sign-in"))
    organisation = forms.CharField(
        required=False, max_length=120, label=gettext_lazy("Organization")
    )
    group = forms.UUIDField(required=False, label=gettext_lazy("Group"))
    giver = forms.UUIDField(required=False, label=gettext_lazy("Given by"))
    registration = forms.ChoiceField(required=False, label=gettext_lazy("Registration"))
    temporary = forms.ChoiceField(required=False, label=gettext_lazy("Temporary"))
    owns = forms.ChoiceField(required=False, label=gettext_lazy("Boxes"))

    def __init__(self, data: Any, groups: Choices = (), givers: Choices = ()) -> None:
        super().__init__(data)
        self._choose("kind", _("All license kinds"), [(k, license_label(k)) for k in PERSONAL])
        self._choose("state", _("Any status"), [(s, LicenseState(s).label) for s in LIVE])
        self._choose("role", _("All roles"), [(role, role.label) for role in Role])
        self._choose("unused", _("Any last sign-in"), _unused_choices())
        self._choose("registration", _("Registered or not"), _REGISTRATION)
        self._choose("temporary", _("Temporary and regular"), _temporary_choices())
        self._choose("owns", _("With and without boxes"), _OWNS)
        self._offer("group", _("All groups"), groups)
        self._offer("giver", _("Given by anybody"), givers)
        self.fields["organisation"].widget.attrs |= {"autocomplete": "off"}

    def _choose(self, name: str, none: str, choices: Choices) -> None:
        field = cast(forms.ChoiceField, self.fields[name])
        field.choices = [("", none), *((str(value), label) for value, label in choices)]
        field.widget.attrs |= {"data-auto-submit": True}

    def _offer(self, name: str, none: str, choices: Choices) -> None:
        # A value that is not offered is read all the same: an address may name anybody.
        widget = forms.Select(attrs={"data-auto-submit": True})
        widget.choices = [("", none), *((str(value), label) for value, label in choices)]
        self.fields[name].widget = widget

    @property
    def main(self) -> list[forms.BoundField]:
        """The filters that are always shown."""
        found = [self[name] for name in NAMES if name not in FURTHER and name != "q"]
        for field in found:
            field.field.widget.attrs["aria-label"] = field.label
        return found

    @property
    def further(self) -> list[forms.BoundField]:
        """The filters behind "more filters"."""
        return [self[name] for name in FURTHER]

    def filter(self) -> HolderFilter:
        """Return what narrows the list."""
        self.is_valid()
        values: dict[str, Any] = {name: self.cleaned_data.get(name) or "" for name in NAMES}
        narrow = HolderFilter(
            search=values["q"],
            kind=PoolKind(values["kind"]) if values["kind"] else None,
            state=LicenseState(values["state"]) if values["state"] else None,
            role=Role(values["role"]) if values["role"] else None,
            organisation=values["organisation"].strip(),
            group=values["group"] or None,
            giver=values["giver"] or None,
            owns=values["owns"],
        )
        for name, changes in _MEANINGS.items():
            if values[name]:
                narrow = replace(narrow, **changes(values[name]))
        return narrow

    def words_for(self, name: str) -> str:
        """Return what the filter in force for one parameter is called."""
        value = self.cleaned_data.get(name)
        choices = getattr(self.fields[name].widget, "choices", ())
        word = next((label for key, label in choices if key and str(key) == str(value)), value)
        return str(word) if value else ""


def _unused_choices() -> Choices:
    days = [(str(n), _("not for %(days)s days") % {"days": n}) for n in _UNUSED]
    return [("never", _("never signed in")), *days]


def _temporary_choices() -> Choices:
    ends = [
        (str(n), ngettext("ends within %(days)s day", "ends within %(days)s days", n) % {"days": n})
        for n in _WITHIN
    ]
    return [("any", _("temporary")), *ends]


_REGISTRATION = (
    ("registered", gettext_lazy("registered")),
    ("waiting", gettext_lazy("not registered yet")),
    ("expired", gettext_lazy("not registered, link expired")),
)
_OWNS = (
    ("boxes", gettext_lazy("owns boxes")),
    ("data_rooms", gettext_lazy("owns data rooms")),
    ("none", gettext_lazy("owns no box")),
)
_MEANINGS: dict[str, Callable[[str], dict[str, Any]]] = {
    "unused": lambda value: {"never": True} if value == "never" else {"unused_days": int(value)},
    "registration": lambda value: (
        {"link_expired": True} if value == "expired" else {"registered": value == "registered"}
    ),
    "temporary": lambda value: (
        {"temporary": True} | ({} if value == "any" else {"ends_within": int(value)})
    ),
}


@dataclass(frozen=True)
class Chip:
    """A filter in force, and the address of the list without it."""

    label: str
    text: str
    url: str


def chips(form: FilterForm, query: QueryDict) -> list[Chip]:
    """Return the filters in force; the search has its own field and needs none."""
    found = []
    for name in NAMES[1:]:
        text = form.words_for(name) if query.get(name) else ""
        if text:
            without = query.copy()
            empty = [other for other, value in query.items() if not value]
            for gone in (name, "page", *empty):
                without.pop(gone, None)
            address = f"?{without.urlencode()}" if without else "."
            found.append(Chip(str(form.fields[name].label), text, address))
    return found


def selected(values: QueryDict) -> HolderFilter | None:
    """Return whom somebody has selected on the list: rows, or all that a filter leaves.

    None where nobody is selected, and nobody asked for all.
    """
    if values.get("all"):
        return FilterForm(values).filter()
    licenses = tuple(dict.fromkeys(_ids(values.getlist("license"))))[:_MOST]
    return HolderFilter(licenses=licenses) if licenses else None


def _ids(texts: Iterable[str]) -> Iterable[UUID]:
    for text in texts:
        try:
            yield UUID(text)
        except ValueError:
            continue
