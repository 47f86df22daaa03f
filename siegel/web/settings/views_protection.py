"""The tab "Zugangsschutz": passwords, second factor, sessions, lock-out, invitations."""

import json
from dataclasses import asdict
from typing import Any

from django import forms
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from siegel.accounts.actions import ProtectionChanged, change_protection
from siegel.accounts.permissions import Permission, require
from siegel.accounts.protection import BOUNDS, ProtectionFacts, SecondFactor
from siegel.accounts.queries import protection_of
from siegel.licensing.queries.protection import factor_coverage
from siegel.web.access import AccountRequest, account_page
from siegel.web.settings.tabs import settings_tabs
from siegel.web.toasts import toast


def _number(name: str, label: Any, help_text: Any = "") -> forms.IntegerField:
    low, high = BOUNDS[name]
    return forms.IntegerField(
        label=label, help_text=help_text, min_value=low, max_value=high, localize=False
    )


def _yes_no(label: Any, help_text: Any = "") -> forms.BooleanField:
    return forms.BooleanField(label=label, help_text=help_text, required=False)


class ProtectionForm(forms.Form):
    """Every rule of the account, and the state in which it was shown."""

    second_factor = forms.ChoiceField(
        label=gettext_lazy("Second factor at the sign-in"),
        widget=forms.RadioSelect,
        choices=[
            (SecondFactor.OFF.value, gettext_lazy("Switched off: nobody sets up a new one")),
            (SecondFactor.OFFERED.value, gettext_lazy("Offered: everybody decides for themselves")),
            (SecondFactor.ENFORCED.value, gettext_lazy("Enforced: nobody works without")),
        ],
    )
    password_min_length = _number(
        "password_min_length",
        gettext_lazy("Minimum length in characters"),
        gettext_lazy("From 8 to 64."),
    )
    password_mixed = _yes_no(
        gettext_lazy("Demand mixed characters"),
        gettext_lazy("Upper and lower case letters, and at least one digit or special character."),
    )
    session_idle_minutes = _number(
        "session_idle_minutes",
        gettext_lazy("Sign out after … minutes without activity"),
        gettext_lazy("From 10 to 480 (8 hours)."),
    )
    lockout_attempts = _number(
        "lockout_attempts",
        gettext_lazy("Lock after so many wrong entries"),
        gettext_lazy("From 3 to 20; passwords and codes count together."),
    )
    lockout_minutes = _number(
        "lockout_minutes",
        gettext_lazy("Minutes that the lock lasts"),
        gettext_lazy("From 1 to 1,440 (one day)."),
    )
    self_unlock = _yes_no(
        gettext_lazy("People may unlock themselves by mail"),
        gettext_lazy("The mail about the lock then brings a link that can be used once."),
    )
    server_invitations = _yes_no(
        gettext_lazy("Send invitations from the server"),
        gettext_lazy("If not, the registration link is only shown, to be copied."),
    )
    pass_code_required = _yes_no(
        gettext_lazy("Demand a pass code with registration links"),
        gettext_lazy("Tell it to the invited person in another way, for example by phone."),
    )
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    #: What the form was filled with: so it is known which values somebody has changed.
    seen = forms.JSONField(widget=forms.HiddenInput, required=False)


@require_http_methods(["GET", "HEAD", "POST"])
@account_page(Permission.PROTECTION_VIEW)
def show_protection(request: AccountRequest) -> HttpResponse:
    """Show the account's rules, and save them; auditors only read."""
    if request.method != "POST":
        return _page(request, ProtectionForm(initial=_shown(protection_of(request.account.id))))
    require(request.actor, Permission.PROTECTION_MANAGE, request.account.id)
    form = ProtectionForm(request.POST)
    if not form.is_valid():
        return _page(request, form, status=422)
    values = dict(form.cleaned_data)
    seen = values.pop("seen")
    values["second_factor"] = SecondFactor(values["second_factor"])
    wanted = ProtectionFacts(**values)
    try:
        changed = change_protection(
            actor=request.actor, account_id=request.account.id, wanted=wanted, at=timezone.now()
        )
    except ProtectionChanged as faster:
        return _compare(request, wanted, seen if isinstance(seen, dict) else {}, faster.now)
    toast(request, _("Access protection is saved.") if changed else _("Nothing has changed."))
    return redirect("protection", request.account.slug)


def _compare(
    request: AccountRequest, wanted: ProtectionFacts, seen: dict[str, Any], now: ProtectionFacts
) -> HttpResponse:
    """Show what holds now beside what one has changed; what one left alone follows the other."""
    own = {name: value for name, value in _values(wanted).items() if seen.get(name) != value}
    merged = _values(now) | own | {"version": now.version, "seen": json.dumps(_values(now))}
    data = QueryDict(mutable=True)
    data.update({name: str(value) for name, value in merged.items() if value is not False})
    form = ProtectionForm(data)
    differences = [
        (field.label, _in_words(getattr(now, field.name)), _in_words(getattr(wanted, field.name)))
        for field in form
        if field.name in own and _values(now)[field.name] != own[field.name]
    ]
    return _page(request, form, status=409, conflict=True, differences=differences)


def _in_words(value: Any) -> str:
    if isinstance(value, SecondFactor):
        return value.label
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return str(value)


def _values(rules: ProtectionFacts) -> dict[str, Any]:
    return asdict(rules) | {"second_factor": rules.second_factor.value}


def _shown(rules: ProtectionFacts) -> dict[str, Any]:
    """Return what the form is filled with."""
    return _values(rules) | {"seen": _values(rules)}


def _page(
    request: AccountRequest, form: ProtectionForm, *, status: int = 200, **more: Any
) -> HttpResponse:
    may_change = Permission.PROTECTION_MANAGE in request.actor.permissions
    if not may_change:
        for field in form.fields.values():
            field.disabled = True
    context = {
        "tabs": settings_tabs(request, "protection"),
        "form": form,
        "may_change": may_change,
        "coverage": factor_coverage(actor=request.actor, account_id=request.account.id),
        **more,
    }
    return render(request, "settings/protection.html", context, status=status)
