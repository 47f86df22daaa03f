"""The three steps of inviting: who, which rights, which way in."""

from dataclasses import dataclass
from datetime import date
from typing import Any, cast
from uuid import UUID

from django import forms
from django.conf import settings
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from siegel.accounts.actions import LinkTerms
from siegel.accounts.pass_codes import LONGEST, SHORTEST, new_pass_code
from siegel.accounts.permissions import Role
from siegel.core import formats
from siegel.licensing.kinds import PERSONAL, PoolKind, Visibility
from siegel.licensing.queries.groups import GroupFacts
from siegel.licensing.queries.status import LicenseStatus
from siegel.web.people.forms import DetailsForm
from siegel.web.people.words import license_label, role_text
from siegel.workflows.invite_person import GivenRights

LONGEST_DAYS = 90


#: What a full license may allow its holder, by the name of the right.
_ALLOWED = {
    "creates_boxes": gettext_lazy("Create boxes"),
    "creates_temporary_boxes": gettext_lazy("Create temporary boxes"),
    "creates_data_rooms": gettext_lazy("Create data rooms"),
    "invites_guests": gettext_lazy("Invite guests"),
}
_Radio = forms.RadioSelect


@dataclass(frozen=True)
class RightsWorld:
    """What the second step depends on."""

    kind: PoolKind
    roles: tuple[Role, ...]  #: within the reader's reach
    rights: tuple[str, ...]  #: that the package has
    groups: tuple[GroupFacts, ...]
    today: date


def _rights_at_first() -> dict[str, Any]:
    """Return what every new license allows."""
    return {
        "allowed": ["creates_boxes", "creates_temporary_boxes", "invites_guests"],
        "sees": Visibility.ALL,
        "notifications": True,
        "end": "none",
        "idle_days": 30,
    }


def _with_text(role: Role) -> str:
    return format_html("<b>{}</b> <small>{}</small>", role.label, role_text(role))


def end_choices() -> list[tuple[str, str]]:
    """Return how long a guest can stay."""
    return [
        ("none", _("Until removed")),
        ("date", _("Until a day")),
        ("idle", _("Until not signed in for a number of days")),
    ]


class DetailsStep(DetailsForm):
    """Whom to give which license."""

    email = forms.EmailField(
        label=gettext_lazy("E-mail address"),
        max_length=254,
        help_text=gettext_lazy("The person signs in with this address."),
    )
    kind = forms.ChoiceField(label=gettext_lazy("License kind"), widget=forms.RadioSelect)
    field_order = (
        "kind",
        "email",
        "first_name",
        "last_name",
        "organisation",
        "department",
        "phone",
        "description",
    )

    def __init__(self, status: LicenseStatus, language: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(str(one), _with_figures(status, one, language)) for one in PERSONAL]
        cast(forms.ChoiceField, self.fields["kind"]).choices = choices
        self.fields["email"].widget.attrs["autofocus"] = True
        for field in self.fields.values():  # about somebody else than who types
            if not isinstance(field.widget, forms.RadioSelect):
                field.widget.attrs["autocomplete"] = "off"


def _with_figures(status: LicenseStatus, kind: PoolKind, language: str) -> str:
    pool = status.of(kind)
    sentence = ngettext(
        "%(license)s: %(available)s of %(booked)s available",
        "%(license)s: %(available)s of %(booked)s available",
        pool.available,
    )
    return sentence % {
        "license": license_label(kind),
        "available": formats.number(pool.available, language),
        "booked": formats.number(pool.booked, language),
    }


class RightsStep(forms.Form):
    """What the person may do, whom they find, which groups they are in, how long a guest stays."""

    roles = forms.MultipleChoiceField(
        label=gettext_lazy("Roles"), required=False, widget=forms.CheckboxSelectMultiple
    )
    allowed = forms.MultipleChoiceField(
        label=gettext_lazy("What the person may do"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    sees = forms.ChoiceField(
        label=gettext_lazy("Whom the person finds"), choices=Visibility.choices
    )
    end = forms.ChoiceField(label=gettext_lazy("How long the guest stays"), widget=_Radio)
    ends_on = forms.DateField(
        label=gettext_lazy("Last day"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=gettext_lazy("Until midnight, in the time of the account."),
    )
    idle_days = forms.IntegerField(
        label=gettext_lazy("Days without sign-in"),
        min_value=1,
        max_value=3650,
        required=False,
        help_text=gettext_lazy(
            "Counted from the day on which you set this, or from the last sign-in after it."
        ),
    )
    groups = forms.MultipleChoiceField(
        label=gettext_lazy("Groups"), required=False, widget=forms.CheckboxSelectMultiple
    )
    notifications = forms.BooleanField(
        label=gettext_lazy("Gets e-mail about what happens in the boxes"), required=False
    )

    def __init__(self, world: RightsWorld, data: Any = None, *, initial: Any = None) -> None:
        super().__init__(data, initial=initial or _rights_at_first())
        self.world = world
        full = world.kind == PoolKind.FULL
        for name in ("end", "ends_on", "idle_days") if full else ("roles", "allowed", "sees"):
            del self.fields[name]
        if full:
            self._offer("roles", [(str(one), _with_text(one)) for one in world.roles])
            self._offer("allowed", [(name, str(_ALLOWED[name])) for name in world.rights])
        else:
            self._offer("end", end_choices())
        if world.groups:
            self._offer("groups", [(str(one.id), one.name) for one in world.groups])
        else:
            del self.fields["groups"]

    def _offer(self, name: str, choices: list[tuple[str, str]]) -> None:
        cast(forms.ChoiceField, self.fields[name]).choices = choices

    def clean(self) -> dict[str, Any]:
        """Ask for the day, or the number of days, where a guest does not stay for good."""
        values = super().clean() or self.cleaned_data
        needed = {"date": "ends_on", "idle": "idle_days"}.get(values.get("end", ""))
        if needed and needed not in self.errors and not values.get(needed):
            self.add_error(needed, _("Please enter this, or let the guest stay until removed."))
        last = values.get("ends_on")
        if needed == "ends_on" and last and last < self.world.today:
            self.add_error("ends_on", _("This day has passed."))
        return values

    def given(self) -> GivenRights:
        """Return what was chosen."""
        values, end = self.cleaned_data, self.cleaned_data.get("end")
        changes: dict[str, bool | str] = {"notifications": values["notifications"]}
        if self.world.kind == PoolKind.FULL:
            changes |= {name: name in values["allowed"] for name in self.world.rights}
            changes["sees"] = values["sees"]
        return GivenRights(
            roles=tuple(Role(name) for name in values.get("roles", ())),
            changes=changes,
            groups=tuple(UUID(text) for text in values.get("groups", ())),
            last_day=values["ends_on"] if end == "date" else None,
            idle_days=values["idle_days"] if end == "idle" else None,
        )


class AccessStep(forms.Form):
    """How the registration link reaches the person."""

    delivery = forms.ChoiceField(
        label=gettext_lazy("How the link gets to the person"), widget=forms.RadioSelect
    )
    language = forms.ChoiceField(label=gettext_lazy("Language of the mail"))
    message = forms.CharField(
        label=gettext_lazy("Personal message"),
        max_length=300,
        required=False,
        help_text=gettext_lazy("One line that the mail quotes with your name."),
    )
    code = forms.ChoiceField(label=gettext_lazy("Pass code"), widget=forms.RadioSelect)
    own_code = forms.CharField(
        label=gettext_lazy("Your own pass code"),
        required=False,
        max_length=60,
        help_text=gettext_lazy("At least six letters or digits; case does not matter."),
    )
    days = forms.IntegerField(
        label=gettext_lazy("Days for which the link is valid"),
        min_value=1,
        max_value=LONGEST_DAYS,
    )

    def __init__(
        self,
        *args: Any,
        has_code: bool = False,
        may_mail: bool = True,
        code_required: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        deliveries = [("copy", _("I copy the link and hand it over myself"))]
        if may_mail:
            deliveries.insert(0, ("mail", _("Mail it to the person")))
        else:
            del self.fields["language"], self.fields["message"]
        self._choose("delivery", deliveries)
        codes = [
            ("new", _("Make one up: shown once after inviting")),
            ("own", _("One of my own")),
        ]
        if has_code:
            codes.insert(0, ("keep", _("The same as before")))
        if not code_required:
            codes.insert(0, ("none", _("None: the link is enough")))
        self._choose("code", codes)
        self.fields["code"].help_text = _(
            "The person enters it when registering. Tell it by another way than the link, for "
            "example on the telephone. After ten wrong entries the link is locked."
        )
        if may_mail:
            names = [(code, str(name)) for code, name in settings.LANGUAGES]
            cast(forms.ChoiceField, self.fields["language"]).choices = names
        attrs = {"autocomplete": "off", "spellcheck": "false", "class": "short"}
        self.fields["own_code"].widget.attrs |= attrs
        self.fields["days"].help_text = _("At most %(days)d.") % {"days": LONGEST_DAYS}

    def _choose(self, name: str, choices: list[tuple[str, str]]) -> None:
        field = cast(forms.ChoiceField, self.fields[name])
        field.choices = choices
        if name not in self.initial:
            self.initial[name] = choices[0][0]

    def clean(self) -> dict[str, Any]:
        """Ask for the code where one of one's own was chosen."""
        values = super().clean() or self.cleaned_data
        own = values.get("own_code", "")
        if values.get("code") == "own" and sum(map(str.isalnum, own)) < SHORTEST:
            self.add_error(
                "own_code",
                _("A pass code needs between %(shortest)d and %(longest)d letters or digits.")
                % {"shortest": SHORTEST, "longest": LONGEST},
            )
        return values

    @property
    def mails(self) -> bool:
        """Whether the server sends the link."""
        return bool(self.cleaned_data["delivery"] == "mail")

    def terms(self) -> LinkTerms:
        """Return what was chosen, with a new pass code where one was wished."""
        values = self.cleaned_data
        code = values["own_code"].strip() if values["code"] == "own" else ""
        return LinkTerms(
            days=values["days"],
            pass_code=new_pass_code() if values["code"] == "new" else code,
            keep_code=values["code"] == "keep",
            language=values.get("language", ""),
            message=values.get("message", ""),
        )
