"""Make a passkey: the browser asks the device, the page only carries its answer."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from siegel.accounts.second_factors import second_factors_of
from siegel.core.refusal import BadInput
from siegel.web.access import PersonRequest, person_page
from siegel.web.factors.frame import go_on, own_actor, show
from siegel.web.signin import passkeys
from siegel.web.signin.confirm import confirmed_page
from siegel.workflows.own_second_factor import set_up_passkey


class PasskeyForm(passkeys.CredentialForm):
    """The passkey's name, and what the browser made."""

    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=60,
        help_text=gettext_lazy("So that you know it again: “Phone”, “Key on my key ring”."),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@person_page
@confirmed_page
def set_up(request: PersonRequest) -> HttpResponse:
    """Ask the browser for a passkey, and keep the one that it made."""
    if request.method != "POST":
        return _page(request, PasskeyForm(initial={"name": _next_name(request)}))
    form = PasskeyForm(request.POST)
    if not form.is_valid():
        return _page(request, form, status=422)
    credential: dict[str, Any] = form.cleaned_data["credential"]
    try:
        passkeys.read_new(credential)
        codes = set_up_passkey(
            actor=own_actor(request),
            person_id=request.person_id,
            name=form.cleaned_data["name"],
            credential=credential,
            at=timezone.now(),
        )
    except ValidationError as error:
        form.add_error(None, error)
        return _page(request, form, status=422)
    except BadInput as bad:
        form.add_error("name", str(bad))
        return _page(request, form, status=422)
    return go_on(request, codes)


def _page(request: PersonRequest, form: PasskeyForm, *, status: int = 200) -> HttpResponse:
    why_not = passkeys.why_not(request)
    context = {
        "form": form,
        "why_not": why_not,
        "question": None if why_not else passkeys.ask_for_new(request.user),
    }
    return show(request, "factors/passkey.html", context, status=status)


def _next_name(request: PersonRequest) -> str:
    have = [one for one in second_factors_of(request.person_id).factors if not one.is_app]
    return _("Passkey %(number)d") % {"number": len(have) + 1} if have else _("My passkey")
