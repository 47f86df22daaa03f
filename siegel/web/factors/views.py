"""Choose, name and remove second factors; make new recovery codes."""

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from siegel.accounts.protection import SecondFactor
from siegel.accounts.second_factors import Factor, second_factors_of
from siegel.core.refusal import BadInput, NotFound
from siegel.licensing.queries.seats import protection_for
from siegel.web.access import PersonRequest, person_page
from siegel.web.factors.frame import own_actor, show
from siegel.web.signin import passkeys
from siegel.web.signin.confirm import confirmed_page
from siegel.web.toasts import toast
from siegel.workflows.own_second_factor import (
    LastFactorIsEnforced,
    name_factor,
    remove_factor,
    renew_recovery_codes,
)


@require_GET
@person_page
def choose_factor(request: PersonRequest) -> HttpResponse:
    """Offer app and passkey; say why, where an account demands one of them."""
    rules, have = protection_for(request.person_id), second_factors_of(request.person_id)
    context = {
        "off": rules.second_factor == SecondFactor.OFF,
        "have": have,
        "why_not": passkeys.why_not(request),
    }
    return show(request, "factors/choose.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@person_page
@confirmed_page
def show_codes(request: PersonRequest) -> HttpResponse:
    """Make new recovery codes on POST and show them, only in this answer."""
    have = second_factors_of(request.person_id)
    if request.method != "POST" and have.factors:
        return show(request, "factors/new_codes.html", {"have": have})
    codes = renew_recovery_codes(
        actor=own_actor(request), person_id=request.person_id, at=timezone.now()
    )
    return show(request, "factors/codes.html", {"codes": codes, "first": False})


class NameForm(forms.Form):
    """What a factor is called."""

    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=60,
        help_text=gettext_lazy("So that you know it again: “Phone”, “Key on my key ring”."),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@person_page
@confirmed_page
def rename(request: PersonRequest, factor_id: int) -> HttpResponse:
    """Give a factor another name."""
    factor = _own(request, factor_id)
    form = NameForm(request.POST or None, initial={"name": factor.name})
    if request.method == "POST" and form.is_valid():
        try:
            name_factor(
                actor=own_actor(request),
                person_id=request.person_id,
                factor_id=factor_id,
                name=form.cleaned_data["name"],
            )
        except BadInput as bad:
            form.add_error("name", str(bad))
        else:
            toast(request, _("The name is saved."))
            return redirect("me")
    status = 422 if request.method == "POST" else 200
    return show(request, "factors/name.html", {"form": form, "factor": factor}, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@person_page
@confirmed_page
def remove(request: PersonRequest, factor_id: int) -> HttpResponse:
    """Ask before a factor goes; the last one stays where an account demands one."""
    factor, have = _own(request, factor_id), second_factors_of(request.person_id)
    last = len(have.factors) == 1
    enforced = protection_for(request.person_id).second_factor == SecondFactor.ENFORCED
    context = {"factor": factor, "last": last, "refused": last and enforced}
    if request.method != "POST":
        return show(request, "factors/remove.html", context)
    try:
        remove_factor(
            actor=own_actor(request),
            person_id=request.person_id,
            factor_id=factor_id,
            at=timezone.now(),
        )
    except LastFactorIsEnforced:
        return show(request, "factors/remove.html", context | {"refused": True}, status=409)
    toast(request, _("The second factor is removed."))
    return redirect("me")


def _own(request: PersonRequest, factor_id: int) -> Factor:
    for factor in second_factors_of(request.person_id).factors:
        if factor.id == factor_id:
            return factor
    raise NotFound(_("This second factor does not exist any more."))
