"""What a change of the booking would do, worked out without doing it (promise 7)."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from siegel.accounts.permissions import Actor, Permission, require
from siegel.accounts.queries import AccountFacts
from siegel.billing.items import Item
from siegel.billing.queries import SubscriptionFacts, subscription_facts, unit_prices
from siegel.billing.rules import (
    OrderLine,
    OrderTotal,
    charge_for_rest,
    order_lines,
    order_total,
)
from siegel.core import formats
from siegel.core.money import Money
from siegel.core.periods import local_day, start_of_day
from siegel.core.refusal import BadInput, NotFound, Refusal
from siegel.licensing.actions.bookings import NoDataRooms, contact_support
from siegel.licensing.kinds import PoolKind
from siegel.licensing.queries.packages import (
    BookingFacts,
    PlannedFacts,
    booking_facts,
    count_planned_changes,
)
from siegel.licensing.queries.status import PoolStatus, license_status
from siegel.licensing.rules import (
    PackageFacts,
    Quantities,
    entitlement,
    lower,
    settle_reduction,
    split_change,
)
from siegel.workflows.booking_warnings import PlanWarning, beyond, still_used

#: More of anything is a typing error, not an order.
LARGEST_TOTAL = 1_000_000


class NothingChanged(Refusal):
    """The wanted totals are what is booked, or planned, already."""

    code = "nothing-changed"


class NoContract(Refusal):
    """The account has no contract yet under which something could be booked."""

    code = "no-contract"


@dataclass(frozen=True)
class BookingPlan:
    """Everything that a change of the booking will do; ``hash`` stands for all of it."""

    account_id: UUID
    booking: BookingFacts  #: what holds today; its number is expected when the plan is carried out
    subscription: SubscriptionFacts
    wanted: Quantities  #: the totals that were asked for
    settled: Quantities  #: the totals in the end if what is used today is still used then
    now: Quantities  #: the totals from this second on: whatever is more
    on: date  #: the day of the plan, in the account's time zone
    later_at: datetime | None  #: when what is fewer takes effect
    later_on: date | None  #: the same as a day of the account
    replaces: PlannedFacts | None  #: the planned change that ends with this
    lines: tuple[OrderLine, ...]  #: up to ``settled``: what is booked is what is invoiced
    total: OrderTotal | None  #: None where the account's prices were agreed individually
    total_if_freed: OrderTotal | None  #: the same up to ``wanted``
    to_free: tuple[tuple[PoolKind, int], ...]  #: how much is used beyond ``wanted``
    charge: Money  #: net, for what is added, to the end of the current term
    status_before: tuple[PoolStatus, ...]
    status_now: tuple[PoolStatus, ...]
    status_later: tuple[PoolStatus, ...]
    warnings: tuple[PlanWarning, ...]
    hash: str = ""

    @property
    def package(self) -> PackageFacts:
        """The package that is booked."""
        return self.booking.package

    @property
    def changed_lines(self) -> tuple[OrderLine, ...]:
        """The items for which something was asked, also where it is all still needed."""
        wanted = by_item(self.wanted)
        return tuple(line for line in self.lines if wanted.get(line.item, 0) != line.before)

    @property
    def books_now(self) -> bool:
        """Whether anything becomes more at once."""
        return self.now != self.booking.quantities

    @property
    def days_left(self) -> int:
        """Days of the current term that are charged for what is added, today included."""
        return (self.subscription.renews_on - self.on).days


def target_of(booking: BookingFacts) -> Quantities:
    """Return the totals that hold in the end if nobody does anything: with what is planned."""
    return lower(booking.quantities, booking.planned.reductions if booking.planned else {})


def by_item(quantities: Quantities) -> dict[Item, int]:
    """Return the quantities by the item of the price list."""
    return {Item(name): total for name, total in quantities.items()}


def plan_booking(
    *, actor: Actor, account: AccountFacts, wanted: Quantities, at: datetime
) -> BookingPlan:
    """Return what happens when these totals are booked. Nothing changes.

    What is more counts at once, what is fewer from the first day of the next term. ``wanted``
    replaces whatever was planned before.

    :raises BadInput: a total below zero or beyond LARGEST_TOTAL.
    :raises ContactSupport: the package cannot be changed by the account itself.
    :raises NoDataRooms: data rooms in a package without.
    :raises NoContract: there is no subscription.
    :raises NothingChanged: these totals are booked or planned already.
    """
    require(actor, Permission.BOOKING_CHANGE, account.id)
    booking = booking_facts(account.id)
    if booking is None:
        raise NotFound(_("This does not exist, or it belongs to another account."))
    on = local_day(at, account.zone)
    subscription = subscription_facts(account.id, on)
    _refuse(actor, booking, wanted)
    if subscription is None:
        raise _no_contract()
    now, later = split_change(booking.quantities, wanted)
    later_at, later_on = _effect(account, booking, subscription, wanted, later is not None)
    prices = unit_prices(subscription.price_list.id, booking.package.code, subscription.term)
    currency = subscription.price_list.currency
    status_before = license_status(account.id, now=at).pools
    used = {pool.kind: pool.used for pool in status_before}
    settled = settle_reduction(booking.package, now, wanted, used) if later else wanted
    replaced = _replaced(booking, wanted)
    before = by_item(booking.quantities)
    lines = order_lines(before, by_item(settled), prices)
    lines_if_freed = order_lines(before, by_item(wanted), prices)
    plan = BookingPlan(
        account_id=account.id,
        booking=booking,
        subscription=subscription,
        wanted=wanted,
        settled=settled,
        now=now,
        on=on,
        later_at=later_at,
        later_on=later_on,
        replaces=replaced,
        lines=lines,
        total=order_total(lines, currency),
        total_if_freed=order_total(lines_if_freed, currency),
        to_free=tuple(beyond(booking.package, wanted, used)) if later else (),
        charge=charge_for_rest(lines, subscription.current, on, currency),
        status_before=status_before,
        status_now=_status(booking.package, now, used),
        status_later=_status(booking.package, settled, used) if later else (),
        warnings=(
            *still_used(booking.package, wanted, settled, used, later_on),
            *_replacement(account, replaced, later_on),
        ),
    )
    return _sealed(plan)


def _refuse(actor: Actor, booking: BookingFacts, wanted: Quantities) -> None:
    for name, total in wanted.items():
        if not 0 <= total <= LARGEST_TOTAL:
            sentence = _("%(item)s: %(total)s is not possible; please enter 0 to %(limit)s.")
            values = {"item": Item(name).label, "total": total, "limit": LARGEST_TOTAL}
            raise BadInput(sentence % values, field=name)
    if wanted.full < 1 <= booking.quantities.full:
        sentence = _("At least 1 full license is needed: for the registration administrator.")
        raise BadInput(sentence, field="full")
    package = booking.package
    if actor.person_id is not None and not package.self_service:
        raise contact_support()
    if wanted.data_rooms and not package.data_rooms_allowed:
        raise NoDataRooms(_("The package %(name)s has no data rooms.") % {"name": package.name})
    if wanted == target_of(booking):
        raise NothingChanged(
            _("These totals are booked already. Nothing was changed.")
            if booking.planned is None
            else _("These totals are booked or planned already. Nothing was changed.")
        )


def _no_contract() -> NoContract:
    support = contact_support()
    sentence = _("This account has no contract yet. Please write to %(email)s.")
    return NoContract(sentence % support.data, ways_out=support.ways_out, **support.data)


def _effect(
    account: AccountFacts,
    booking: BookingFacts,
    subscription: SubscriptionFacts,
    wanted: Quantities,
    fewer: bool,
) -> tuple[datetime | None, date | None]:
    """Return when fewer totals take effect; a planned change that stays keeps its date."""
    if not fewer:
        return None, None
    if booking.planned and _replaced(booking, wanted) is None:
        effective_at = booking.planned.effective_at
        return effective_at, local_day(effective_at, account.zone)
    return start_of_day(subscription.renews_on, account.zone), subscription.renews_on


def _replaced(booking: BookingFacts, wanted: Quantities) -> PlannedFacts | None:
    """Return the planned change that does not survive: it would lead to other totals."""
    now, _later = split_change(booking.quantities, wanted)
    if booking.planned is None or lower(now, booking.planned.reductions) == wanted != now:
        return None
    return booking.planned


def _status(
    package: PackageFacts, quantities: Quantities, used: dict[PoolKind, int]
) -> tuple[PoolStatus, ...]:
    booked = entitlement(package, quantities)
    return tuple(PoolStatus(kind, booked[kind], used[kind]) for kind in PoolKind)


def _replacement(
    account: AccountFacts, replaced: PlannedFacts | None, later_on: date | None
) -> Iterator[PlanWarning]:
    if replaced is None:
        return
    sentence = (
        _("This replaces the change that was planned for %(day)s.")
        if later_on
        else _("The change planned for %(day)s is withdrawn.")
    )
    day = formats.date_long(local_day(replaced.effective_at, account.zone), get_language() or "de")
    yield PlanWarning("replaces-planned-change", sentence % {"day": day})


def _sealed(plan: BookingPlan) -> BookingPlan:
    """Return the plan with its hash: two plans with one hash do the same.

    How many licenses are used is not part of it: it changes with every invitation, and what is
    booked or planned does not depend on it. Which warnings there are is part of it.
    """
    content = {
        "account": plan.account_id,
        "booking": plan.booking.number,
        # Withdrawn and planned again is another plan, though the booking is the same.
        "planned_before": count_planned_changes(plan.account_id),
        "replaces": plan.replaces and plan.replaces.id,
        "package": plan.package.id,
        "price_list": plan.subscription.price_list.id,
        "term": plan.subscription.term,
        "now": plan.now.items(),
        "wanted": plan.wanted.items(),
        "later_at": plan.later_at,
        "lines": [(line.item, line.before, line.unit and line.unit.cents) for line in plan.lines],
        "charge": plan.charge.cents,
        "warnings": [warning.rule for warning in plan.warnings],
    }
    text = json.dumps(content, sort_keys=True, default=str)
    return replace(plan, hash=hashlib.sha256(text.encode()).hexdigest())
