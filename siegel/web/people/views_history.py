"""Everything that ever happened to one person and their licenses in this account."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from siegel.accounts.permissions import Permission
from siegel.web.access import AccountRequest, account_page
from siegel.web.people.frame import person_frame
from siegel.web.people.history import history


@require_safe
@account_page(Permission.PEOPLE_VIEW)
def show_history(request: AccountRequest, license_id: UUID) -> HttpResponse:
    """Show what has happened to a person, newest first."""
    details, context = person_frame(request, license_id, "person_history")
    context["history"] = history(
        actor=request.actor,
        account_id=request.account.id,
        profile_id=details.row.profile_id,
        person_id=details.row.person_id,
    )
    return render(request, "people/history.html", context)
