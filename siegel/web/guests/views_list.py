"""The two lists: one's own guests, and those of colleagues."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from siegel.accounts.permissions import Permission
from siegel.licensing.kinds import PoolKind
from siegel.licensing.queries.guests import PAGE_SIZE, guests
from siegel.licensing.queries.status import license_status
from siegel.web.access import AccountRequest, account_page
from siegel.web.guests.frame import guest_line, list_tabs
from siegel.web.lists import numbered_page, page_number


@require_safe
@account_page(Permission.GUEST_INVITE)
def list_own(request: AccountRequest) -> HttpResponse:
    """Show the reader's own guests."""
    return _list(request, "guests", everybody=False)


@require_safe
@account_page(Permission.GUEST_INVITE)
def list_others(request: AccountRequest) -> HttpResponse:
    """Show the guests whom the reader may find, to be taken instead of invited twice."""
    return _list(request, "guests_of_colleagues", everybody=True)


def _list(request: AccountRequest, page: str, *, everybody: bool) -> HttpResponse:
    search = request.GET.get("q", "").strip()[:200]
    number = page_number(request.GET.get("page", ""))
    found, more = guests(
        actor=request.actor,
        account_id=request.account.id,
        search=search,
        everybody=everybody,
        page=number,
    )
    context = {
        "everybody": everybody,
        "q": search,
        "tabs": list_tabs(request, page),
        "lines": [guest_line(request, guest) for guest in found],
        "page": numbered_page(number, PAGE_SIZE, len(found), more=more),
        "pool": license_status(request.account.id).of(PoolKind.GUEST),
    }
    return render(request, "guests/list.html", context)
