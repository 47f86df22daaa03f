"""What a batch asks for before it can show what will happen."""

from collections.abc import Sequence
from typing import Any, cast
from uuid import UUID

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from siegel.accounts.permissions import Role
from siegel.licensing.kinds import LicenseState, Visibility
from siegel.licensing.queries.groups import GroupFacts
from siegel.web.people.words import RIGHT_QUESTIONS
from siegel.workflows.batch_changes import (
    Change,
    HandOver,
    SetGroups,
    SetRights,
    SetRole,
    SetState,
)


class BatchForm(forms.Form):
    """A form that says what is to be done with the selection.

    Its fields have a prefix: the same address carries the filters of the list.
    """

    prefix = "set"

    def change(self) -> Change:
        """Return what was chosen."""
        raise NotImplementedError


class RolesForm(BatchForm):
    """A role to give or to withdraw."""

    role = forms.ChoiceField(label=gettext_lazy("Role"))
    do = forms.ChoiceField(
        label=gettext_lazy("What to do"),
        widget=forms.RadioSelect,
        choices=[
            ("give", gettext_lazy("Give the role")),
            ("withdraw", gettext_lazy("Withdraw the role")),
        ],
        initial="give",
    )

    def __init__(self, data: Any, roles: Sequence[Role]) -> None:
        super().__init__(data)
        choices = [(str(role), role.label) for role in roles]
        cast(forms.ChoiceField, self.fields["role"]).choices = choices

    def change(self) -> Change:
        """Return the role, and whether it is given."""
        return SetRole(Role(self.cleaned_data["role"]), self.cleaned_data["do"] == "give")


class RightsForm(BatchForm):
    """Each right: as it is, on or off."""

    def __init__(self, data: Any) -> None:
        super().__init__(data)
        as_it_is = ("", _("leave as it is"))
        for name, label in RIGHT_QUESTIONS.items():
            self.fields[name] = forms.ChoiceField(
                label=label,
                required=False,
                choices=[as_it_is, ("on", _("allow")), ("off", _("do not allow"))],
            )
        self.fields["sees"] = forms.ChoiceField(
            label=_("Finds"), required=False, choices=[as_it_is, *Visibility.choices]
        )

    def clean(self) -> dict[str, Any]:
        """Ask for one change at least."""
        if not any(self.cleaned_data.get(name) for name in self.fields):
            raise forms.ValidationError(_("Please choose what to change."))
        return self.cleaned_data

    def change(self) -> Change:
        """Return the rights that were chosen."""
        changes: dict[str, bool | str] = {
            name: self.cleaned_data[name] == "on"
            for name in RIGHT_QUESTIONS
            if self.cleaned_data[name]
        }
        if self.cleaned_data["sees"]:
            changes["sees"] = self.cleaned_data["sees"]
        return SetRights(changes)


class NotificationsForm(BatchForm):
    """Mails on or off."""

    notifications = forms.ChoiceField(
        label=gettext_lazy("Notifications by e-mail"),
        widget=forms.RadioSelect,
        choices=[("on", gettext_lazy("Switch on")), ("off", gettext_lazy("Switch off"))],
    )

    def change(self) -> Change:
        """Return whether they get mails."""
        return SetRights({"notifications": self.cleaned_data["notifications"] == "on"})


class GroupsForm(BatchForm):
    """Groups to join, and groups to leave."""

    join = forms.MultipleChoiceField(
        label=gettext_lazy("Put into"), required=False, widget=forms.CheckboxSelectMultiple
    )
    leave = forms.MultipleChoiceField(
        label=gettext_lazy("Take out of"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, data: Any, groups: Sequence[GroupFacts]) -> None:
        super().__init__(data)
        for name in ("join", "leave"):
            field = cast(forms.MultipleChoiceField, self.fields[name])
            field.choices = [(str(group.id), group.name) for group in groups]

    def clean(self) -> dict[str, Any]:
        """Ask for one group at least, and for none twice."""
        join, leave = (set(self.cleaned_data.get(name, ())) for name in ("join", "leave"))
        if not join | leave:
            raise forms.ValidationError(_("Please choose a group."))
        if join & leave:
            raise forms.ValidationError(_("Nobody can join and leave the same group."))
        return self.cleaned_data

    def change(self) -> Change:
        """Return the groups that were chosen."""
        join, leave = (tuple(map(UUID, self.cleaned_data[name])) for name in ("join", "leave"))
        return SetGroups(join, leave)


class HandOverForm(BatchForm):
    """Who gets the boxes: found by name or address, then chosen."""

    who = forms.CharField(
        label=gettext_lazy("Who gets the boxes"),
        required=False,
        max_length=200,
        help_text=gettext_lazy("Name or e-mail address of somebody with a full license."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    to = forms.UUIDField(required=False)

    def clean(self) -> dict[str, Any]:
        """Ask for somebody."""
        if not self.cleaned_data.get("to"):
            raise forms.ValidationError(_("Please choose who gets the boxes."))
        return self.cleaned_data

    def change(self) -> Change:
        """Return who gets the boxes."""
        return HandOver(self.cleaned_data["to"])


class NothingToAsk(BatchForm):
    """Suspending and activating ask for nothing."""

    to = LicenseState.SUSPENDED

    def change(self) -> Change:
        """Return the state."""
        return SetState(self.to)


class SuspendForm(NothingToAsk):
    """Suspend."""


class ActivateForm(NothingToAsk):
    """Activate."""

    to = LicenseState.ACTIVE
