"""Everything that ever happened to one person and their licenses in this account."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from siegel.accounts.permissions import Permission
from siegel.web.access import AccountRequest, account_page
from siegel.web.log_rows import log_rows
from siegel.web.people.frame import person_address, person_frame
from siegel.web.people.list_address import PARAMETER
from siegel.workflows.admin_log import person_log_page
from siegel.workflows.event_verbs import EventType


@require_safe
@account_page(Permission.PEOPLE_VIEW)
def show_history(request: AccountRequest, license_id: UUID) -> HttpResponse:
    """Show what has happened to a person, newest first, all of it or one type."""
    details, context = person_frame(request, license_id, "person_history")
    asked = request.GET.get("type", "")
    type_ = EventType(asked) if asked in set(EventType) else None
    page = person_log_page(
        actor=request.actor,
        account_id=request.account.id,
        person_id=details.row.person_id,
        type_=type_,
        cursor=request.GET.get("page", ""),
    )
    query = request.GET.copy()
    for name in [name for name in query if name not in {PARAMETER, "type"}]:
        del query[name]
    more = f"?{query.urlencode()}&page=" if query else "?page="
    context |= {
        "rows": log_rows(request, page.lines, links=False),
        "types": [(one, one.label) for one in EventType],
        "type": type_,
        "list_query": request.GET.get(PARAMETER, ""),
        "all_url": person_address(request, license_id, "person_history"),
        "newer_url": more + page.newer if page.newer else "",
        "older_url": more + page.older if page.older else "",
    }
    return render(request, "people/history.html", context)
