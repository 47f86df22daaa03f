"""Money is whole cents and rounds once."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siegel.core.money import Money, divide_commercially

cents = st.integers(min_value=-(10**12), max_value=10**12)


@given(cents, cents, st.integers(0, 1_000_000))
def test_adding_and_multiplying_are_exact(a: int, b: int, count: int) -> None:
    assert (Money(a) + Money(b) - Money(b)) == Money(a)
    assert Money(a) * count - Money(b) * count == (Money(a) - Money(b)) * count


@given(cents, st.integers(1, 10_000))
def test_division_lands_on_the_nearest_cent_and_halves_go_away_from_zero(a: int, days: int) -> None:
    rounded = divide_commercially(a, days)
    distance = abs(Fraction(a, days) - rounded)
    assert distance <= Fraction(1, 2)
    if distance == Fraction(1, 2):
        assert abs(rounded) > abs(Fraction(a, days))


@given(cents, st.integers(1, 366))
def test_a_credit_is_rounded_like_the_charge_it_takes_back(a: int, days: int) -> None:
    assert -Money(a).part(days, 366) == (-Money(a)).part(days, 366)


def test_half_a_cent_is_rounded_up() -> None:
    assert Money(7950).part(1, 4) == Money(1988)  # 1987.5
    assert Money(1).part(1, 2) == Money(1)
    assert Money(1).part(49, 100) == Money(0)


def test_different_currencies_never_meet() -> None:
    with pytest.raises(ValueError, match="EUR and CHF"):
        Money(1) + Money(1, "CHF")
