"""Inviting a guest; somebody who is a guest already is shared instead."""

from uuid import UUID, uuid4

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from siegel.accounts.permissions import Permission
from siegel.accounts.queries import protection_of
from siegel.audit.actions import once
from siegel.core.periods import local_day
from siegel.core.refusal import BadInput, NotFound, Refusal
from siegel.licensing.actions.licenses import AlreadyLicensed
from siegel.licensing.kinds import PoolKind
from siegel.licensing.queries.guests import Guest, guest_to_take
from siegel.licensing.queries.status import license_status
from siegel.web.access import AccountRequest, account_page
from siegel.web.guests.forms import EndForm, GuestForm
from siegel.web.guests.frame import guest_address, guest_line, whom_to_ask
from siegel.web.guests.views_link import invited
from siegel.web.people.handing_out import Handed, link_page
from siegel.web.refusals import refusal_context
from siegel.web.toasts import toast
from siegel.workflows.guests import take_guest
from siegel.workflows.invite_person import GivenRights, invite_person


@sensitive_post_parameters("own_code")
@require_http_methods(["GET", "HEAD", "POST"])
@account_page(Permission.GUEST_INVITE)
def invite(request: AccountRequest) -> HttpResponse:
    """Ask whom to invite; give them a guest license and show their link."""
    if request.method == "POST" and request.POST.get("go") == "take":
        return _take(request)
    form, end = _forms(request)
    if request.method != "POST":
        return _ask(request, form, end)
    if not (form.is_valid() & end.is_valid()):
        return _ask(request, form, end, status=422)
    return _invite(request, form, end)


def _forms(request: AccountRequest) -> tuple[GuestForm, EndForm]:
    rules = protection_of(request.account.id)
    data = request.POST if request.method == "POST" else None
    form = GuestForm(
        data,
        initial={
            "days": settings.REGISTRATION_LINK_DAYS,
            "language": request.account.language,
            "email": request.GET.get("email", "")[:254],
        },
        may_mail=rules.server_invitations,
        code_required=rules.pass_code_required,
    )
    return form, EndForm(data, today=local_day(timezone.now(), request.account.zone))


def _ask(
    request: AccountRequest,
    form: GuestForm,
    end: EndForm,
    refusal: Refusal | None = None,
    *,
    known: Guest | None = None,
    status: int = 200,
) -> HttpResponse:
    context = {
        "form": form,
        "end": end,
        "known": guest_line(request, known) if known else None,
        "attempt": request.POST.get("attempt") or uuid4().hex,
        "refusal": refusal_context(request, refusal) if refusal else None,
        "to_ask": whom_to_ask(request) if refusal else [],
        "pool": license_status(request.account.id).of(PoolKind.GUEST),
        "back_url": reverse("guests", args=[request.account.slug]),
    }
    status = refusal.status if refusal else status
    return render(request, "guests/invite.html", context, status=status)


def _invite(request: AccountRequest, form: GuestForm, end: EndForm) -> HttpResponse:
    terms, at = form.terms(), timezone.now()
    try:
        # A second click, or the page loaded again, is the same attempt: it invites nobody else.
        license_id, now = once(
            scope=f"{request.account.id.hex}:{request.person_id.hex}",
            key=f"guest:{request.POST.get('attempt', '')[:64]}",
            request=[form.cleaned_data["email"].lower()],
            at=at,
            run=lambda: str(
                invite_person(
                    actor=request.actor,
                    account_id=request.account.id,
                    person=form.person(),
                    kind=PoolKind.GUEST,
                    at=at,
                    mail=form.mails,
                    terms=terms,
                    rights=GivenRights(last_day=end.last_day, idle_days=end.days),
                ).license_id
            ),
        )
    except BadInput as bad:
        form.add_error("email", str(bad))
        return _ask(request, form, end, status=422)
    except AlreadyLicensed as held:  # a colleague, or somebody was faster
        return _ask_to_share(request, form, end, held)
    except Refusal as refusal:
        return _ask(request, form, end, refusal)
    if not now:
        return redirect(guest_address(request, UUID(license_id), "guest_link"))
    return link_page(
        request, invited(request, UUID(license_id)), Handed(fresh=True, pass_code=terms.pass_code)
    )


def _ask_to_share(
    request: AccountRequest, form: GuestForm, end: EndForm, held: AlreadyLicensed
) -> HttpResponse:
    """Offer to have a colleague's guest as one's own; say so where they are that already."""
    known = guest_to_take(request.actor, request.account.id, form.cleaned_data["email"])
    if known is not None and not known.own:
        return _ask(request, form, end, known=known, status=409)
    if known is None:
        form.add_error("email", str(held))
    else:
        url = guest_address(request, known.license_id)
        text, label = (
            _("%(name)s is your guest already.") % {"name": known.name},
            _("Show the guest"),
        )
        form.add_error("email", format_html('{} <a href="{}">{}</a>', text, url, label))
    return _ask(request, form, end, status=409)


def _take(request: AccountRequest) -> HttpResponse:
    email = request.POST.get("email", "")
    try:
        license_id = take_guest(
            actor=request.actor, account_id=request.account.id, email=email, at=timezone.now()
        )
    except NotFound:  # gone meanwhile: then an invitation is what is needed
        url = reverse("guest_invite", args=[request.account.slug])
        toast(request, _("This person is no longer a guest. You can invite them now."))
        return redirect(url)
    known = guest_to_take(request.actor, request.account.id, email)
    toast(request, _("%(name)s is your guest now, too.") % {"name": known.name if known else email})
    return redirect(guest_address(request, license_id))
