"""One person: details, license, roles, history, and what can be done."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from siegel.accounts.actions import change_profile, clean_person
from siegel.accounts.permissions import Permission, Role, may_change_role
from siegel.accounts.queries import latest_invitation
from siegel.core.refusal import BadInput
from siegel.licensing.kinds import LicenseState, PoolKind
from siegel.licensing.queries.one_holder import HolderDetails, holder_details
from siegel.web.access import AccountRequest, account_page
from siegel.web.people.forms import EditForm
from siegel.web.people.history import history
from siegel.web.people.list_address import PARAMETER, back_to_list, kept
from siegel.web.people.words import license_label, role_text, state_badge
from siegel.web.toasts import toast
from siegel.workflows.suspend_license import activate_license, suspend_license


@require_safe
@account_page(Permission.PEOPLE_VIEW)
def show_person(request: AccountRequest, license_id: UUID) -> HttpResponse:
    """Show one person with their license, roles and history."""
    details = details_of(request, license_id)
    row = details.row
    may_assign = Permission.LICENSE_ASSIGN in request.actor.permissions
    own = row.person_id == request.person_id
    above = not all(_may_change(request, role) for role in row.roles)
    link = latest_invitation(row.profile_id) if row.state == LicenseState.INVITED else None
    context = {
        "details": details,
        "row": row,
        "kind": license_label(row.kind),
        "state": state_badge(row.state),
        "live": row.state != LicenseState.RELEASED,
        "roles": [
            (role, role.label, role_text(role), _may_change(request, role)) for role in row.roles
        ],
        "grantable": _grantable(request, details),
        "link": link,
        "link_open": link is not None and link.usable(timezone.now()),
        "own": own,
        "kept": kept(request),
        "list_query": request.GET.get(PARAMETER, ""),
        "back_url": back_to_list(request),
        "above": above,
        "may_assign": may_assign,
        "may_end": may_assign and not own and not above,
        "history": history(
            actor=request.actor,
            account_id=request.account.id,
            profile_id=row.profile_id,
            person_id=row.person_id,
        ),
    }
    return render(request, "people/person.html", context)


def details_of(request: AccountRequest, license_id: UUID) -> HolderDetails:
    """Return the person of the address.

    :raises NotFound: no such license in this account.
    """
    return holder_details(actor=request.actor, account_id=request.account.id, license_id=license_id)


def person_address(request: AccountRequest, license_id: UUID) -> str:
    """Return the address of a person's page that keeps the list which led there."""
    return reverse("person", args=[request.account.slug, license_id]) + kept(request)


def _after(request: AccountRequest, license_id: UUID) -> str:
    """Return to the list, as it was; whoever did not come from it stays with the person."""
    return back_to_list(request) if kept(request) else person_address(request, license_id)


def _may_change(request: AccountRequest, role: Role) -> bool:
    return may_change_role(request.actor, role, request.account.id)


def _grantable(request: AccountRequest, details: HolderDetails) -> list[tuple[Role, str]]:
    row = details.row
    if row.kind != PoolKind.FULL or row.state == LicenseState.RELEASED:
        return []
    return [
        (role, role.label) for role in Role if role not in row.roles and _may_change(request, role)
    ]


@require_http_methods(["GET", "HEAD", "POST"])
@account_page(Permission.LICENSE_ASSIGN)
def edit_person(request: AccountRequest, license_id: UUID) -> HttpResponse:
    """Correct what the account knows about a person."""
    details = details_of(request, license_id)
    initial: dict[str, Any] = {
        "first_name": details.first_name,
        "last_name": details.last_name,
        "organisation": details.row.organisation,
        "department": details.department,
        "phone": details.phone,
    }
    form = EditForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            change_profile(
                actor=request.actor,
                account_id=request.account.id,
                profile_id=details.row.profile_id,
                data=clean_person(form.person(details.row.email)),
                at=timezone.now(),
            )
        except BadInput as bad:
            form.add_error(None, str(bad))
        else:
            toast(request, _("The details are saved."))
            return redirect(person_address(request, license_id))
    status = 422 if form.is_bound else 200
    back = person_address(request, license_id)
    context = {"form": form, "details": details, "back_url": back}
    return render(request, "people/edit.html", context, status=status)


@require_POST
@account_page(Permission.LICENSE_ASSIGN)
def suspend(request: AccountRequest, license_id: UUID) -> HttpResponse:
    """Close the person's access; the license stays theirs."""
    details = details_of(request, license_id)
    suspend_license(
        actor=request.actor,
        account_id=request.account.id,
        license_id=license_id,
        at=timezone.now(),
    )
    undo = reverse("person_activate", args=[request.account.slug, license_id]) + kept(request)
    toast(
        request,
        _("%(name)s is suspended and can no longer enter. The license stays in use.")
        % {"name": details.row.name},
        undo=undo,
    )
    return redirect(_after(request, license_id))


@require_POST
@account_page(Permission.LICENSE_ASSIGN)
def activate(request: AccountRequest, license_id: UUID) -> HttpResponse:
    """Open a suspended person's access again."""
    details = details_of(request, license_id)
    activate_license(
        actor=request.actor,
        account_id=request.account.id,
        license_id=license_id,
        at=timezone.now(),
    )
    toast(request, _("%(name)s can enter again.") % {"name": details.row.name})
    return redirect(_after(request, license_id))
