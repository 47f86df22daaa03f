"""Numbers, dates, money and storage as a reader of German or English expects them."""

from datetime import date, datetime, tzinfo
from decimal import ROUND_FLOOR, Decimal

from babel.dates import format_date, format_datetime, format_skeleton
from babel.numbers import format_currency, format_decimal, format_percent

LOCALES = {"de": "de_DE", "en": "en_US"}
GIGABYTE = 1_000_000_000
NO_BREAK = "\N{NO-BREAK SPACE}"


def locale_of(language: str) -> str:
    """Return the formats' locale for a language; German where we have none."""
    return LOCALES.get(language[:2], LOCALES["de"])


def number(value: int | Decimal | float, language: str) -> str:
    """Return 1.234 (German) or 1,234 (English), with at most three decimals."""
    if isinstance(value, int):
        # The same as below for whole numbers, thirty times as fast: tables are full of them.
        text = f"{value:,}"
        return text if locale_of(language) == LOCALES["en"] else text.replace(",", ".")
    return str(format_decimal(value, locale=locale_of(language)))


def percent(share: float, language: str) -> str:
    """Return a share of 1 as whole percent: 0.925 is 92 %; only the full whole is 100 %."""
    # Rounding up would say "100 %" while something is still free.
    whole = Decimal(str(share)).quantize(Decimal("0.01"), ROUND_FLOOR)
    return str(format_percent(whole, locale=locale_of(language)))


def gigabyte_figure(size: int, language: str) -> str:
    """Return bytes as a figure in GB (10^9 bytes) without the unit, rounded down to 0.1."""
    # Down, so that "available" never promises room that is not there.
    tenths = (Decimal(size) / GIGABYTE).quantize(Decimal("0.1"), ROUND_FLOOR)
    if size > 0 and tenths == 0:
        return "<" + NO_BREAK + _decimal(Decimal("0.1"), language)
    return _decimal(tenths, language)


def gigabytes(size: int, language: str) -> str:
    """Return bytes in GB (10^9 bytes): 138,6 GB."""
    return gigabyte_figure(size, language) + NO_BREAK + "GB"


def _decimal(value: Decimal, language: str) -> str:
    return str(format_decimal(value, "#,##0.#", locale=locale_of(language)))


def money(cents: int, currency: str, language: str) -> str:
    """Return an amount of integer cents: 1.234,56 € or €1,234.56."""
    return str(format_currency(Decimal(cents) / 100, currency, locale=locale_of(language)))


def date_long(day: date, language: str) -> str:
    """Return 14. März 2027 or March 14, 2027."""
    return str(format_date(day, "long", locale=locale_of(language)))


def date_short(day: date, language: str) -> str:
    """Return 22.11.2026 or Nov 22, 2026: month and day cannot be mistaken in either."""
    if locale_of(language) == LOCALES["de"]:
        return f"{day:%d.%m.%Y}"
    return str(format_date(day, "medium", locale=locale_of(language)))


def month_short(day: date, language: str) -> str:
    """Return the month for the axis of a chart: Mai 25."""
    return str(format_date(day, "LLL yy", locale=locale_of(language))).replace(".", "")


def month_long(day: date, language: str) -> str:
    """Return März 2027 or March 2027."""
    return str(format_skeleton("yMMMM", day, locale=locale_of(language)))


def moment(at: datetime, language: str, zone: tzinfo) -> str:
    """Return date and time in that time zone: 22.11.2026, 14:05 or Nov 22, 2026, 2:05 PM."""
    local = at.astimezone(zone)
    time = str(format_datetime(local, _TIME[locale_of(language)], locale=locale_of(language)))
    return f"{date_short(local.date(), language)}, {time}"


_TIME = {"de_DE": "HH:mm", "en_US": f"h:mm{NO_BREAK}a"}
