"""Keys with which programs act for a person: list, create, revoke."""

from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from siegel.accounts.actions import create_api_token, revoke_api_token
from siegel.accounts.permissions import Permission
from siegel.accounts.queries import api_tokens
from siegel.core.refusal import BadInput
from siegel.web.access import AccountRequest, account_page
from siegel.web.settings.tabs import settings_tabs
from siegel.web.toasts import toast


class TokenForm(forms.Form):
    """What the key is for, and how long it holds."""

    label = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=80,
        help_text=gettext_lazy(
            "What it is for, so that you recognize it later: “Payroll, nightly”."
        ),
    )
    days = forms.IntegerField(
        label=gettext_lazy("Valid for how many days"), min_value=1, max_value=366, initial=90
    )


@require_http_methods(["GET", "HEAD", "POST"])
@account_page(Permission.TOKEN_MANAGE)
def show_tokens(request: AccountRequest) -> HttpResponse:
    """List the account's API tokens; create one, which is shown only in this answer."""
    form = TokenForm(request.POST if request.method == "POST" else None)
    if request.method != "POST":
        return _page(request, form)
    if not form.is_valid():
        return _page(request, form, status=422)
    try:
        token = create_api_token(
            actor=request.actor,
            account_id=request.account.id,
            label=form.cleaned_data["label"],
            days=form.cleaned_data["days"],
            at=timezone.now(),
        )
    except BadInput as bad:
        form.add_error(None, str(bad))
        return _page(request, form, status=422)
    # Not by redirect: a session or an address would keep what is to be seen once.
    return _page(request, TokenForm(), token=token, label=form.cleaned_data["label"])


def _page(
    request: AccountRequest, form: TokenForm, *, token: str = "", label: str = "", status: int = 200
) -> HttpResponse:
    now = timezone.now()
    found = api_tokens(actor=request.actor, account_id=request.account.id)
    context: dict[str, Any] = {
        "tabs": settings_tabs(request, "api"),
        "form": form,
        "token": token,
        "label": label,
        "tokens": [(one, _state(one.state(now)), one.state(now) == "active") for one in found],
    }
    return render(request, "settings/tokens.html", context, status=status)


def _state(state: str) -> tuple[str, str]:
    return {
        "active": (_("valid"), "good"),
        "expired": (_("expired"), ""),
        "revoked": (_("revoked"), "danger"),
    }[state]


@require_POST
@account_page(Permission.TOKEN_MANAGE)
def revoke_token(request: AccountRequest, token_id: UUID) -> HttpResponse:
    """End a token at once."""
    revoke_api_token(
        actor=request.actor,
        account_id=request.account.id,
        token_id=token_id,
        at=timezone.now(),
    )
    toast(request, _("The token is revoked. Programs that use it are refused from now on."))
    return redirect("api_tokens", request.account.slug)
