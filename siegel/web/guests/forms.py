"""Whom to invite as a guest, and how long a guest stays."""

from datetime import date, datetime
from typing import Any, cast
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from siegel.accounts.actions import PersonData
from siegel.core.periods import local_day
from siegel.web.people import fields
from siegel.web.people.invite_forms import AccessStep, end_choices


class EndForm(forms.Form):
    """How long a guest stays."""

    end = forms.ChoiceField(
        label=gettext_lazy("How long the guest stays"), widget=forms.RadioSelect, initial="none"
    )
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
        initial=30,
        help_text=gettext_lazy(
            "Counted from the day on which you set this, or from the last sign-in after it."
        ),
    )

    @classmethod
    def of(
        cls,
        ends_at: datetime | None,
        idle_days: int | None,
        zone: ZoneInfo,
        now: datetime,
        data: Any = None,
    ) -> "EndForm":
        """Return the form about a guest license that ends so now, or not at all."""
        initial: dict[str, Any] = {"end": "none", "idle_days": idle_days or 30}
        if idle_days is not None:
            initial["end"] = "idle"
        elif ends_at is not None:
            # It ends with the day: the midnight after it is the next day's already.
            last = local_day(ends_at - ends_at.resolution, zone)
            initial |= {"end": "date", "ends_on": last}
        return cls(data, initial=initial, today=local_day(now, zone))

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        cast(forms.ChoiceField, self.fields["end"]).choices = end_choices()

    def clean(self) -> dict[str, Any]:
        """Ask for the day, or the number of days, where a guest does not stay for good."""
        values = super().clean() or self.cleaned_data
        needed = {"date": "ends_on", "idle": "idle_days"}.get(values.get("end", ""))
        if needed and needed not in self.errors and not values.get(needed):
            self.add_error(needed, _("Please enter this, or let the guest stay until removed."))
        last = values.get("ends_on")
        if needed == "ends_on" and last and last < self.today:
            self.add_error("ends_on", _("This day has passed."))
        return values

    @property
    def last_day(self) -> date | None:
        """The last day, where one was chosen."""
        chosen: date | None = self.cleaned_data["ends_on"]
        return chosen if self.cleaned_data["end"] == "date" else None

    @property
    def days(self) -> int | None:
        """The days without sign-in, where they were chosen."""
        chosen: int | None = self.cleaned_data["idle_days"]
        return chosen if self.cleaned_data["end"] == "idle" else None


class GuestForm(AccessStep):
    """Whom to invite as a guest, and how the link gets to them."""

    email = forms.EmailField(
        label=gettext_lazy("E-mail address"),
        max_length=254,
        help_text=gettext_lazy("The person signs in with this address."),
        widget=forms.EmailInput(attrs={"autocomplete": "off", "autofocus": True}),
    )
    first_name = fields.first_name()
    last_name = fields.last_name()
    organisation = fields.organisation()

    def person(self) -> PersonData:
        """Return whom to invite."""
        values = self.cleaned_data
        return PersonData(
            values["email"],
            values["first_name"],
            values["last_name"],
            organisation=values["organisation"],
        )
