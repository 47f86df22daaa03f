"""The user list: search, filters, order, pages."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from siegel.accounts.permissions import Permission, Role
from siegel.accounts.queries import protection_of
from siegel.core.periods import parse_moment
from siegel.licensing.kinds import LicenseState
from siegel.licensing.queries.holders import SORTS, HolderFilter, HolderPage, HolderRow, holders
from siegel.web.access import AccountRequest, account_page
from siegel.web.lists import Page, sort_order
from siegel.web.people.delivery import invitation_badge
from siegel.web.people.forms import FilterForm
from siegel.web.people.list_address import leading_back, query_of
from siegel.web.people.words import license_label, state_badge
from siegel.workflows.invitation_state import invitation_states


@require_safe
@account_page(Permission.PEOPLE_VIEW)
def list_people(request: AccountRequest) -> HttpResponse:
    """Show who holds a license, now or at a past moment.

    :raises BadInput: the moment cannot be read.
    """
    form, at = FilterForm(request.GET), _past(request)
    narrow = form.filter()
    sort = sort_order(request.GET.get("sort", ""), SORTS, "name")
    found = holders(
        actor=request.actor,
        account_id=request.account.id,
        filter=narrow,
        sort=sort,
        page=request.GET.get("page", ""),
        at=at,
    )
    htmx: Any = request.htmx  # type: ignore[attr-defined]
    part = "#list" if htmx and not htmx.history_restore_request else ""
    context = {
        "form": form,
        "sort": sort,
        "at": at,
        "raw_at": request.GET.get("at", "") if at else "",
        "narrows": narrow.narrows,
        "people": _lines(request, found.rows, now=at is None),
        "page": _page(found),
        "may_assign": Permission.LICENSE_ASSIGN in request.actor.permissions,
        "keeping": leading_back(request),
        "invited": _offers_mail(request, narrow, at),
        "list_query": query_of(request.GET),
    }
    response = render(request, f"people/list.html{part}", context)
    patch_vary_headers(response, ["HX-Request"])
    if part:
        response["HX-Replace-Url"] = _address(request)
    return response


def _offers_mail(request: AccountRequest, narrow: HolderFilter, at: datetime | None) -> bool:
    """Return whether the list shows today's invited people, and the server may mail them."""
    if at is not None or narrow.state != LicenseState.INVITED:
        return False
    return protection_of(request.account.id).server_invitations


def _past(request: AccountRequest) -> datetime | None:
    """Return the past moment that is asked for; today's holders are also those of the future."""
    raw, now = request.GET.get("at", "").strip(), timezone.now()
    moment = parse_moment(raw, request.account.zone, now) if raw else now
    return moment if moment < now else None


def _address(request: AccountRequest) -> str:
    """Return this list's address without what was left empty."""
    query = request.GET.copy()
    for name in [name for name, value in query.items() if not value]:
        del query[name]
    return f"{request.path}?{query.urlencode()}" if query else request.path


def _page(found: HolderPage) -> Page:
    return Page(found.first, found.last, found.total, found.previous, found.next)


def _lines(
    request: AccountRequest, rows: Sequence[HolderRow], *, now: bool
) -> list[dict[str, Any]]:
    """Return the rows, those of invited people with what keeps them from registering."""
    invited = [row.profile_id for row in rows if now and row.state == LicenseState.INVITED]
    states = {}
    if invited:
        states = invitation_states(
            actor=request.actor,
            account_id=request.account.id,
            profile_ids=invited,
            at=timezone.now(),
        )
    notes = {profile_id: invitation_badge(states.get(profile_id)) for profile_id in invited}
    return [_line(row) | {"note": notes.get(row.profile_id)} for row in rows]


def _line(row: HolderRow) -> dict[str, Any]:
    local, _at, domain = row.email.rpartition("@")
    return {
        "row": row,
        "local": local,
        "domain": domain,
        "kind": license_label(row.kind),
        "state": state_badge(row.state),
        # The longest role gets a place where it may be broken: tables are narrow.
        "roles": ", ".join(
            Role(role).label.replace("sadministrator", "s\N{SOFT HYPHEN}administrator")
            for role in row.roles
        ),
    }
