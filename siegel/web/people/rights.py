"""What one person's license allows, and the groups they are in: the forms of the tab."""

from collections.abc import Mapping, Sequence
from typing import Any, cast

from django import forms
from django.utils.translation import gettext as _

from siegel.accounts.permissions import Permission
from siegel.licensing.kinds import PoolKind, Visibility
from siegel.licensing.queries.groups import GroupFacts, all_groups
from siegel.licensing.queries.holder_rows import HolderRow, groups_of
from siegel.licensing.queries.one_holder import HolderDetails
from siegel.web.access import AccountRequest
from siegel.web.people.words import RIGHT_QUESTIONS


class PersonRightsForm(forms.Form):
    """Every right of a license; of a guest's only the mails."""

    #: Without it a form that did not arrive as a whole would take every right away.
    whole = forms.CharField(widget=forms.HiddenInput, initial="1")
    notifications = forms.BooleanField(required=False)

    def __init__(self, data: Mapping[str, Any] | None, row: HolderRow) -> None:
        super().__init__(data)
        self.fields["notifications"].label = _("Notifications by e-mail")
        self.fields["notifications"].initial = row.notifications
        if row.kind != PoolKind.FULL:
            return
        for name, label in RIGHT_QUESTIONS.items():
            self.fields[name] = forms.BooleanField(
                label=str(label), required=False, initial=getattr(row, name)
            )
        self.fields["sees"] = forms.ChoiceField(
            label=_("Finds"),
            choices=Visibility.choices,
            initial=row.sees,
            help_text=_("People they can find besides the members of their boxes."),
        )
        self.order_fields([*RIGHT_QUESTIONS, "sees", "notifications"])

    def changes(self) -> dict[str, bool | str]:
        """Return every right as it was chosen."""
        return {name: self.cleaned_data[name] for name in self.fields if name != "whole"}


class PersonGroupsForm(forms.Form):
    """The groups that a person is in."""

    whole = forms.CharField(widget=forms.HiddenInput, initial="1")
    groups = forms.MultipleChoiceField(required=False, widget=forms.CheckboxSelectMultiple)

    def __init__(
        self, data: Mapping[str, Any] | None, groups: Sequence[GroupFacts], own: Sequence[str]
    ) -> None:
        super().__init__(data, initial={"groups": list(own)})
        field = cast(forms.MultipleChoiceField, self.fields["groups"])
        field.label = _("Groups")
        field.choices = [(str(group.id), group.name) for group in groups]


def rights_context(request: AccountRequest, details: HolderDetails) -> dict[str, Any]:
    """Return what the tab shows of rights and groups, with forms for those who may change them."""
    row = details.row
    groups = groups_of([row.license_id]).get(row.license_id, [])
    may = request.actor.may(Permission.LICENSE_ASSIGN, request.account.id)
    return {
        "groups": groups,
        "rights_form": PersonRightsForm(None, row),
        "groups_form": groups_form(request, None, [str(one) for one, _name in groups]),
        "may_set_rights": may and row.released_at is None,
    }


def groups_form(
    request: AccountRequest, data: Mapping[str, Any] | None, own: Sequence[str] = ()
) -> PersonGroupsForm:
    """Return the form with all groups of the account."""
    found = all_groups(actor=request.actor, account_id=request.account.id)
    return PersonGroupsForm(data, found, own)
