"""What a person may administer: their roles, and giving and withdrawing one."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from siegel.accounts.actions import LastRegistrationAdmin
from siegel.accounts.permissions import Permission, Role, require_role_change
from siegel.core.refusal import NotFound
from siegel.licensing.kinds import LicenseState, PoolKind
from siegel.licensing.queries.one_holder import HolderDetails
from siegel.web.access import AccountRequest, account_page
from siegel.web.people.frame import details_of, may_change, person_address, person_frame
from siegel.web.people.list_address import PARAMETER, kept
from siegel.web.people.rights import rights_context
from siegel.web.people.words import role_text
from siegel.web.plans import PlanLine
from siegel.web.refusals import refusal_context
from siegel.web.toasts import toast
from siegel.workflows.change_roles import check_withdrawal, grant_role, withdraw_role


@require_safe
@account_page(Permission.PEOPLE_VIEW)
def show_permissions(request: AccountRequest, license_id: UUID) -> HttpResponse:
    """Show a person's roles, and which ones the reader may give."""
    details, context = person_frame(request, license_id, "person_permissions")
    context["roles"] = [
        (role, role.label, role_text(role), may_change(request, role)) for role in details.row.roles
    ]
    context["grantable"] = _grantable(request, details)
    context["list_query"] = request.GET.get(PARAMETER, "")
    context |= rights_context(request, details)
    return render(request, "people/permissions.html", context)


def _grantable(request: AccountRequest, details: HolderDetails) -> list[tuple[Role, str]]:
    row = details.row
    if row.kind != PoolKind.FULL or row.state == LicenseState.RELEASED:
        return []
    return [
        (role, role.label) for role in Role if role not in row.roles and may_change(request, role)
    ]


@require_safe
@account_page(Permission.ROLE_GRANT)
def choose_role(request: AccountRequest, license_id: UUID) -> HttpResponse:
    """Lead from the person's page to the preview of the chosen role."""
    role = _role(request.GET.get("role", ""))
    address = reverse("person_role", args=[request.account.slug, license_id, role])
    return redirect(address + kept(request))


@require_http_methods(["GET", "HEAD", "POST"])
@account_page(Permission.ROLE_GRANT)
def change_role(request: AccountRequest, license_id: UUID, role: str) -> HttpResponse:
    """Show what giving or withdrawing a role means, and do what is confirmed."""
    chosen, details = _role(role), details_of(request, license_id)
    if request.method == "POST":
        return _carry_out(request, details, chosen, request.POST.get("do", ""))
    require_role_change(request.actor, chosen, request.account.id)
    has = chosen in details.row.roles
    context = {
        "refusal": _refusal(request, details, chosen) if has else None,
        "details": details,
        "back_url": person_address(request, license_id, "person_permissions"),
        "role": chosen,
        "label": chosen.label,
        "has": has,
        "lines": [_line(details, chosen, has=has)],
    }
    return render(request, "people/role.html", context)


def _refusal(request: AccountRequest, details: HolderDetails, role: Role) -> dict[str, Any] | None:
    try:
        check_withdrawal(
            actor=request.actor,
            account_id=request.account.id,
            profile_id=details.row.profile_id,
            role=role,
        )
    except LastRegistrationAdmin as no:
        return refusal_context(request, no)
    return None


def _role(name: str) -> Role:
    if name not in set(Role):
        raise NotFound(_("This does not exist, or it belongs to another account."))
    return Role(name)


def _line(details: HolderDetails, role: Role, *, has: bool) -> PlanLine:
    values = {"name": details.row.name, "role": role.label}
    text = (
        _("%(name)s is no longer %(role)s") % values
        if has
        else _("%(name)s becomes %(role)s") % values
    )
    return PlanLine(text, role_text(role), when=_("at once"), icon="shield-check")


def _carry_out(
    request: AccountRequest, details: HolderDetails, role: Role, what: str
) -> HttpResponse:
    act = {"grant": grant_role, "withdraw": withdraw_role}.get(what)
    if act is None:
        raise NotFound(_("This does not exist, or it belongs to another account."))
    act(
        actor=request.actor,
        account_id=request.account.id,
        license_id=details.row.license_id,
        role=role,
        at=timezone.now(),
    )
    values = {"name": details.row.name, "role": role.label}
    if what == "grant":
        toast(request, _("%(name)s now has the role “%(role)s”.") % values)
    else:
        toast(request, _("%(name)s no longer has the role “%(role)s”.") % values)
    if what == "withdraw" and details.row.person_id == request.person_id:
        return redirect("account_start", request.account.slug)  # may not see this page any more
    return redirect(person_address(request, details.row.license_id, "person_permissions"))
