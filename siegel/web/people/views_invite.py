"""Inviting a person, and their registration link."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from siegel.accounts.permissions import Permission
from siegel.core.refusal import BadInput
from siegel.licensing.actions.licenses import AlreadyLicensed, NoFreeLicense
from siegel.licensing.kinds import PERSONAL, LicenseState, PoolKind
from siegel.licensing.queries.one_holder import holder_details
from siegel.licensing.queries.status import LicenseStatus, license_status
from siegel.web.access import AccountRequest, account_page
from siegel.web.people.forms import InviteForm
from siegel.web.people.words import license_label
from siegel.web.refusals import refusal_context
from siegel.web.toasts import toast
from siegel.workflows.invite_person import Invitation, invite_again, invite_person, open_invitation


@require_http_methods(["GET", "HEAD", "POST"])
@account_page(Permission.LICENSE_ASSIGN)
def invite(request: AccountRequest) -> HttpResponse:
    """Ask whom to invite, give them a license, and show their link."""
    status = license_status(request.account.id)
    form = InviteForm(status, get_language() or "de", request.POST or None, initial=_start(status))
    if request.method != "POST":
        return _form(request, form)
    if not form.is_valid():
        return _form(request, form, status=422)
    try:
        invitation = invite_person(
            actor=request.actor,
            account_id=request.account.id,
            person=form.person(form.cleaned_data["email"]),
            kind=PoolKind(form.cleaned_data["kind"]),
            at=timezone.now(),
            mail=form.cleaned_data["mail"],
        )
    except NoFreeLicense as full:
        return _form(request, form, status=422, refusal=refusal_context(request, full))
    except AlreadyLicensed as held:
        form.add_error("email", _with_link(request, held))
    except BadInput as bad:
        form.add_error("email", str(bad))
    else:
        return _to_link(request, invitation)
    return _form(request, form, status=422)


def _start(status: LicenseStatus) -> dict[str, Any]:
    free = [kind for kind in PERSONAL if status.of(kind).available > 0]
    return {"kind": str(free[0]) if free else str(PoolKind.FULL)}


def _form(
    request: AccountRequest, form: InviteForm, *, status: int = 200, refusal: Any = None
) -> HttpResponse:
    return render(request, "people/invite.html", {"form": form, "refusal": refusal}, status=status)


def _with_link(request: AccountRequest, held: AlreadyLicensed) -> str:
    license_id = held.data.get("license_id")
    if not license_id:
        return str(held)
    url = reverse("person", args=[request.account.slug, license_id])
    return format_html('{} <a href="{}">{}</a>', str(held), url, _("Show this user"))


def _to_link(request: AccountRequest, invitation: Invitation) -> HttpResponse:
    url = reverse("person_link", args=[request.account.slug, invitation.license_id])
    query = urlencode({"mailed": "1"} if invitation.mailed else {})
    return redirect(f"{url}?{query}" if query else url)


@require_safe
@account_page(Permission.LICENSE_ASSIGN)
def show_link(request: AccountRequest, license_id: UUID) -> HttpResponse:
    """Show the open registration link of an invited person, to be copied."""
    details = holder_details(
        actor=request.actor, account_id=request.account.id, license_id=license_id
    )
    link = open_invitation(
        actor=request.actor,
        account_id=request.account.id,
        profile_id=details.row.profile_id,
        at=timezone.now(),
    )
    if details.row.state != LicenseState.INVITED or link is None:
        return redirect("person_access", request.account.slug, license_id)
    context = {
        "details": details,
        "kind": license_label(details.row.kind),
        "address": link.link,
        "expires_at": link.expires_at,
        "mailed": request.GET.get("mailed") == "1",
    }
    return render(request, "people/link.html", context)


@require_POST
@account_page(Permission.LICENSE_ASSIGN)
def renew_link(request: AccountRequest, license_id: UUID) -> HttpResponse:
    """Make a new registration link and mail it; the old one ends."""
    mail = request.POST.get("mail") != "no"
    invitation = invite_again(
        actor=request.actor,
        account_id=request.account.id,
        license_id=license_id,
        at=timezone.now(),
        mail=mail,
    )
    toast(request, _("There is a new registration link. The previous one no longer works."))
    return _to_link(request, invitation)
