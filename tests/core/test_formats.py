"""Numbers, dates, money and storage as readers of German and English expect them."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from siegel.core import formats

BERLIN = ZoneInfo("Europe/Berlin")


def plain(text: str) -> str:
    """Return the text with ordinary spaces, to be readable here."""
    return text.replace("\xa0", " ").replace("\u202f", " ")


@pytest.mark.parametrize(("language", "expected"), [("de", "1.234.567"), ("en", "1,234,567")])
def test_thousands_are_grouped(language: str, expected: str) -> None:
    assert formats.number(1234567, language) == expected


@pytest.mark.parametrize(
    ("size", "expected"),
    [
        (0, "0 GB"),
        (1, "< 0,1 GB"),
        (138_600_000_000, "138,6 GB"),
        (138_699_999_999, "138,6 GB"),
        (400_000_000_000, "400 GB"),
        (1_234_500_000_000, "1.234,5 GB"),
    ],
)
def test_storage_is_shown_in_gb_and_never_rounded_up(size: int, expected: str) -> None:
    assert plain(formats.gigabytes(size, "de")) == expected


def test_storage_keeps_number_and_unit_on_one_line() -> None:
    assert " " not in formats.gigabytes(1, "de")


@pytest.mark.parametrize(("language", "expected"), [("de", "1.234,56 €"), ("en", "€1,234.56")])
def test_money_comes_from_integer_cents(language: str, expected: str) -> None:
    assert plain(formats.money(123456, "EUR", language)) == expected


@pytest.mark.parametrize("cents", [1, 10, 99, 100_000_000_001])
def test_money_loses_no_cent(cents: int) -> None:
    digits = "".join(sign for sign in formats.money(cents, "EUR", "de") if sign.isdigit())
    assert int(digits) == cents


def test_percent_says_100_only_for_the_whole() -> None:
    assert plain(formats.percent(0.999, "de")) == "99 %"
    assert plain(formats.percent(1, "de")) == "100 %"


@pytest.mark.parametrize(
    ("language", "long", "short"),
    [("de", "14. März 2027", "14.03.2027"), ("en", "March 14, 2027", "Mar 14, 2027")],
)
def test_days(language: str, long: str, short: str) -> None:
    day = date(2027, 3, 14)
    assert formats.date_long(day, language) == long
    assert formats.date_short(day, language) == short


def test_a_moment_is_shown_in_the_readers_zone() -> None:
    at = datetime(2026, 12, 31, 23, 5, tzinfo=UTC)
    assert plain(formats.moment(at, "de", BERLIN)) == "01.01.2027, 00:05"
    assert plain(formats.moment(at, "en", BERLIN)) == "Jan 1, 2027, 12:05 AM"


def test_months_have_short_names_without_a_dot() -> None:
    assert formats.month_short(date(2026, 9, 1), "de") == "Sep 26"
    assert formats.month_long(date(2026, 3, 1), "de") == "März 2026"
