"""Order lines and what they cost."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from siegel.billing.items import Item
from siegel.billing.rules import OrderTotal, charge_for_rest, order_lines, order_total
from siegel.core.money import Money
from siegel.core.periods import Period

totals = st.dictionaries(st.sampled_from(list(Item)), st.integers(0, 1_000_000))
prices = st.fixed_dictionaries({item: st.integers(0, 10**7).map(Money) for item in Item})
YEAR = Period(date(2026, 3, 14), date(2027, 3, 14))


@given(totals, totals, prices)
def test_the_differences_add_up_to_after_minus_before(
    before: dict[Item, int], after: dict[Item, int], unit: dict[Item, Money]
) -> None:
    lines = order_lines(before, after, unit)
    total = order_total(lines, "EUR")
    assert total is not None
    assert total.difference == total.after - total.before
    assert total.difference.cents == sum(cents(line.difference) for line in lines)
    assert total.after.cents == sum(unit[item].cents * count for item, count in after.items())


@given(totals, totals, prices, st.integers(0, 364))
def test_the_rest_of_a_term_never_costs_more_than_the_whole_and_fewer_give_no_credit(
    before: dict[Item, int], after: dict[Item, int], unit: dict[Item, Money], elapsed: int
) -> None:
    lines = order_lines(before, after, unit)
    whole = charge_for_rest(lines, YEAR, YEAR.first_day, "EUR")
    assert whole.cents == sum(cents(line.difference) for line in lines if line.change > 0)
    rest = charge_for_rest(lines, YEAR, YEAR.first_day + timedelta(days=elapsed), "EUR")
    assert 0 <= rest.cents <= whole.cents


def cents(amount: Money | None) -> int:
    assert amount is not None
    return amount.cents


def test_a_data_room_from_the_middle_of_a_month_costs_the_days_left() -> None:
    lines = order_lines({}, {Item.DATA_ROOMS: 1}, {Item.DATA_ROOMS: Money(7950)})
    april = Period(date(2026, 4, 1), date(2026, 5, 1))
    assert charge_for_rest(lines, april, date(2026, 4, 21), "EUR") == Money(2650)
    assert charge_for_rest(lines, april, date(2026, 4, 1), "EUR") == Money(7950)
    assert charge_for_rest(lines, april, date(2026, 4, 30), "EUR") == Money(265)


def test_what_the_package_does_not_sell_has_no_line() -> None:
    lines = order_lines({Item.FULL: 3}, {Item.FULL: 5}, {Item.FULL: Money(1890)})
    assert [(line.item, line.change, line.difference) for line in lines] == [
        (Item.FULL, 2, Money(3780))
    ]


def test_what_was_agreed_individually_has_a_line_but_no_amounts() -> None:
    lines = order_lines({Item.FULL: 3}, {Item.FULL: 5}, {})
    assert [(line.before, line.after, line.difference) for line in lines] == [(3, 5, None)]
    assert order_total(lines, "EUR") is None
    assert order_total([], "EUR") == OrderTotal(Money(0), Money(0), Money(0))
