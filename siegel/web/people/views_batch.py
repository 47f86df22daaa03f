"""One thing done with everybody who is selected on the list: asked for, shown, confirmed."""

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from siegel.accounts.permissions import ADMINS, Permission, Role, may_change_role, require
from siegel.core.refusal import NotFound, Refusal
from siegel.licensing.kinds import LicenseState, PoolKind
from siegel.licensing.queries.groups import all_groups
from siegel.licensing.queries.holder_filter import HolderFilter
from siegel.licensing.queries.holder_rows import HolderRow
from siegel.licensing.queries.holders import holders
from siegel.web.access import AccountRequest, account_page
from siegel.web.people.batch_forms import (
    ActivateForm,
    BatchForm,
    GroupsForm,
    HandOverForm,
    NotificationsForm,
    RightsForm,
    RolesForm,
    SuspendForm,
)
from siegel.web.people.batch_words import ACTIONS, confirm_text, done_text, plan_lines
from siegel.web.people.filter_form import selected
from siegel.web.people.frame import details_of
from siegel.web.people.list_address import list_of
from siegel.web.refusals import refusal_context
from siegel.web.toasts import toast
from siegel.workflows.batch_changes import HandOver
from siegel.workflows.batch_people import BatchPlan, change_many, plan_batch

#: Batches that have a page of their own, by the name of its address.
_ELSEWHERE = {"links": "people_links", "remove": "people_remove"}
_CANDIDATES = 20
#: Suspending more people than this is asked about twice.
_MANY = 20


@require_http_methods(["GET", "HEAD", "POST"])
@account_page(Permission.LICENSE_ASSIGN)
def change_people(request: AccountRequest, what: str) -> HttpResponse:
    """Ask what to do with the selection, show what will happen, and do what is confirmed."""
    if what not in ACTIONS:
        raise NotFound(_("This does not exist, or it belongs to another account."))
    require(request.actor, ACTIONS[what][2], request.account.id)
    narrow = selected(request.GET)
    if narrow is None:
        return _page(request, what, {"nobody": True})
    if what in _ELSEWHERE:
        return redirect(
            f"{reverse(_ELSEWHERE[what], args=[request.account.slug])}?{_query(request)}"
        )
    form = _FORMS[what](request)
    if not form.is_bound or not form.is_valid():
        found = _candidates(request, form)
        more = len(found) > _CANDIDATES
        asked = {"form": form, "candidates": found[:_CANDIDATES], "more": more}
        return _page(request, what, asked, status=422 if request.method == "POST" else 200)
    if request.method == "POST":
        return _carry_out(request, what, narrow, form)
    return _preview(request, what, narrow, form)


def _carry_out(
    request: AccountRequest, what: str, narrow: HolderFilter, form: BatchForm
) -> HttpResponse:
    if what == "suspend" and not request.POST.get("sure"):
        plan = plan_batch(
            actor=request.actor,
            account_id=request.account.id,
            narrow=narrow,
            change=form.change(),
        )
        if len(plan.people) > _MANY:
            return _preview(request, what, narrow, form, unsure=True)
    try:
        count = change_many(
            actor=request.actor,
            account_id=request.account.id,
            narrow=narrow,
            change=form.change(),
            at=timezone.now(),
            confirmed=request.POST.get("plan", ""),
        )
    except Refusal as no:
        return _preview(request, what, narrow, form, no)
    toast(request, done_text(form.change(), count) if count else _("Nothing was left to change."))
    return redirect(list_of(request, request.GET))


def _preview(
    request: AccountRequest,
    what: str,
    narrow: HolderFilter,
    form: BatchForm,
    no: Refusal | None = None,
    *,
    unsure: bool = False,
) -> HttpResponse:
    change = form.change()
    plan = plan_batch(
        actor=request.actor, account_id=request.account.id, narrow=narrow, change=change
    )
    successor = details_of(request, change.to).row.name if isinstance(change, HandOver) else ""
    groups = {str(one.id): one.name for one in (_groups(request) if what == "groups" else ())}
    context: dict[str, Any] = {
        "plan": plan,
        "lines": plan_lines(change, plan, successor=successor, groups=groups),
        "verb": confirm_text(change, len(plan.people)),
        "again": _again(request) if form.fields else "",
        "refusal": refusal_context(request, no) if no else None,
        "unsure": unsure,
    }
    if what == "suspend":
        context["many"] = len(plan.people) if len(plan.people) > _MANY else 0
        context["admins"] = [one.row for one in plan.people if set(ADMINS) & set(one.row.roles)]
    return _page(request, what, context, status=no.status if no else 422 if unsure else 200)


def _page(
    request: AccountRequest, what: str, context: dict[str, Any], status: int = 200
) -> HttpResponse:
    _icon, label, _permission = ACTIONS[what]
    plan: BatchPlan | None = context.get("plan")
    shared = {
        "title": label,
        "what": what,
        "back_url": list_of(request, request.GET),
        "kept": _kept(request),
        "count": plan.selected if plan else _how_many(request),
        "danger": what == "suspend",
    }
    return render(request, "people/batch.html", shared | context, status=status)


def _how_many(request: AccountRequest) -> int:
    narrow = selected(request.GET)
    if narrow is None:
        return 0
    return holders(actor=request.actor, account_id=request.account.id, filter=narrow, size=1).total


def _kept(request: AccountRequest) -> list[tuple[str, str]]:
    """Return the selection and the list that it was made on, as hidden fields."""
    return [
        (name, value)
        for name in request.GET
        if not name.startswith("set-") and name != "page"
        for value in request.GET.getlist(name)
    ]


def _query(request: AccountRequest) -> str:
    """Return the selection as part of an address; all of the list stand for each of its rows."""
    query = request.GET.copy()
    if query.get("all"):
        query.pop("license", None)
    return query.urlencode()


def _again(request: AccountRequest) -> str:
    """Return the address at which the same selection is asked about anew."""
    query = request.GET.copy()
    for name in [name for name in query if name.startswith("set-")]:
        del query[name]
    return f"?{query.urlencode()}"


def _answers(request: AccountRequest) -> Any:
    """Return the answers of the form, None where it was not answered yet."""
    return request.GET if any(name.startswith("set-") for name in request.GET) else None


def _groups(request: AccountRequest) -> Any:
    return all_groups(actor=request.actor, account_id=request.account.id)


def _roles_form(request: AccountRequest) -> BatchForm:
    mine = [role for role in Role if may_change_role(request.actor, role, request.account.id)]
    return RolesForm(_answers(request), mine)


_FORMS: dict[str, Callable[[AccountRequest], BatchForm]] = {
    "roles": _roles_form,
    "rights": lambda request: RightsForm(_answers(request)),
    "groups": lambda request: GroupsForm(_answers(request), _groups(request)),
    "notifications": lambda request: NotificationsForm(_answers(request)),
    "suspend": lambda _request: SuspendForm({}),
    "activate": lambda _request: ActivateForm({}),
    "hand-over": lambda request: HandOverForm(_answers(request)),
}


def _candidates(request: AccountRequest, form: BatchForm) -> list[HolderRow]:
    """Return who could get the boxes and answers to what was typed."""
    if not isinstance(form, HandOverForm):
        return []
    narrow = HolderFilter(search=request.GET.get("set-who", ""), kind=PoolKind.FULL)
    chosen = selected(request.GET)
    emptied = {*(chosen.licenses if chosen else ()), request.actor.license_id}
    found = holders(
        actor=request.actor,
        account_id=request.account.id,
        filter=narrow,
        size=_CANDIDATES + len(emptied) + 1,
    )
    fit = {LicenseState.ACTIVE, LicenseState.INVITED}
    return [row for row in found.rows if row.state in fit and row.license_id not in emptied]
