"""The registration link of one's own guest: show it, mail it again, make a new one."""

from types import SimpleNamespace
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from siegel.accounts.permissions import Permission
from siegel.accounts.queries import protection_of
from siegel.core.refusal import BadInput
from siegel.licensing.kinds import LicenseState, PoolKind
from siegel.licensing.queries.guests import Guest, may_see_guest
from siegel.web.access import AccountRequest, account_page
from siegel.web.guests.frame import guest_address
from siegel.web.people.delivery import delivery_notice
from siegel.web.people.invite_forms import AccessStep
from siegel.web.people.views_link import Handed
from siegel.web.people.words import license_label
from siegel.web.toasts import toast
from siegel.workflows.invitation_rules import require_reach
from siegel.workflows.invitation_state import invitation_state
from siegel.workflows.invite_person import (
    invite_again,
    mail_again,
    open_invitation,
    require_waiting,
)


def _own(request: AccountRequest, license_id: UUID) -> Guest:
    guest = may_see_guest(request.actor, request.account.id, license_id, decide=True)
    require_reach(request.actor, request.account.id, [guest.profile_id])
    return guest


def _about(guest: Guest) -> SimpleNamespace:
    """Return the guest as the templates of registration links know people."""
    return SimpleNamespace(row=guest)


@require_safe
@account_page(Permission.GUEST_INVITE)
def show_link(request: AccountRequest, license_id: UUID) -> HttpResponse:
    """Show the open registration link of a guest, to be copied."""
    return link_page(request, license_id, Handed())


def link_page(request: AccountRequest, license_id: UUID, handed: Handed) -> HttpResponse:
    """Show link, pass code and how the mail goes; without an open link, the guest."""
    guest = _own(request, license_id)
    asked: dict[str, Any] = {
        "actor": request.actor,
        "account_id": request.account.id,
        "profile_id": guest.profile_id,
        "at": timezone.now(),
    }
    link, state = open_invitation(**asked), invitation_state(**asked)
    if guest.state != LicenseState.INVITED or link is None or state is None:
        return redirect(guest_address(request, license_id))
    context = {
        "details": _about(guest),
        "kind": license_label(PoolKind.GUEST),
        "address": link.link,
        "expires_at": link.expires_at,
        "asks_code": state.asks_code,
        "handed": handed,
        "delivery": delivery_notice(state, guest.email),
        "back_url": guest_address(request, license_id),
    }
    return render(request, "guests/link.html", context)


@require_POST
@account_page(Permission.GUEST_INVITE)
def mail_link(request: AccountRequest, license_id: UUID) -> HttpResponse:
    """Mail the link once more; where none works, a new one with the same pass code."""
    guest, now = _own(request, license_id), timezone.now()
    actor, account_id = request.actor, request.account.id
    same = mail_again(actor=actor, account_id=account_id, license_id=license_id, at=now)
    if same is None:
        invite_again(actor=actor, account_id=account_id, license_id=license_id, at=now)
        text = _("A new link is on its way to %(email)s. The previous one no longer works.")
    else:
        text = _("The link is on its way to %(email)s once more.")
    toast(request, text % {"email": guest.email})
    return redirect(guest_address(request, license_id))


@sensitive_post_parameters("own_code")
@require_http_methods(["GET", "HEAD", "POST"])
@account_page(Permission.GUEST_INVITE)
def renew_link(request: AccountRequest, license_id: UUID) -> HttpResponse:
    """Ask how a new registration link is handed out, and make it; the old one ends."""
    guest = _own(request, license_id)
    if request.method != "POST" and guest.state != LicenseState.INVITED:
        return redirect(guest_address(request, license_id))
    require_waiting(guest.state)
    form = _access_form(request, guest)
    if request.method != "POST":
        return _ask(request, guest, form)
    if not form.is_valid():
        return _ask(request, guest, form, status=422)
    terms = form.terms()
    try:
        invite_again(
            actor=request.actor,
            account_id=request.account.id,
            license_id=license_id,
            at=timezone.now(),
            mail=form.mails,
            terms=terms,
        )
    except BadInput as bad:
        form.add_error(None, str(bad))
        return _ask(request, guest, form, status=422)
    return link_page(request, license_id, Handed(fresh=True, pass_code=terms.pass_code))


def _access_form(request: AccountRequest, guest: Guest) -> AccessStep:
    state = invitation_state(
        actor=request.actor,
        account_id=request.account.id,
        profile_id=guest.profile_id,
        at=timezone.now(),
    )
    rules = protection_of(request.account.id)
    return AccessStep(
        request.POST if request.method == "POST" else None,
        initial={
            "days": settings.REGISTRATION_LINK_DAYS,
            "language": (state.language if state else "") or request.account.language,
            "message": state.message if state else "",
        },
        has_code=bool(state and state.asks_code),
        may_mail=rules.server_invitations,
        code_required=rules.pass_code_required,
    )


def _ask(
    request: AccountRequest, guest: Guest, form: AccessStep, *, status: int = 200
) -> HttpResponse:
    context = {
        "form": form,
        "details": _about(guest),
        "back_url": guest_address(request, guest.license_id),
    }
    return render(request, "people/link_new.html", context, status=status)
