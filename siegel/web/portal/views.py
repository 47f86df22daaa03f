"""The customer portal: what is subscribed, in detail, and the way to change it."""

from typing import Any
from urllib.parse import quote
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from siegel.accounts.permissions import Permission
from siegel.core.periods import local_day
from siegel.core.refusal import Forbidden, NotFound, Refusal
from siegel.licensing import actions as licensing
from siegel.licensing.actions.bookings import contact_support
from siegel.web.access import AccountRequest, account_page
from siegel.web.portal.forms import BookingForm
from siegel.web.portal.rows import history_rows, plan_lines, status_rows
from siegel.web.refusals import refusal_context
from siegel.web.toasts import toast
from siegel.workflows.booking_plan import BookingPlan, NothingChanged, plan_booking
from siegel.workflows.booking_words import (
    confirm_verb,
    difference_text,
    done_text,
    if_freed_text,
    item_brings,
    rest_of_term_text,
)
from siegel.workflows.change_booking import BookingOvertaken, change_booking
from siegel.workflows.contract_words import contract_sentence
from siegel.workflows.plan_again import plan_again
from siegel.workflows.subscription_overview import (
    SubscriptionOverview,
    booking_steps,
    plan_steps,
    subscription_overview,
)


@require_safe
@account_page(Permission.PORTAL_VIEW)
def show_portal(request: AccountRequest) -> HttpResponse:
    """Show the subscription at a glance: contract, quantities, price, planned change."""
    return render(request, "portal/overview.html", _overview(request))


@require_safe
@account_page(Permission.PORTAL_VIEW)
def show_subscription(request: AccountRequest) -> HttpResponse:
    """Show the subscription in detail: unit prices, price list, every booking."""
    bookings = booking_steps(actor=request.actor, account=request.account)
    plans = plan_steps(actor=request.actor, account=request.account)
    context = _overview(request) | {"steps": history_rows(bookings, plans)}
    return render(request, "portal/subscription.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@account_page(Permission.BOOKING_CHANGE)
def change_subscription(request: AccountRequest) -> HttpResponse:
    """Ask for new totals, show what they would do, and book them once they are confirmed.

    Form and preview are GET, so that going back and reloading never asks to send anything again.
    """
    page = _overview(request)
    overview: SubscriptionOverview = page["overview"]
    if not overview.bookable:
        status = 422 if request.method == "POST" else 200
        return render(request, "portal/contact.html", page, status=status)
    data = (request.POST if request.method == "POST" else request.GET).dict()
    asked = any(line.item.value in data for line in overview.lines)
    form = BookingForm(overview, data if asked or request.method == "POST" else None)
    if not form.is_bound:
        return _show_form(request, page, form)
    if not form.is_valid():
        return _show_form(request, page, form, status=422)
    if request.method == "POST":
        return _confirm(request, page, form)
    return _preview(request, page, form)


def _preview(request: AccountRequest, page: dict[str, Any], form: BookingForm) -> HttpResponse:
    if "edit" in request.GET:
        return _show_form(request, page, form)
    try:
        plan = plan_booking(
            actor=request.actor,
            account=request.account,
            wanted=form.totals(),
            at=timezone.now(),
        )
    except (NotFound, Forbidden):
        raise
    except Refusal as refusal:
        return _refuse(request, page, form, refusal)
    return _show_plan(request, page, plan)


def _confirm(request: AccountRequest, page: dict[str, Any], form: BookingForm) -> HttpResponse:
    try:
        done = change_booking(
            actor=request.actor,
            account=request.account,
            wanted=form.totals(),
            plan_hash=request.POST.get("plan", ""),
            at=timezone.now(),
        )
    except (NotFound, Forbidden):
        raise
    except BookingOvertaken as overtaken:
        return _show_plan(request, page, overtaken.plan, overtaken)
    except NothingChanged as nothing:
        # The other administrator wanted the same, or a withdrawal was sent twice.
        messages.info(request, str(nothing))
        return redirect("portal", slug=request.account.slug)
    except Refusal as refusal:
        return _refuse(request, page, form, refusal)
    sentence = done_text(done.plan) if done.plan else _("This change was carried out already.")
    messages.success(request, _with_link_to_status(request, sentence))
    return redirect("portal", slug=request.account.slug)


@require_POST
@account_page(Permission.BOOKING_CHANGE)
def withdraw_planned_change(request: AccountRequest, change_id: UUID) -> HttpResponse:
    """Take a planned change back."""
    licensing.withdraw_planned_change(
        actor=request.actor,
        account_id=request.account.id,
        change_id=change_id,
        at=timezone.now(),
    )
    again = reverse("portal_plan_again", args=[request.account.slug, change_id])
    toast(request, _("Withdrawn. What is booked stays as it is."), undo=again)
    return redirect("portal", slug=request.account.slug)


@require_POST
@account_page(Permission.BOOKING_CHANGE)
def undo_withdrawal(request: AccountRequest, change_id: UUID) -> HttpResponse:
    """Plan a change again that was taken back: what the toast offers."""
    try:
        plan = plan_again(
            actor=request.actor, account=request.account, change_id=change_id, at=timezone.now()
        )
    except NothingChanged as nothing:
        messages.info(request, str(nothing))
    else:
        sentence = done_text(plan) if plan else _("This change was carried out already.")
        messages.success(request, sentence)
    return redirect("portal", slug=request.account.slug)


def _overview(request: AccountRequest) -> dict[str, Any]:
    now = timezone.now()
    overview = subscription_overview(actor=request.actor, account=request.account, at=now)
    today = local_day(now, request.account.zone)
    subject = _("Licenses for %(account)s") % {"account": request.account.name}
    return {
        "overview": overview,
        "subscription": overview.subscription,
        "contract": contract_sentence(overview.subscription, today),
        "items": [
            (line, item_brings(overview.package, line.item, line.after)) for line in overview.lines
        ],
        "support_sentence": str(contact_support()),
        "support_url": f"mailto:{settings.SUPPORT_EMAIL}?subject={quote(subject)}",
    }


def _show_form(
    request: AccountRequest, page: dict[str, Any], form: BookingForm, *, status: int = 200
) -> HttpResponse:
    return render(request, "portal/change.html", {**page, "form": form}, status=status)


def _refuse(
    request: AccountRequest, page: dict[str, Any], form: BookingForm, refusal: Refusal
) -> HttpResponse:
    field = refusal.data.get("field")
    form.add_error(field if field in form.fields else None, str(refusal))
    return _show_form(request, page, form, status=422)


def _show_plan(
    request: AccountRequest,
    page: dict[str, Any],
    plan: BookingPlan,
    overtaken: BookingOvertaken | None = None,
) -> HttpResponse:
    context = page | {
        "plan": plan,
        "lines": plan_lines(plan),
        "status": status_rows(plan),
        "verb": confirm_verb(plan),
        "total_difference": difference_text(plan.total.difference) if plan.total else "",
        "if_freed": if_freed_text(plan),
        "rest_of_term": rest_of_term_text(plan),
        "totals": [(name, total) for name, total in plan.wanted.items()],
        "refusal": refusal_context(request, overtaken) if overtaken else None,
    }
    status = overtaken.status if overtaken else 200
    return render(request, "portal/plan.html", context, status=status)


def _with_link_to_status(request: AccountRequest, sentence: str) -> str:
    if Permission.STATUS_VIEW not in request.actor.permissions:
        return sentence
    # The settings area has its own addresses; the sidebar builds this one in the same way.
    url = f"/a/{request.account.slug}/settings/account/#preisplan"
    return format_html('{} <a href="{}">{}</a>', sentence, url, _("To the account status"))
