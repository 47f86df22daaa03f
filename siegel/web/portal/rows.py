"""Rows of the portal's tables and lines of its previews."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from siegel.accounts.actor_names import by_whom
from siegel.billing.items import Item
from siegel.licensing.kinds import PoolKind
from siegel.licensing.queries.status import PoolStatus
from siegel.web.plans import PlanLine
from siegel.workflows.account_status import ItemChange
from siegel.workflows.booking_plan import BookingPlan
from siegel.workflows.booking_words import (
    amount_text,
    day_text,
    line_cost,
    line_detail,
    line_text,
    line_when,
    who_booked,
)
from siegel.workflows.subscription_overview import BookingStep, PlanStep

_ICONS = {
    Item.FULL: "user",
    Item.GUEST_PACKS: "user-share",
    Item.DATA_ROOMS: "lock-square-rounded",
    Item.STORAGE_PACKS: "database",
}


@dataclass(frozen=True)
class StatusRow:
    """One kind's figures after a change: at once and, where something becomes fewer, later."""

    label: str
    used: str
    booked_now: str
    available_now: str
    changed_now: bool
    booked_later: str = ""
    available_later: str = ""
    changed_later: bool = False


@dataclass(frozen=True)
class HistoryRow:
    """One line of the booking history: a booking, or what became of a planned change."""

    at: datetime
    what: str
    changes: tuple[ItemChange, ...]
    who: str
    number: int | None = None


def history_rows(bookings: list[BookingStep], plans: list[PlanStep]) -> list[HistoryRow]:
    """Return bookings and plannings as one list, newest first."""
    rows = [_planning_row(step) for step in plans] + [_booking_row(step) for step in bookings]
    return sorted(rows, key=lambda row: row.at, reverse=True)


def _booking_row(step: BookingStep) -> HistoryRow:
    what = ""
    if step.package_changed:
        what = f"{_('Package')}: {step.booking.package.name}"
    elif not step.changes:
        what = _("unchanged")
    return HistoryRow(step.booking.at, what, step.changes, who_booked(step), step.booking.number)


def _planning_row(step: PlanStep) -> HistoryRow:
    sentences = {
        "planned": _("Planned for %(day)s"),
        "withdrawn": _("Withdrawn, was planned for %(day)s"),
        "replaced": _("Replaced by another plan, was planned for %(day)s"),
        "kept": _("Planned for %(day)s: everything was still in use, so all of it stays booked"),
    }
    who = _("automatic (planned change)") if step.event == "kept" else by_whom(step.who, "command")
    what = sentences[step.event] % {"day": day_text(step.on)}
    return HistoryRow(step.at, what, step.changes, who)


def plan_lines(plan: BookingPlan) -> list[PlanLine]:
    """Return what will happen, in the order of the form."""
    return [
        PlanLine(
            text=line_text(line),
            detail=line_detail(plan, line),
            when=line_when(plan, line),
            cost=line_cost(plan, line),
            icon=_ICONS[line.item],
        )
        for line in plan.changed_lines
    ]


def status_rows(plan: BookingPlan) -> list[StatusRow]:
    """Return the account status after the change, one row for each kind."""
    later: dict[PoolKind, PoolStatus] = {pool.kind: pool for pool in plan.status_later}
    before = {pool.kind: pool.booked for pool in plan.status_before}
    rows = []
    for pool in plan.status_now:
        then = later.get(pool.kind, pool)
        rows.append(
            StatusRow(
                label=str(pool.kind.label),
                used=amount_text(pool.kind, pool.used),
                booked_now=amount_text(pool.kind, pool.booked),
                available_now=amount_text(pool.kind, pool.available),
                changed_now=pool.booked != before[pool.kind],
                booked_later=amount_text(pool.kind, then.booked),
                available_later=amount_text(pool.kind, then.available),
                changed_later=then.booked != pool.booked,
            )
        )
    return rows
