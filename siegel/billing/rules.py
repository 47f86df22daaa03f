"""Decisions about orders and prices, without a database."""

from collections.abc import Mapping
from dataclasses import dataclass

from siegel.billing.items import Item
from siegel.core.money import Money, add_up
from siegel.core.periods import Period


@dataclass(frozen=True)
class OrderLine:
    """One item before and after a change; net amounts for one whole term."""

    item: Item
    before: int
    after: int
    unit: Money

    @property
    def change(self) -> int:
        """How many units more, or fewer (negative)."""
        return self.after - self.before

    @property
    def amount_before(self) -> Money:
        """Net amount per term so far."""
        return self.unit * self.before

    @property
    def amount_after(self) -> Money:
        """Net amount per term from the change on."""
        return self.unit * self.after

    @property
    def difference(self) -> Money:
        """What the change adds to the net amount per term; negative where it saves."""
        return self.unit * self.change


@dataclass(frozen=True)
class OrderTotal:
    """The sums over all lines, net for one whole term."""

    before: Money
    after: Money
    difference: Money


def order_lines(
    before: Mapping[Item, int], after: Mapping[Item, int], prices: Mapping[Item, Money]
) -> tuple[OrderLine, ...]:
    """Return one line per item that has a price, in the order of the order form."""
    return tuple(
        OrderLine(item, before.get(item, 0), after.get(item, 0), prices[item])
        for item in Item
        if item in prices
    )


def order_total(lines: tuple[OrderLine, ...], currency: str) -> OrderTotal:
    """Return the sums of the lines."""
    return OrderTotal(
        before=add_up([line.amount_before for line in lines], currency),
        after=add_up([line.amount_after for line in lines], currency),
        difference=add_up([line.difference for line in lines], currency),
    )


def charge_for_rest(lines: tuple[OrderLine, ...], term: Period, days: int, currency: str) -> Money:
    """Return the net amount for what is added in the middle of a term, by the day (SPEC §2).

    Each line is rounded once and then summed. What becomes fewer costs its price to the end of
    the term and is no credit.
    """
    added = [(line.unit * line.change).part(days, term.days) for line in lines if line.change > 0]
    return add_up(added, currency)
