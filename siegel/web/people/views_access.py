"""How a person gets in: registration link, suspending, activating."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from siegel.accounts.permissions import Permission
from siegel.accounts.queries import protection_of
from siegel.licensing.kinds import LicenseState
from siegel.licensing.queries.removals import removal_of_license
from siegel.web.access import AccountRequest, account_page
from siegel.web.people.delivery import delivery_notice
from siegel.web.people.frame import details_of, person_address, person_frame
from siegel.web.people.list_address import back_to_list, kept
from siegel.web.people.views_reassign import successor_form
from siegel.web.people.views_restore import can_restore
from siegel.web.people.words import ends_text
from siegel.web.toasts import toast
from siegel.workflows.invitation_state import LinkStanding, invitation_state
from siegel.workflows.suspend_license import activate_license, suspend_license


@require_safe
@account_page(Permission.PEOPLE_VIEW)
def show_access(request: AccountRequest, license_id: UUID) -> HttpResponse:
    """Show whether a person can enter, and what can be done about it."""
    details, context = person_frame(request, license_id, "person_access")
    if details.row.state == LicenseState.INVITED:
        state = invitation_state(
            actor=request.actor,
            account_id=request.account.id,
            profile_id=details.row.profile_id,
            at=timezone.now(),
        )
        context["invitation"] = state
        context["delivery"] = delivery_notice(state, details.row.email) if state else None
        context["link_open"] = state is not None and state.standing == LinkStanding.OPEN
        context["may_mail"] = protection_of(request.account.id).server_invitations
    context["ends"] = ends_text(details.row)
    context["form"] = successor_form(request, details)
    context["restoring"] = context["may_end"] and can_restore(request, license_id)
    context["in_bin"] = (
        removal_of_license(request.account.id, license_id) if context["may_assign"] else None
    )
    return render(request, "people/access.html", context)


def _after(request: AccountRequest, license_id: UUID) -> str:
    """Return to the list, as it was; whoever did not come from it stays with the person."""
    if kept(request):
        return back_to_list(request)
    return person_address(request, license_id, "person_access")


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
        _("%(name)s is suspended and has no access. The license stays in use.")
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
    toast(request, _("%(name)s has access again.") % {"name": details.row.name})
    return redirect(_after(request, license_id))
