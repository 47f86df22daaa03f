"""The user list: search, filters, order, pages, columns, and the same as a file."""

from datetime import datetime
from typing import Any

from django.http import HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from siegel.accounts.actions import choose_columns
from siegel.accounts.actor_names import actor_names
from siegel.accounts.permissions import ADMINS, Permission
from siegel.accounts.queries import chosen_columns, people_with_roles, protection_of
from siegel.core.periods import local_day, parse_moment
from siegel.licensing.kinds import LicenseState
from siegel.licensing.queries.groups import all_groups
from siegel.licensing.queries.holder_filter import HolderFilter
from siegel.licensing.queries.holders import SORTS, HolderPage
from siegel.web.access import AccountRequest, account_page
from siegel.web.exports import export_response
from siegel.web.lists import Page, sort_order
from siegel.web.people.batch_words import batch_buttons
from siegel.web.people.columns import (
    BY_KEY,
    COLUMNS,
    Column,
    columns_of,
    extras_of,
    file_columns,
)
from siegel.web.people.filter_form import FilterForm, chips
from siegel.web.people.list_address import leading_back, list_of, query_of
from siegel.web.people.list_lines import lines_of
from siegel.workflows.people_overview import iterate_people, people_page

LIST = "people"


@require_safe
@account_page(Permission.PEOPLE_VIEW)
def list_people(request: AccountRequest) -> HttpResponse:
    """Show who holds a license, now or at a past moment.

    :raises BadInput: the moment cannot be read.
    """
    form, at = _form(request), _past(request)
    narrow, columns = form.filter(), _columns(request)
    sort = sort_order(request.GET.get("sort", ""), SORTS, "name")
    found, people = people_page(
        actor=request.actor,
        account_id=request.account.id,
        narrow=narrow,
        sort=sort,
        page=request.GET.get("page", ""),
        at=at,
        extras=extras_of(columns),
    )
    htmx: Any = request.htmx  # type: ignore[attr-defined]
    part = "#list" if htmx and not htmx.history_restore_request else ""
    may_assign = Permission.LICENSE_ASSIGN in request.actor.permissions
    context = {
        "form": form,
        "sort": sort,
        "at": at,
        "raw_at": request.GET.get("at", "") if at else "",
        "narrows": narrow.narrows,
        "chips": chips(form, request.GET),
        "columns": columns,
        "all_columns": [(one, one in columns) for one in COLUMNS[1:]],
        "people": lines_of(request, people, columns, now=at is None),
        "page": _page(found),
        "may_assign": may_assign,
        "keeping": leading_back(request),
        "invited": _offers_mail(request, narrow, at),
        "list_query": query_of(request.GET),
        "batch": batch_buttons(request) if may_assign and at is None else [],
        "narrowing": _narrowing(request.GET),
    }
    response = render(request, f"people/list.html{part}", context)
    patch_vary_headers(response, ["HX-Request"])
    if part:
        response["HX-Replace-Url"] = _address(request)
    return response


@require_POST
@account_page(Permission.PEOPLE_VIEW)
def keep_columns(request: AccountRequest) -> HttpResponse:
    """Remember which columns the reader wants, and go back to the same list."""
    wanted = [key for key in request.POST.getlist("column") if key in BY_KEY]
    usual = request.POST.get("do") == "usual"
    choose_columns(
        actor=request.actor,
        account_id=request.account.id,
        of_list=LIST,
        columns=() if usual else ["name", *wanted],
    )
    return redirect(list_of(request, QueryDict(request.POST.get("list", ""))))


@require_safe
@account_page(Permission.PEOPLE_VIEW)
def export_people(request: AccountRequest) -> HttpResponseBase:
    """Send the list as it is shown as a file: its columns, filters and order, all of its pages.

    :raises BadInput: the moment cannot be read, or another format.
    """
    at, columns = _past(request), _columns(request)
    found = iterate_people(
        actor=request.actor,
        account_id=request.account.id,
        narrow=FilterForm(request.GET).filter(),
        sort=sort_order(request.GET.get("sort", ""), SORTS, "name"),
        at=at,
        extras=extras_of(columns),
    )
    heading, values = file_columns(columns)
    zone = request.account.zone
    title = _("users")  # Translators: name of a file
    return export_response(
        request.GET.get("format", "csv"),
        name=f"{request.account.slug}-{title}",
        day=local_day(at or timezone.now(), zone),
        sheet=_("Users"),
        heading=heading,
        rows=([value(one) for value in values] for one in found),
        zone=zone,
    )


def _form(request: AccountRequest) -> FilterForm:
    """Return the filters with the groups and people that one can choose from."""
    groups = [
        (one.id, one.name) for one in all_groups(actor=request.actor, account_id=request.account.id)
    ]
    givers = people_with_roles(request.account.id, ADMINS)
    form = FilterForm(request.GET, groups, givers)
    form.is_valid()
    giver = form.cleaned_data.get("giver")
    if giver and giver not in {one for one, _name in givers}:  # a member who invited guests
        name = actor_names(request.account.id, [giver])[giver]
        form = FilterForm(request.GET, groups, [*givers, (giver, name)])
    return form


def _offers_mail(request: AccountRequest, narrow: HolderFilter, at: datetime | None) -> bool:
    """Return whether the list shows today's invited people, and the server may mail them."""
    if at is not None or not (narrow.state == LicenseState.INVITED or narrow.link_expired):
        return False
    return protection_of(request.account.id).server_invitations


def _columns(request: AccountRequest) -> tuple[Column, ...]:
    return columns_of(chosen_columns(request.actor, request.account.id, LIST))


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


def _narrowing(query: QueryDict) -> list[tuple[str, str]]:
    """Return what a batch over all pages has to ask for again."""
    kept = QueryDict(query_of(query))
    return [(name, kept[name]) for name in kept if name not in {"page", "at"}]


def _page(found: HolderPage) -> Page:
    return Page(found.first, found.last, found.total, found.previous, found.next)
