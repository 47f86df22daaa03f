"""The second step of the sign-in, and the password once more before second factors change."""

from typing import Any

from allauth.account.internal.decorators import login_stage_required
from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.stages import AuthenticateStage
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from siegel.accounts.actions import note_factor_use, use_code
from siegel.accounts.second_factors import second_factors_of
from siegel.web.access import PersonRequest, person_page
from siegel.web.return_to import asked_return
from siegel.web.signin import passkeys
from siegel.web.signin.confirm import note_confirmed
from siegel.web.signin.forms import CodeForm, ConfirmForm
from siegel.workflows.sign_in_lock import is_locked, note_wrong_entry


@require_http_methods(["GET", "HEAD", "POST"])
@login_stage_required(  # type: ignore[untyped-decorator,unused-ignore]
    stage=AuthenticateStage.key, redirect_urlname="account_login"
)
def ask_for_factor(request: HttpRequest) -> HttpResponse:
    """Ask for the code or the passkey of somebody whose password was right."""
    stage: Any = request._login_stage  # type: ignore[attr-defined]
    person = stage.login.user
    if request.method != "POST":
        return _page(request, person, CodeForm())
    if "leave" in request.POST:
        left: HttpResponse = stage.abort()
        return left
    form = CodeForm(request.POST)
    with_passkey = "credential" in request.POST
    error = _try_passkey(request, person) if with_passkey else _try_code(form, person)
    if not error:
        record_authentication(request, person, "mfa")
        response: HttpResponse = stage.exit()
        return response
    if is_locked(person.email, timezone.now()):
        stage.abort()
        return redirect(f"{reverse('account_login')}?ended=locked")
    return _page(request, person, form, passkey_error=error if with_passkey else "", status=422)


def _try_code(form: CodeForm, person: Any) -> str:
    """Return what is wrong with the code, also told by the form; empty if it is right."""
    if not form.is_valid():
        return str(_("Please type the code."))
    now = timezone.now()
    # A locked login says the same about a right code as about a wrong one, and uses none up.
    locked = is_locked(person.email, now)
    if not locked and use_code(person_id=person.pk, code=form.cleaned_data["code"], at=now):
        return ""
    note_wrong_entry(email=person.email, at=now)
    error = str(
        _("This code is not right, or it was used already. Please wait for the app's next one.")
    )
    form.add_error("code", error)
    return error


def _try_passkey(request: HttpRequest, person: Any) -> str:
    """Return why the passkey does not count; empty if it does."""
    form, now = passkeys.CredentialForm(request.POST), timezone.now()
    failed = str(_("The passkey was not accepted. Please try it once more."))
    if not form.is_valid() or is_locked(person.email, now):
        return failed
    try:
        known = passkeys.read_known(person, form.cleaned_data["credential"])
    except ValidationError:
        note_wrong_entry(email=person.email, at=now)
        return failed
    note_factor_use(factor_id=known.factor_id, at=now)
    return ""


def _page(
    request: HttpRequest,
    person: Any,
    form: CodeForm,
    *,
    passkey_error: str = "",
    status: int = 200,
) -> HttpResponse:
    have = second_factors_of(person.pk)
    has_passkey = any(not factor.is_app for factor in have.factors)
    why_not = passkeys.why_not(request) if has_passkey else ""
    context = {
        "form": form,
        "email": person.email,
        "has_app": have.app is not None,
        "codes_left": have.codes_left,
        "has_passkey": has_passkey,
        "why_not": why_not,
        "passkey_error": passkey_error,
        "question": passkeys.ask_for_known(person) if has_passkey and not why_not else None,
    }
    return render(request, "signin/code.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@person_page
def confirm(request: PersonRequest) -> HttpResponse:
    """Ask for the password once more, then go on."""
    return_to = asked_return(request, reverse("me"))
    form = ConfirmForm(request.user, request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        note_confirmed(request)
        return redirect(return_to)
    context = {"form": form, "return_to": return_to}
    return render(request, "signin/confirm.html", context, status=422 if form.is_bound else 200)
