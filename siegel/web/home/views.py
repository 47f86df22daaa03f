"""The start page, the start of an account, and what people see of themselves."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, override
from django.views.decorators.http import require_GET, require_http_methods

from siegel.accounts.own_person import choose_language, rename_person
from siegel.accounts.permissions import ADMINS, Actor, Permission
from siegel.accounts.protection import SecondFactor
from siegel.accounts.queries import AccountFacts, names_with_roles
from siegel.accounts.second_factors import second_factors_of
from siegel.licensing.kinds import PoolKind
from siegel.licensing.queries.closed import closed_seats
from siegel.licensing.queries.own import OwnLicense, own_licenses
from siegel.licensing.queries.seats import protection_for
from siegel.licensing.queries.status import license_status
from siegel.web.access import (
    AccountRequest,
    PersonRequest,
    account_page,
    enter_last_account,
    last_seat,
    person_page,
)
from siegel.web.preferences import remember
from siegel.web.settings.cards import ICONS, used_url
from siegel.web.toasts import toast


@require_GET
@person_page
def start(request: PersonRequest) -> HttpResponse:
    """Lead to the account that was open last; whoever has none is told so."""
    seat = last_seat(request)
    if seat is not None:
        return redirect("account_start", seat.account.slug)
    return render(request, "home/no_account.html", {"closed": closed_seats(request.person_id)})


@require_GET
@account_page(Permission.ACCOUNT_ENTER)
def show_account(request: AccountRequest) -> HttpResponse:
    """Say what this person has in this account, and whom they can ask."""
    may_see_status = Permission.STATUS_VIEW in request.actor.permissions
    return render(
        request,
        "home/account.html",
        {
            "license": own_licenses(request.person_id)[request.account.id],
            "roles": sorted(role.label for role in request.actor.roles),
            "figures": _figures(request) if may_see_status else [],
            "to_ask": [] if may_see_status else names_with_roles(request.account.id, ADMINS),
            "may_invite_guests": Permission.GUEST_INVITE in request.actor.permissions,
            "may_book": Permission.PORTAL_VIEW in request.actor.permissions,
        },
    )


@dataclass(frozen=True)
class Figure:
    """One kind's figures, each leading to the page that explains it."""

    title: str
    icon_name: str
    unit: str
    booked: int
    used: int
    warn: bool
    available_url: str
    used_url: str


def _figures(request: AccountRequest) -> list[Figure]:
    slug = request.account.slug
    return [
        Figure(
            title=str(pool.kind.label),
            icon_name=ICONS[pool.kind],
            unit="GB" if pool.kind is PoolKind.STORAGE else "",
            booked=pool.booked,
            used=pool.used,
            warn=pool.scarce,
            available_url=f"/a/{slug}/settings/account/{pool.kind}/",
            used_url=used_url(slug, pool.kind, "", is_future=False),
        )
        for pool in license_status(request.account.id).pools
    ]


class ProfileForm(forms.Form):
    """A person's own name and language."""

    first_name = forms.CharField(label=gettext_lazy("First name"), max_length=80, required=False)
    last_name = forms.CharField(label=gettext_lazy("Last name"), max_length=80, required=False)
    language = forms.ChoiceField(
        label=gettext_lazy("Language"),
        help_text=gettext_lazy("For these pages and for the mails that you get."),
        choices=[("de", "Deutsch"), ("en", "English")],
    )


@dataclass(frozen=True)
class Holding:
    """One account that the person belongs to, with license and roles there."""

    account: AccountFacts
    license: OwnLicense
    roles: str


@require_http_methods(["GET", "HEAD", "POST"])
@person_page
def me(request: PersonRequest) -> HttpResponse:
    """Show and change the person's own name and language; show their licenses everywhere."""
    enter_last_account(request)
    person: Any = request.user
    initial = {key: getattr(person, key) for key in ("first_name", "last_name", "language")}
    form = ProfileForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        return _save_profile(request, form.cleaned_data)
    status = 422 if form.is_bound else 200
    values = {"form": form, "holdings": _holdings(request), **_protection(request)}
    return render(request, "home/me.html", values, status=status)


def _protection(request: PersonRequest) -> dict[str, Any]:
    rule, have = (
        protection_for(request.person_id).second_factor,
        second_factors_of(request.person_id),
    )
    return {
        "factors": have,
        "enforced": rule == SecondFactor.ENFORCED,
        "factor_off": rule == SecondFactor.OFF,
        "few_codes": ngettext(
            "only %(count)d recovery code left",
            "only %(count)d recovery codes left",
            have.codes_left,
        )
        % {"count": have.codes_left},
    }


def _holdings(request: PersonRequest) -> list[Holding]:
    licenses = own_licenses(request.person_id)
    return [
        Holding(
            seat.account,
            licenses[seat.account.id],
            ", ".join(sorted(role.label for role in seat.roles)),
        )
        for seat in request.seats
        if seat.account.id in licenses
    ]


def _save_profile(request: PersonRequest, values: dict[str, str]) -> HttpResponse:
    person_id = request.person_id
    actor = Actor(person_id=person_id, account_id=None, door="web")
    rename_person(
        actor=actor,
        person_id=person_id,
        first_name=values["first_name"],
        last_name=values["last_name"],
    )
    choose_language(actor=actor, person_id=person_id, language=values["language"])
    with override(values["language"]):
        toast(request, _("Your profile is saved."))
    response = redirect("me")
    remember(response, settings.LANGUAGE_COOKIE_NAME, values["language"])
    return response
