"""Decisions about orders and prices, without a database."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from siegel.billing.items import Item
from siegel.core.money import Money
from siegel.core.periods import Period


@dataclass(frozen=True)
class OrderLine:
    """One item before and after a change; net amounts for one whole term.

    ``unit`` is None where the price list has no price: it was agreed individually.
    """

    item: Item
    before: int
    after: int
    unit: Money | None

    @property
    def change(self) -> int:
        """How many units more, or fewer (negative)."""
        return self.after - self.before

    @property
    def amount_after(self) -> Money | None:
        """Net amount per term from the change on."""
        return self.unit and self.unit * self.after

    @property
    def difference(self) -> Money | None:
        """What the change adds to the net amount per term; negative where it saves."""
        return self.unit and self.unit * self.change


@dataclass(frozen=True)
class OrderTotal:
    """The sums over all lines, net for one whole term."""

    before: Money
    after: Money
    difference: Money


def order_lines(
    before: Mapping[Item, int], after: Mapping[Item, int], prices: Mapping[Item, Money]
) -> tuple[OrderLine, ...]:
    """Return a line for every item that is sold or booked, in the order of the order form."""
    lines = (
        OrderLine(item, before.get(item, 0), after.get(item, 0), prices.get(item)) for item in Item
    )
    return tuple(line for line in lines if line.unit or line.before or line.after)


def order_total(lines: Sequence[OrderLine], currency: str) -> OrderTotal | None:
    """Return the sums of the lines, or None where a line has no price from the list."""
    zero = Money(0, currency)
    before, after = zero, zero
    for line in lines:
        if line.unit is None:
            return None
        before, after = before + line.unit * line.before, after + line.unit * line.after
    return OrderTotal(before, after, after - before)


def charge_for_rest(lines: Sequence[OrderLine], term: Period, on: date, currency: str) -> Money:
    """Return the net amount for what is added within a term, by the day (SPEC §2).

    The day itself is paid, the days before it are not. Each line is rounded once and then summed.
    What becomes fewer costs its price to the end of the term: no credit.
    """
    days = (term.next_day - on).days
    total = Money(0, currency)
    for line in lines:
        if line.unit and line.change > 0:
            total = total + (line.unit * line.change).part(days, term.days)
    return total
