"""The bin of people ("Papierkorb"): who was removed, restoring them, erasing them for good."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from siegel.accounts.permissions import Permission
from siegel.boxes.queries.owned import boxes_of_removals
from siegel.core.refusal import BadInput, Refusal
from siegel.licensing.kinds import PERSONAL, PoolKind
from siegel.licensing.queries.removals import BinPage, RemovedPerson, removals, removed_people
from siegel.web.access import AccountRequest, account_page
from siegel.web.lists import Page, page_number
from siegel.web.people.removal_words import number
from siegel.web.people.restore_words import restore_lines
from siegel.web.people.words import license_label
from siegel.web.refusals import refusal_context
from siegel.web.toasts import toast
from siegel.workflows.erase_people import erase_people
from siegel.workflows.restore_people import (
    RestoreOvertaken,
    RestorePlan,
    plan_restore,
    restore_people,
    too_few_licenses,
)


@require_safe
@account_page(Permission.LICENSE_ASSIGN)
def show_bin(request: AccountRequest) -> HttpResponse:
    """Show the people in the bin."""
    kind = request.GET.get("kind", "")
    query, reason = request.GET.get("q", "")[:200], request.GET.get("reason", "")
    found = removed_people(
        actor=request.actor,
        account_id=request.account.id,
        search=query,
        kind=PoolKind(kind) if kind in PERSONAL else None,
        reason=reason if reason in {"removed", "expired"} else "",
        page=page_number(request.GET.get("page", "")),
    )
    boxes = boxes_of_removals([row.removal_id for row in found.rows])
    now = timezone.now()
    context = {
        "people": [
            {
                "row": row,
                "kind": license_label(row.kind),
                "boxes": boxes[row.removal_id],
                "days": row.days_left(now, request.account.zone),
            }
            for row in found.rows
        ],
        "page": _page(found),
        "q": query,
        "kind": kind,
        "reason": reason,
        "kinds": [(str(one), license_label(one)) for one in PERSONAL],
        "narrows": bool(query or kind or reason),
        "may_erase": Permission.PERSON_ERASE in request.actor.permissions,
        "grace_days": settings.REMOVAL_GRACE_DAYS,
    }
    return render(request, "people/bin.html", context)


def _page(found: BinPage) -> Page:
    before = str(found.page - 1) if found.page > 1 else ""
    after = str(found.page + 1) if found.last < found.total else ""
    return Page(found.first, found.last, found.total, before, after)


def bin_address(request: AccountRequest) -> str:
    """Return the address of the bin."""
    return reverse("people_bin", args=[request.account.slug])


def _chosen(values: QueryDict) -> list[UUID]:
    try:
        return [UUID(text) for text in dict.fromkeys(values.getlist("removal"))]
    except ValueError:
        raise BadInput(_("Only part of the form arrived. Nothing was changed.")) from None


@require_http_methods(["GET", "HEAD", "POST"])
@account_page(Permission.LICENSE_ASSIGN)
def restore(request: AccountRequest) -> HttpResponse:
    """Show what restoring the chosen people does, and do it once it is confirmed."""
    # The way back from a toast is a POST to an address that says whom it is about.
    values = request.POST if "removal" in request.POST else request.GET
    ids, shown = _chosen(values), "shown" in values
    if not ids and request.method != "POST":
        return redirect(bin_address(request))
    options = {
        "roles": not shown or bool(values.get("roles")),
        "take_back": not shown or bool(values.get("take_back")),
    }
    refusal: Refusal | None = None
    if values.get("do") == "restore" and request.method == "POST":
        try:
            return _carry_out(request, ids, options)
        except (RestoreOvertaken, Refusal) as no:
            refusal = no
    plan = plan_restore(
        actor=request.actor, account_id=request.account.id, removal_ids=ids, **options
    )
    if not plan.people:
        toast(request, _("They are back already, or were erased."))
        return redirect(bin_address(request))
    if refusal is None and plan.missing:
        refusal = too_few_licenses(plan)
    return _restore_page(request, plan, options, refusal)


def _carry_out(request: AccountRequest, ids: list[UUID], options: dict[str, bool]) -> HttpResponse:
    done = restore_people(
        actor=request.actor,
        account_id=request.account.id,
        removal_ids=ids,
        at=timezone.now(),
        confirmed=request.POST.get("plan", ""),
        **options,
    )
    text = ngettext("%(count)s user is back.", "%(count)s users are back.", done.people)
    toast(request, text % {"count": number(done.people)})
    return redirect(bin_address(request))


def _restore_page(
    request: AccountRequest,
    plan: RestorePlan,
    options: dict[str, bool],
    refusal: Refusal | None,
) -> HttpResponse:
    context: dict[str, Any] = {
        "plan": plan,
        "single": plan.people[0] if len(plan.people) == 1 else None,
        "lines": restore_lines(plan),
        "options": options,
        "any_roles": any(one.who.roles for one in plan.people),
        "any_handed_over": not options["take_back"]
        or any(one.boxes.handed_over for one in plan.people),
        "refusal": refusal_context(request, refusal) if refusal else None,
        "possible": not plan.missing and not any(one.blocked for one in plan.people),
        "back_url": bin_address(request),
    }
    # A preview of what is not possible now is an answer all the same.
    status = refusal.status if refusal and request.method == "POST" else 200
    return render(request, "people/restore.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@account_page(Permission.PERSON_ERASE)
def erase(request: AccountRequest) -> HttpResponse:
    """Erase people for good, after the word for it was typed."""
    values = request.POST if request.method == "POST" else request.GET
    ids = _chosen(values)
    found = removals(actor=request.actor, account_id=request.account.id, removal_ids=ids)
    if request.method == "POST":
        word = _("erase")
        if values.get("word", "").strip().casefold() == word.casefold():
            return _erase(request, ids)
        return _erase_page(request, list(found.values()), wrong=True)
    if not ids:
        return redirect(bin_address(request))
    if len(found) != len(ids):
        plan_restore(actor=request.actor, account_id=request.account.id, removal_ids=ids)
        toast(request, _("They are back already, or were erased."))
        return redirect(bin_address(request))
    return _erase_page(request, list(found.values()))


def _erase(request: AccountRequest, ids: list[UUID]) -> HttpResponse:
    if not ids:
        raise BadInput(_("Only part of the form arrived. Nothing was changed."))
    count = erase_people(
        actor=request.actor, account_id=request.account.id, removal_ids=ids, at=timezone.now()
    )
    text = ngettext(
        "%(count)s person is erased for good.", "%(count)s people are erased for good.", count
    )
    toast(request, text % {"count": number(count)})
    return redirect(bin_address(request))


def _erase_page(
    request: AccountRequest, people: list[RemovedPerson], *, wrong: bool = False
) -> HttpResponse:
    of_boxes = boxes_of_removals([one.removal_id for one in people]).values()
    context = {
        "people": people,
        "boxes": sum(one.in_bin for one in of_boxes),
        "files": sum(one.files for one in of_boxes),
        "bytes": sum(one.bytes for one in of_boxes),
        "word": _("erase"),
        "wrong": wrong,
        "back_url": bin_address(request),
    }
    return render(request, "people/erase.html", context, status=422 if wrong else 200)


@require_POST
@account_page(Permission.LICENSE_ASSIGN)
def chosen(request: AccountRequest) -> HttpResponse:
    """Lead from the list with its selection to the preview of what shall be done with it."""
    page = "people_erase" if request.POST.get("do") == "erase" else "people_restore"
    ids = [("removal", str(one)) for one in _chosen(request.POST)]
    address = reverse(page, args=[request.account.slug])
    if not ids:
        toast(request, _("Nobody was selected. Tick people in the list first."))
        return redirect(bin_address(request))
    return redirect(f"{address}?{urlencode(ids)}")
