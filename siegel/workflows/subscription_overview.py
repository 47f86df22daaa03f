"""What the customer portal shows: the contract, what is booked, what it costs, how it came."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import pairwise

from django.utils.translation import gettext as _

from siegel.accounts.permissions import Actor, Permission, require
from siegel.accounts.queries import AccountFacts
from siegel.billing.items import Item
from siegel.billing.queries import SubscriptionFacts, subscription_facts, unit_prices
from siegel.billing.rules import OrderLine, OrderTotal, order_lines, order_total
from siegel.core.money import Money
from siegel.core.periods import local_day
from siegel.core.refusal import NotFound
from siegel.licensing.queries.packages import (
    BookingFacts,
    PlannedFacts,
    booking_facts,
    booking_history,
    planning_history,
)
from siegel.licensing.queries.status import PoolStatus, license_status
from siegel.licensing.rules import PackageFacts, Quantities
from siegel.workflows.account_status import ItemChange, PlannedLine, planned_line
from siegel.workflows.booking_plan import by_item, target_of


@dataclass(frozen=True)
class SubscriptionOverview:
    """Contract, bookings and prices of one account today."""

    account: AccountFacts
    booking: BookingFacts
    target: Quantities  #: the totals in the end, with what is planned
    subscription: SubscriptionFacts | None
    lines: tuple[OrderLine, ...]
    total: OrderTotal | None  #: None where prices were agreed individually
    pools: tuple[PoolStatus, ...]
    planned: PlannedLine | None

    @property
    def package(self) -> PackageFacts:
        """The package that is booked."""
        return self.booking.package

    @property
    def bookable(self) -> bool:
        """Whether the account can change its booking itself."""
        return self.package.self_service and self.subscription is not None

    @property
    def priced(self) -> bool:
        """Whether the price list names a price for any of the items."""
        return any(line.unit for line in self.lines)

    @property
    def currency(self) -> str:
        """The currency of the contract (ISO 4217)."""
        return self.subscription.price_list.currency if self.subscription else "EUR"


@dataclass(frozen=True)
class BookingStep:
    """One booking of the history and what it changed."""

    booking: BookingFacts
    changes: tuple[ItemChange, ...]
    package_changed: bool


@dataclass(frozen=True)
class PlanStep:
    """Something that became of a planned change; the booking on its day is a step of its own."""

    event: str  #: planned, withdrawn, replaced, or kept: all of it was still used on the day
    at: datetime
    on: date  #: the day for which it was planned
    changes: tuple[ItemChange, ...]
    who: str  #: empty where nobody's name is known


def subscription_overview(
    *, actor: Actor, account: AccountFacts, at: datetime
) -> SubscriptionOverview:
    """Return everything about the account's contract today.

    :raises Forbidden: the actor is neither registration nor billing administrator.
    """
    require(actor, Permission.PORTAL_VIEW, account.id)
    booking = booking_facts(account.id)
    if booking is None:
        raise NotFound(_("This does not exist, or it belongs to another account."))
    subscription = subscription_facts(account.id, local_day(at, account.zone))
    quantities = by_item(booking.quantities)
    lines = order_lines(quantities, quantities, _prices(subscription, booking.package))
    pools = license_status(account.id).pools
    used = {pool.kind: pool.used for pool in pools}
    planned = booking.planned
    return SubscriptionOverview(
        account=account,
        booking=booking,
        target=target_of(booking),
        subscription=subscription,
        lines=lines,
        total=order_total(lines, subscription.price_list.currency) if subscription else None,
        pools=pools,
        planned=planned_line(account, booking, planned, used) if planned else None,
    )


def booking_steps(*, actor: Actor, account: AccountFacts) -> list[BookingStep]:
    """Return every booking of the account, newest first, with what it changed."""
    require(actor, Permission.PORTAL_VIEW, account.id)
    history = booking_history(account.id)
    steps = [_step(later, earlier) for later, earlier in pairwise(history)]
    return [*steps, _step(history[-1], None)] if history else []


def plan_steps(*, actor: Actor, account: AccountFacts) -> list[PlanStep]:
    """Return what was planned and what became of it, newest first."""
    require(actor, Permission.PORTAL_VIEW, account.id)
    bookings, plannings = booking_history(account.id), planning_history(account.id)
    booked_at = {booking.at for booking in bookings}
    planned_at = {planning.planned.planned_at for planning in plannings}
    steps = []
    for planning in plannings:
        planned = planning.planned
        step = PlanStep(
            event="planned",
            at=planned.planned_at,
            on=local_day(planned.effective_at, account.zone),
            changes=_planned_changes(planned, bookings),
            who=planned.planned_by,
        )
        if planning.ended_at and (planning.state, planning.ended_at in booked_at) != (
            "applied",
            True,
        ):
            replaced = "replaced" if planning.ended_at in planned_at else "withdrawn"
            event = "kept" if planning.state == "applied" else replaced
            steps.append(replace(step, event=event, at=planning.ended_at, who=planning.ended_by))
        steps.append(step)
    return steps


def _planned_changes(planned: PlannedFacts, bookings: list[BookingFacts]) -> tuple[ItemChange, ...]:
    """Return the change with the totals that were booked when it was planned."""
    then = next((one.quantities for one in bookings if one.at <= planned.planned_at), Quantities())
    before = dict(then.items())
    return tuple(
        ItemChange(Item(name), before[name], total) for name, total in planned.reductions.items()
    )


def _prices(subscription: SubscriptionFacts | None, package: PackageFacts) -> dict[Item, Money]:
    if subscription is None:
        return {}
    return dict(unit_prices(subscription.price_list.id, package.code, subscription.term))


def _step(later: BookingFacts, earlier: BookingFacts | None) -> BookingStep:
    before = dict((earlier.quantities if earlier else Quantities()).items())
    return BookingStep(
        booking=later,
        changes=tuple(
            ItemChange(Item(name), before[name], total)
            for name, total in later.quantities.items()
            if total != before[name]
        ),
        package_changed=earlier is not None and earlier.package.id != later.package.id,
    )
