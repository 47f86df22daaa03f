"""Fields that several forms about people have."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy


def detail(label: Any, longest: int) -> forms.CharField:
    """Return an optional line about somebody else: the browser offers nothing of the reader's."""
    return forms.CharField(
        label=label,
        max_length=longest,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


def first_name() -> forms.CharField:
    """Return the field for a first name."""
    return detail(gettext_lazy("First name"), 80)


def last_name() -> forms.CharField:
    """Return the field for a last name."""
    return detail(gettext_lazy("Last name"), 80)


def organisation() -> forms.CharField:
    """Return the field for an organisation."""
    return detail(gettext_lazy("Organization"), 120)
