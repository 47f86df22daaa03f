"""The order form: new totals, not differences."""

import re
from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from siegel.billing.rules import OrderLine
from siegel.licensing.rules import Quantities
from siegel.workflows.booking_plan import LARGEST_TOTAL
from siegel.workflows.booking_words import (
    day_text,
    item_brings,
    number_text,
    unit_price_text,
)
from siegel.workflows.subscription_overview import SubscriptionOverview

#: 1200, or 1.200 and 1,200 and 1 200: with whole numbers a group of three cannot be a fraction.
_WHOLE = re.compile(r"\d+|\d{1,3}(?:[.,'’\s]\d{3})+", re.ASCII)


class TotalField(forms.Field):
    """A whole number from 0 to LARGEST_TOTAL, with or without thousands separators."""

    widget = forms.TextInput(
        attrs={"inputmode": "numeric", "autocomplete": "off", "class": "short"}
    )

    def to_python(self, value: Any) -> int | None:
        """Return the number that was typed."""
        text = "" if value is None else str(value).strip()
        if not text:
            return None
        if not _WHOLE.fullmatch(text):
            raise ValidationError(_("Please enter a whole number, 0 or more."))
        # Of a number that is far too long the first digits say enough.
        total = int(re.sub(r"\D", "", text).lstrip("0")[:12] or "0")
        if total > LARGEST_TOTAL:
            sentence = _("Please enter at most %(limit)s.")
            limit = number_text(LARGEST_TOTAL)
            raise ValidationError(sentence % {"limit": limit})
        return total


class BookingForm(forms.Form):
    """The totals that somebody wants; one field for every item that the package sells."""

    def __init__(
        self, overview: SubscriptionOverview, data: Mapping[str, str] | None = None
    ) -> None:
        target = dict(overview.target.items())
        # What is not asked for stays: a link may say only ?full=12.
        super().__init__(None if data is None else {**target, **data}, initial=target)
        self._target = overview.target
        for line in overview.lines:
            self.fields[line.item.value] = TotalField(
                label=_label(overview, line),
                help_text=_help_text(overview, line),
            )

    def totals(self) -> Quantities:
        """Return the wanted totals; what the package does not sell stays as it is."""
        return Quantities(**(dict(self._target.items()) | self.cleaned_data))


def _planned_total(overview: SubscriptionOverview, line: OrderLine) -> int | None:
    """Return the planned total, which the field holds then, or None where nothing is planned."""
    total = dict(overview.target.items())[line.item.value]
    return total if overview.planned and total != line.after else None


def _label(overview: SubscriptionOverview, line: OrderLine) -> str:
    if overview.planned and _planned_total(overview, line) is not None:
        values = {"item": line.item.label, "day": day_text(overview.planned.on)}
        return _("%(item)s (total, planned from %(day)s on)") % values
    return _("%(item)s (total)") % {"item": line.item.label}


def _help_text(overview: SubscriptionOverview, line: OrderLine) -> str:
    planned = _planned_total(overview, line)
    if planned is not None:
        sentence = _(
            "now %(total)s – leave %(planned)s to keep it planned, or enter %(total)s to keep "
            "all of them"
        )
        values = {"planned": number_text(planned), "total": number_text(line.after)}
        parts = [sentence % values]
    else:
        parts = [_("now %(total)s") % {"total": number_text(line.after)}]
    if overview.subscription and line.unit:
        parts.append(unit_price_text(line.unit, overview.subscription.term))
    if brings := item_brings(overview.package, line.item, 1):
        parts.append(_("each adds %(what)s") % {"what": brings})
    return " · ".join(parts)
