"""The registration link of an invited person: show it, mail it again, make a new one."""

from dataclasses import dataclass
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
from siegel.licensing.kinds import LicenseState
from siegel.licensing.queries.one_holder import HolderDetails
from siegel.web.access import AccountRequest, account_page
from siegel.web.people.delivery import delivery_notice
from siegel.web.people.frame import details_of, person_address
from siegel.web.people.invite_forms import AccessStep
from siegel.web.people.words import license_label
from siegel.web.toasts import toast
from siegel.workflows.invitation_state import invitation_state
from siegel.workflows.invite_person import (
    invite_again,
    mail_again,
    open_invitation,
    require_waiting,
)


@dataclass(frozen=True)
class Handed:
    """What is said beside the link: right after it was made, and its pass code then."""

    fresh: bool = False
    pass_code: str = ""


def access_address(request: AccountRequest, license_id: UUID) -> str:
    """Return where the person's page tells how they get in."""
    return person_address(request, license_id, "person_access")


@require_safe
@account_page(Permission.LICENSE_ASSIGN)
def show_link(request: AccountRequest, license_id: UUID) -> HttpResponse:
    """Show the open registration link of an invited person, to be copied."""
    return link_page(request, license_id, Handed())


def link_page(request: AccountRequest, license_id: UUID, handed: Handed) -> HttpResponse:
    """Show link, pass code and how the mail goes; without an open link, the person."""
    details, now = details_of(request, license_id), timezone.now()
    row = details.row
    link = open_invitation(
        actor=request.actor, account_id=request.account.id, profile_id=row.profile_id, at=now
    )
    state = invitation_state(
        actor=request.actor, account_id=request.account.id, profile_id=row.profile_id, at=now
    )
    if row.state != LicenseState.INVITED or link is None or state is None:
        return redirect(access_address(request, license_id))
    context = {
        "details": details,
        "kind": license_label(row.kind),
        "address": link.link,
        "expires_at": link.expires_at,
        "asks_code": state.asks_code,
        "handed": handed,
        "delivery": delivery_notice(state, row.email),
        "back_url": access_address(request, license_id),
    }
    return render(request, "people/link.html", context)


@require_POST
@account_page(Permission.LICENSE_ASSIGN)
def mail_link(request: AccountRequest, license_id: UUID) -> HttpResponse:
    """Mail the link once more; where none works, a new one with the same pass code."""
    details, now = details_of(request, license_id), timezone.now()
    actor, account_id = request.actor, request.account.id
    same = mail_again(actor=actor, account_id=account_id, license_id=license_id, at=now)
    if same is None:
        invite_again(actor=actor, account_id=account_id, license_id=license_id, at=now)
        text = _("A new link is on its way to %(email)s. The previous one no longer works.")
    else:
        text = _("The link is on its way to %(email)s once more.")
    toast(request, text % {"email": details.row.email})
    return redirect(access_address(request, license_id))


@sensitive_post_parameters("own_code")
@require_http_methods(["GET", "HEAD", "POST"])
@account_page(Permission.LICENSE_ASSIGN)
def renew_link(request: AccountRequest, license_id: UUID) -> HttpResponse:
    """Ask how a new registration link is handed out, and make it; the old one ends."""
    details = details_of(request, license_id)
    if request.method != "POST" and details.row.state != LicenseState.INVITED:
        return redirect(access_address(request, license_id))
    require_waiting(details.row.state)
    state = invitation_state(
        actor=request.actor,
        account_id=request.account.id,
        profile_id=details.row.profile_id,
        at=timezone.now(),
    )
    start = {
        "days": settings.REGISTRATION_LINK_DAYS,
        "language": (state.language if state else "") or request.account.language,
        "message": state.message if state else "",
    }
    data = request.POST if request.method == "POST" else None
    protection = protection_of(request.account.id)
    form = AccessStep(
        data,
        initial=start,
        has_code=bool(state and state.asks_code),
        may_mail=protection.server_invitations,
        code_required=protection.pass_code_required,
    )
    if request.method != "POST":
        return _ask(request, details, form)
    if not form.is_valid():
        return _ask(request, details, form, status=422)
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
        return _ask(request, details, form, status=422)
    return link_page(request, license_id, Handed(fresh=True, pass_code=terms.pass_code))


def _ask(
    request: AccountRequest, details: HolderDetails, form: AccessStep, *, status: int = 200
) -> HttpResponse:
    context = {
        "form": form,
        "details": details,
        "back_url": access_address(request, details.row.license_id),
    }
    return render(request, "people/link_new.html", context, status=status)
