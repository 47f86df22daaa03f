"""One guest: what is known, how long they stay, with whom they are shared."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from siegel.accounts.permissions import Permission
from siegel.accounts.queries import protection_of
from siegel.core.refusal import BadInput, NotFound, Refusal
from siegel.licensing.kinds import LicenseState
from siegel.licensing.queries.guests import (
    Guest,
    brought_all,
    guests,
    may_see_guest,
    possible_sponsors,
)
from siegel.web.access import AccountRequest, account_page
from siegel.web.guests.forms import EndForm
from siegel.web.guests.frame import guest_address, guest_line
from siegel.web.people.delivery import delivery_notice
from siegel.web.refusals import refusal_context
from siegel.web.toasts import toast
from siegel.workflows.guests import LastSponsor, leave_guest, limit_guest, share_guest, take_guest
from siegel.workflows.invitation_state import LinkStanding, invitation_state

_COLLEAGUES = 50  #: as many as a choice shows at once


def guest_of(request: AccountRequest, license_id: UUID, *, decide: bool = False) -> Guest:
    """Return the guest of the address.

    :raises NotFound: there is none whom the reader may see, or with ``decide`` decide about.
    """
    actor, account_id = request.actor, request.account.id
    try:
        return may_see_guest(actor, account_id, license_id, decide=decide)
    except NotFound:
        # One's own guests are seen whatever the license lets its holder find.
        return may_see_guest(actor, account_id, license_id, decide=True)


@require_safe
@account_page(Permission.GUEST_INVITE)
def show_guest(request: AccountRequest, license_id: UUID) -> HttpResponse:
    """Show one guest with what the reader can do about them."""
    return _show(request, guest_of(request, license_id))


def _show(
    request: AccountRequest,
    guest: Guest,
    *,
    end: EndForm | None = None,
    refusal: Refusal | None = None,
) -> HttpResponse:
    decides = guest.decides
    context: dict[str, Any] = guest_line(request, guest) | {
        "decides": decides,
        "refusal": refusal_context(request, refusal) if refusal else None,
        "end": (end or _end_form(request, guest)) if decides else None,
        "back_url": reverse("guests", args=[request.account.slug]),
    }
    if guest.state == LicenseState.INVITED and _hands_out_link(request, guest):
        context |= _invitation(request, guest)
    if guest.own:
        search = request.GET.get("q", "").strip()[:200]
        found = possible_sponsors(
            actor=request.actor,
            account_id=request.account.id,
            license_id=guest.license_id,
            search=search,
            limit=_COLLEAGUES + 1,
        )
        many = bool(search) or len(found) > _COLLEAGUES
        context |= {"colleagues": found[:_COLLEAGUES], "many": many, "q": search}
    status = refusal.status if refusal else 422 if end else 200
    return render(request, "guests/guest.html", context, status=status)


def _hands_out_link(request: AccountRequest, guest: Guest) -> bool:
    actor, account_id = request.actor, request.account.id
    may = actor.may(Permission.LICENSE_ASSIGN, account_id)
    return may or brought_all(actor, account_id, [guest.profile_id])


def _end_form(request: AccountRequest, guest: Guest, data: Any = None) -> EndForm:
    return EndForm.of(guest.ends_at, guest.idle_days, request.account.zone, timezone.now(), data)


def _invitation(request: AccountRequest, guest: Guest) -> dict[str, Any]:
    state = invitation_state(
        actor=request.actor,
        account_id=request.account.id,
        profile_id=guest.profile_id,
        at=timezone.now(),
    )
    return {
        "invited": True,
        "invitation": state,
        "delivery": delivery_notice(state, guest.email) if state else None,
        "link_open": state is not None and state.standing == LinkStanding.OPEN,
        "may_mail": protection_of(request.account.id).server_invitations,
    }


@require_POST
@account_page(Permission.GUEST_INVITE)
def take(request: AccountRequest, license_id: UUID) -> HttpResponse:
    """Have a colleague's guest as one's own, too."""
    guest = guest_of(request, license_id)
    take_guest(
        actor=request.actor,
        account_id=request.account.id,
        email=guest.email,
        at=timezone.now(),
    )
    toast(request, _("%(name)s is your guest now, too.") % {"name": guest.name})
    return redirect(guest_address(request, license_id))


@require_POST
@account_page(Permission.GUEST_INVITE)
def share(request: AccountRequest, license_id: UUID) -> HttpResponse:
    """Let a colleague have one's guest as well."""
    guest = guest_of(request, license_id, decide=True)
    try:
        colleague = UUID(request.POST.get("colleague", ""))
    except ValueError:
        return _show(request, guest, refusal=BadInput(_("Please choose a colleague.")))
    found = dict(
        possible_sponsors(
            actor=request.actor,
            account_id=request.account.id,
            license_id=license_id,
            limit=100_000,
        )
    )
    share_guest(
        actor=request.actor,
        account_id=request.account.id,
        license_id=license_id,
        with_license=colleague,
        at=timezone.now(),
    )
    name = found.get(colleague, _("The colleague"))
    toast(request, _("%(name)s has this guest now, too.") % {"name": name})
    return redirect(guest_address(request, license_id))


@require_POST
@account_page(Permission.GUEST_INVITE)
def leave(request: AccountRequest, license_id: UUID) -> HttpResponse:
    """Stop having somebody as one's guest; others keep them."""
    guest = guest_of(request, license_id)
    try:
        leave_guest(
            actor=request.actor,
            account_id=request.account.id,
            license_id=license_id,
            at=timezone.now(),
        )
    except LastSponsor as last:
        return _show(request, guest, refusal=last)
    found, more = guests(
        actor=request.actor, account_id=request.account.id, search=guest.email, everybody=True
    )
    undo = guest_address(request, license_id, "guest_take") if found or more else ""
    toast(request, _("%(name)s is no longer your guest.") % {"name": guest.name}, undo=undo)
    return redirect("guests", request.account.slug)


@require_POST
@account_page(Permission.GUEST_INVITE)
def end(request: AccountRequest, license_id: UUID) -> HttpResponse:
    """Let a guest's license end, later, or not at all."""
    guest = guest_of(request, license_id, decide=True)
    form = _end_form(request, guest, request.POST)
    if not form.is_valid():
        return _show(request, guest, end=form)
    try:
        limit_guest(
            actor=request.actor,
            account_id=request.account.id,
            license_id=license_id,
            last_day=form.last_day,
            idle_days=form.days,
            at=timezone.now(),
        )
    except BadInput as bad:
        form.add_error(None, str(bad))
        return _show(request, guest, end=form)
    toast(request, _("How long %(name)s stays is saved.") % {"name": guest.name})
    return redirect(guest_address(request, license_id))
