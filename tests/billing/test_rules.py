"""Order lines and what they cost."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from siegel.billing.items import Item
from siegel.billing.rules import charge_for_rest, order_lines, order_total
from siegel.core.money import Money, add_up
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
    assert total.difference == total.after - total.before
    assert total.difference == add_up([line.amount_after - line.amount_before for line in lines])
    assert total.after == add_up([unit[item] * count for item, count in after.items()])


@given(totals, totals, prices, st.integers(1, 365))
def test_the_rest_of_a_term_never_costs_more_than_the_whole_and_fewer_give_no_credit(
    before: dict[Item, int], after: dict[Item, int], unit: dict[Item, Money], days: int
) -> None:
    lines = order_lines(before, after, unit)
    whole = charge_for_rest(lines, YEAR, YEAR.days, "EUR")
    assert whole == add_up([line.difference for line in lines if line.change > 0])
    assert 0 <= charge_for_rest(lines, YEAR, days, "EUR").cents <= whole.cents


def test_a_data_room_from_the_middle_of_a_month_costs_the_days_left() -> None:
    lines = order_lines({}, {Item.DATA_ROOMS: 1}, {Item.DATA_ROOMS: Money(7950)})
    april = Period(date(2026, 4, 1), date(2026, 5, 1))
    assert charge_for_rest(lines, april, 10, "EUR") == Money(2650)


def test_what_the_package_does_not_sell_has_no_line() -> None:
    lines = order_lines({Item.FULL: 3}, {Item.FULL: 5}, {Item.FULL: Money(1890)})
    assert [(line.item, line.change, line.difference) for line in lines] == [
        (Item.FULL, 2, Money(3780))
    ]
