"""Removing people: whom, where their boxes go, what will happen, and the confirmation."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from siegel.accounts.permissions import Permission
from siegel.core.refusal import Refusal
from siegel.licensing.kinds import LicenseState
from siegel.licensing.queries.removals import removals_of_email
from siegel.web.access import AccountRequest, account_page
from siegel.web.people.frame import details_of, person_address
from siegel.web.people.list_address import back_to_list, kept
from siegel.web.people.removal_form import (
    OPEN,
    OTHER,
    Wrong,
    choices_for,
    chosen_people,
    decisions_of,
    without_unfit,
)
from siegel.web.people.removal_words import lines, number, who_else
from siegel.web.people.words import license_label
from siegel.web.refusals import refusal_context
from siegel.web.toasts import toast
from siegel.workflows.removal_plan import (
    UNDECIDED,
    BoxesUndecided,
    Decisions,
    Leaver,
    NoSuccessor,
    RemovalPlan,
    plan_removal,
)
from siegel.workflows.remove_people import RemovalOvertaken, remove_people


@require_safe
@account_page(Permission.LICENSE_ASSIGN)
def old_address(request: AccountRequest, license_id: UUID) -> HttpResponse:
    """Lead from where a license was released to where a person is removed."""
    details_of(request, license_id)
    return redirect(_address_of_one(request, license_id))


def _address_of_one(request: AccountRequest, license_id: UUID) -> str:
    address = reverse("people_remove", args=[request.account.slug])
    return f"{address}{kept(request) or '?'}{'&' if kept(request) else ''}license={license_id}"


@require_http_methods(["GET", "HEAD", "POST"])
@account_page(Permission.LICENSE_ASSIGN)
def remove(request: AccountRequest) -> HttpResponse:
    """Show what removing the chosen people does, and do it once it is confirmed."""
    ids = chosen_people(request)
    if not ids and request.method != "POST":
        return redirect(back_to_list(request))
    refusal: Refusal | None = None
    decisions, wrong = UNDECIDED, Wrong()
    if request.method == "POST":
        decisions, wrong = decisions_of(request, ids)
    try:
        plan = _plan(request, ids, decisions)
    except NoSuccessor:
        plan, decisions, unfit = _plan_without_unfit(request, ids, decisions)
        wrong |= unfit
    if wrong:
        refusal = next(iter(wrong.values()))
    if not plan.leavers:
        toast(request, _("Nobody is left to be removed: they have been removed already."))
        return redirect(back_to_list(request))
    if refusal is None and request.POST.get("do") == "remove":
        try:
            return _carry_out(request, ids, decisions)
        except (RemovalOvertaken, BoxesUndecided, NoSuccessor) as no:
            plan, decisions, wrong = _plan_without_unfit(request, ids, decisions)
            refusal = no
    return _page(request, plan, ids, decisions, refusal, wrong=wrong)


def _plan_without_unfit(
    request: AccountRequest, ids: Sequence[UUID], decisions: Decisions
) -> tuple[RemovalPlan, Decisions, Wrong]:
    """Return the plan in which only those are undecided whose successor can take no boxes."""
    leavers = [one.row.license_id for one in _plan(request, ids, UNDECIDED).leavers]
    decisions, wrong = without_unfit(request, leavers, decisions)
    return _plan(request, ids, decisions), decisions, wrong


def _plan(request: AccountRequest, ids: Sequence[UUID], decisions: Decisions) -> RemovalPlan:
    return plan_removal(
        actor=request.actor,
        account_id=request.account.id,
        license_ids=ids,
        at=timezone.now(),
        decisions=decisions,
    )


def _carry_out(request: AccountRequest, ids: Sequence[UUID], decisions: Decisions) -> HttpResponse:
    done = remove_people(
        actor=request.actor,
        account_id=request.account.id,
        license_ids=ids,
        decisions=decisions,
        at=timezone.now(),
        confirmed=request.POST.get("plan", ""),
        seen=_seen(request, ids),
    )
    text = ngettext(
        "%(count)s user is removed and lies in the bin.",
        "%(count)s users are removed and lie in the bin.",
        done.people,
    )
    toast(request, text % {"count": number(done.people)}, undo=_way_back(request, ids))
    return redirect(back_to_list(request))


def _way_back(request: AccountRequest, ids: Sequence[UUID]) -> str:
    """Return where one person can be restored at once; many are found in the bin."""
    if len(ids) != 1:
        return ""
    email = details_of(request, ids[0]).row.email
    found = removals_of_email(request.account.id, email)
    address = reverse("people_restore", args=[request.account.slug])
    return f"{address}?removal={found[0]}" if found else ""


def _seen(request: AccountRequest, ids: Sequence[UUID]) -> dict[UUID, str]:
    """Return the prints of the people as they were shown; a text that was cut names nobody."""
    prints = dict(
        one.split(":", 1) for one in request.POST.get("seen", "").split(",") if ":" in one
    )
    return {one: prints[one.hex] for one in ids if one.hex in prints}


def _page(
    request: AccountRequest,
    plan: RemovalPlan,
    ids: Sequence[UUID],
    decisions: Decisions,
    refusal: Refusal | None,
    *,
    wrong: Wrong,
) -> HttpResponse:
    one = plan.leavers[0] if len(plan.leavers) == 1 else None
    single = one and len(ids) == 1
    choices = choices_for(
        request,
        [leaver.row.license_id for leaver in plan.leavers],
        decisions,
        len(plan.deciding),
    )
    context = {
        "plan": plan,
        "single": one if single else None,
        "invitations": all(one.row.state == LicenseState.INVITED for one in plan.leavers),
        "ids": ids,
        "lines": lines(plan),
        "people": [_line(request, leaver, wrong) for leaver in plan.deciding],
        "others": [leaver for leaver in plan.leavers if not leaver.owned.boxes],
        "kept": [
            {"row": kept.row, "why": refusal_context(request, kept.why)["sentence"]}
            for kept in plan.kept
        ],
        "choices": choices,
        "all": _chosen(request, "", wrong.get(None)),
        "seen": ",".join(f"{one.row.license_id.hex}:{one.print}" for one in plan.leavers),
        "refusal": refusal_context(request, refusal) if refusal else None,
        "back_url": person_address(request, one.row.license_id, "person_access")
        if single and one
        else back_to_list(request),
        "back_label": one.row.name if single and one else _("Users"),
        "kept_list": kept(request),
    }
    status = refusal.status if refusal else 200
    if request.headers.get("HX-Request"):
        status = 200  # htmx shows nothing of other answers
    return render(request, "people/remove.html", context, status=status)


def _chosen(request: AccountRequest, which: str, no: NoSuccessor | None) -> dict[str, str]:
    """Return what a list shows: a wrong choice is undecided, and says why."""
    to = request.POST.get(f"to{which}", "")
    return {
        "to": OPEN if no and to != OTHER else to,
        "other": request.POST.get(f"other{which}", ""),
        "why": str(refusal_context(request, no)["sentence"]) if no else "",
    }


def _line(request: AccountRequest, leaver: Leaver, wrong: Wrong) -> dict[str, Any]:
    which = f"-{leaver.row.license_id.hex}"
    return {
        "one": leaver,
        "which": which,
        "kind": license_label(leaver.row.kind),
        "who_else": who_else(leaver),
        **_chosen(request, which, wrong.get(leaver.row.license_id)),
    }
