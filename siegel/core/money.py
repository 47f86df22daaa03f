"""Money: whole cents, one currency, and the rounding rules of the house.

1. An amount is an integer number of cents. No float and no Decimal ever holds money.
2. Adding, subtracting and multiplying by a whole number is exact; nothing is rounded there.
3. Where a part of an amount is needed (days of a term, a tax rate), the whole line is computed
   first and rounded once, to the nearest cent, half a cent away from zero (commercial rounding,
   DIN 1333). A sum is the sum of the rounded lines, so what is printed adds up.
4. Different currencies never meet in one sum.
"""

from dataclasses import dataclass


@dataclass(frozen=True, order=False)
class Money:
    """An amount in cents of one currency (ISO 4217); may be negative."""

    cents: int
    currency: str = "EUR"

    def __add__(self, other: "Money") -> "Money":
        return Money(self.cents + self._same(other).cents, self.currency)

    def __sub__(self, other: "Money") -> "Money":
        return Money(self.cents - self._same(other).cents, self.currency)

    def __mul__(self, count: int) -> "Money":
        return Money(self.cents * count, self.currency)

    def __neg__(self) -> "Money":
        return Money(-self.cents, self.currency)

    def part(self, numerator: int, denominator: int) -> "Money":
        """Return numerator/denominator of the amount, rounded once (rule 3)."""
        return Money(divide_commercially(self.cents * numerator, denominator), self.currency)

    def _same(self, other: "Money") -> "Money":
        if other.currency != self.currency:
            raise ValueError(f"{self.currency} and {other.currency} cannot be added.")
        return other


def divide_commercially(dividend: int, divisor: int) -> int:
    """Return the quotient to the nearest integer, halves away from zero (DIN 1333)."""
    quotient = (2 * abs(dividend) + abs(divisor)) // (2 * abs(divisor))
    return quotient if (dividend >= 0) == (divisor > 0) else -quotient
