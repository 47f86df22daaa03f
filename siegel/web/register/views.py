"""The page behind a registration link: who invites, then choose a password or accept."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings
from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from siegel.accounts.protection import SecondFactor
from siegel.accounts.queries import InvitationFacts, protection_of
from siegel.core.refusal import BadInput
from siegel.web.register.forms import PassCodeForm, PasswordForm
from siegel.web.signin.confirm import note_confirmed
from siegel.web.toasts import toast
from siegel.workflows.accept_invitation import (
    Accepted,
    LinkNotOpen,
    LinkState,
    Registration,
    SignInFirst,
    WrongPassCode,
    accept_invitation,
    register,
    registration,
)

_STATUS = {LinkState.OPEN: 200, LinkState.FORGED: 404}
_GONE = 410


@sensitive_post_parameters("password1", "password2", "pass_code")
@require_http_methods(["GET", "HEAD", "POST"])
def open_link(request: HttpRequest, token: str) -> HttpResponse:
    """Show what the link is good for, and carry it out on POST."""
    found = registration(token, timezone.now())
    if found.invitation and settings.LANGUAGE_COOKIE_NAME not in request.COOKIES:
        translation.activate(found.invitation.account.language)
    try:
        response = _answer(request, token, found)
    except LinkNotOpen as ended:  # somebody was faster
        response = _page(request, token, Registration(ended.state, found.invitation))
    except SignInFirst:
        response = _page(request, token, registration(token, timezone.now()), status=403)
    # The address is a secret: no other page learns it. (With no-referrer, browsers would send the
    # form with "Origin: null", which the protection against forged forms refuses.)
    response["Referrer-Policy"] = "strict-origin"
    return response


def _answer(request: HttpRequest, token: str, found: Registration) -> HttpResponse:
    if request.method != "POST" or found.state != LinkState.OPEN or found.invitation is None:
        return _page(request, token, found)
    signed_in = _signed_in(request)
    link = found.invitation
    new = signed_in is None and not link.has_login
    asks_code = link.asks_code and (new or signed_in == link.person_id)
    if new:
        form: PassCodeForm = _password_form(link, request.POST, asks_code=asks_code)
    else:
        form = PassCodeForm(request.POST, asks_code=asks_code)
    if not form.is_valid():
        return _page(request, token, found, form=form, status=422)
    try:
        accepted = _carry_out(token, signed_in, form)
    except WrongPassCode as wrong:
        form.add_error("pass_code", str(wrong))
        return _page(request, token, found, form=form, status=422)
    except BadInput as bad:
        if "field" in bad.data:
            form.add_error(bad.data["field"], str(bad))
        for sentence in bad.rows:
            form.add_error("password1", sentence)
        return _page(request, token, found, form=form, status=422)
    if signed_in is None:
        login(request, accepted.login, backend=settings.AUTHENTICATION_BACKENDS[0])
        note_confirmed(request)
    return _welcome(request, accepted)


def _carry_out(token: str, signed_in: UUID | None, form: PassCodeForm) -> Accepted:
    code, at = form.cleaned_data.get("pass_code", ""), timezone.now()
    if signed_in is not None:
        return accept_invitation(token=token, person_id=signed_in, pass_code=code, at=at)
    password = form.cleaned_data.get("password1", "")
    return register(token=token, password=password, pass_code=code, at=at)


def _password_form(link: InvitationFacts, *data: Any, asks_code: bool) -> PasswordForm:
    return PasswordForm(*data, asks_code=asks_code, rules=protection_of(link.account.id))


def _signed_in(request: HttpRequest) -> UUID | None:
    return request.user.pk if request.user.is_authenticated else None


def _welcome(request: HttpRequest, accepted: Accepted) -> HttpResponse:
    toast(request, _("Welcome to %(account)s.") % {"account": accepted.account_name})
    return redirect("account_start", accepted.account_slug)


def _page(
    request: HttpRequest,
    token: str,
    found: Registration,
    *,
    form: PassCodeForm | None = None,
    status: int = 0,
) -> HttpResponse:
    link, signed_in = found.invitation, _signed_in(request)
    context: dict[str, Any] = {
        "found": found,
        "link": link,
        "sign_in_url": f"{reverse('account_login')}?{urlencode({'next': request.path})}",
        "here": request.path,
    }
    if found.state != LinkState.OPEN or link is None:
        context["mine"] = link is not None and signed_in == link.person_id
        return render(
            request, "register/ended.html", context, status=_STATUS.get(found.state, _GONE)
        )
    if link.has_login or signed_in is not None:
        context["step"] = (
            "accept"
            if signed_in == link.person_id
            else "sign-in"
            if signed_in is None
            else "sign-out"
        )
        context["form"] = form or PassCodeForm(asks_code=link.asks_code)
        return render(request, "register/accept.html", context, status=status or 200)
    context["form"] = form or _password_form(link, asks_code=link.asks_code)
    context["factor_follows"] = (
        protection_of(link.account.id).second_factor == SecondFactor.ENFORCED
    )
    return render(request, "register/password.html", context, status=status or 200)
