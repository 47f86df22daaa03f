"""Days, months and moments: how contract terms are counted, and what a typed date means."""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from siegel.core import formats
from siegel.core.refusal import BadInput

_ONE_DAY = timedelta(days=1)
_ONE_TICK = timedelta(microseconds=1)
_GERMAN_DAY = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4}|\d{2})", re.ASCII)
#: Month first; only in English, since elsewhere 03/01/2025 is the third of January.
_AMERICAN_DAY = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4}|\d{2})", re.ASCII)
_TODAY = {"heute", "today"}
#: "+" in an address that was typed by hand arrives as a blank before the offset.
_LOST_PLUS = re.compile(r"(?<=\d) (?=\d\d:\d\d$)")
#: Nothing that this service keeps lies outside; beyond them only typing errors.
FIRST_YEAR, LAST_YEAR = 1970, 2199


@dataclass(frozen=True)
class Period:
    """A stretch of whole days; ``next_day`` is the first day after it."""

    first_day: date
    next_day: date

    @property
    def last_day(self) -> date:
        """Last day of the period."""
        return self.next_day - _ONE_DAY

    @property
    def days(self) -> int:
        """Number of days in the period."""
        return (self.next_day - self.first_day).days


def add_months(start: date, months: int) -> date:
    """Return the same day that many months later; the last day where the month is too short.

    Always count from the first start: 31 January plus one month is 28 or 29 February, plus two
    months it is 31 March again.
    """
    year, month0 = divmod(start.year * 12 + start.month - 1 + months, 12)
    return date(year, month0 + 1, min(start.day, monthrange(year, month0 + 1)[1]))


def current_term(started_on: date, months: int, on: date) -> Period:
    """Return the term of that many months which the day lies in, counted from the start.

    :raises ValueError: the day is before the start.
    """
    if on < started_on:
        raise ValueError(f"No term: {on} is before the start on {started_on}.")
    elapsed = (on.year - started_on.year) * 12 + on.month - started_on.month
    number = elapsed // months
    if add_months(started_on, number * months) > on:
        number -= 1
    return Period(
        add_months(started_on, number * months), add_months(started_on, (number + 1) * months)
    )


def notice_until(renews_on: date, days: int) -> date:
    """Return the last day on which notice can be given so that the term does not renew.

    The day of the notice counts in the customer's favor: a term that renews on 14 March 2027
    can be ended with 30 days' notice up to and including 12 February 2027.
    """
    return renews_on - timedelta(days=days)


def start_of_day(day: date, zone: ZoneInfo) -> datetime:
    """Return the first moment of the local day, in UTC.

    Where the clocks skip midnight the day starts later; zoneinfo reads the missing 00:00 with
    the offset from before the change, and that is the moment of the change itself.
    """
    return datetime.combine(day, time(), tzinfo=zone).astimezone(UTC)


def end_of_day(day: date, zone: ZoneInfo) -> datetime:
    """Return the last microsecond of the local day, in UTC."""
    return start_of_day(day + _ONE_DAY, zone) - _ONE_TICK


def midnight_after(day: date, zone: ZoneInfo) -> datetime:
    """Return the midnight at which the local day ends, in UTC: the next day's first moment."""
    return start_of_day(day + _ONE_DAY, zone)


def local_day(moment: datetime, zone: ZoneInfo) -> date:
    """Return the day that the moment lies in, in the time zone."""
    return moment.astimezone(zone).date()


def parse_moment(raw: str, zone: ZoneInfo, now: datetime) -> datetime:
    """Return the moment that somebody typed, in UTC.

    A day (``2025-03-01``, ``01.03.2025``, ``1.3.25``; in English also ``03/01/2025``) means its
    end in the time zone; today ("heute"), and nothing at all, mean now. A date and time
    (ISO 8601) without an offset is in the time zone.

    :raises BadInput: it is neither, no such day exists, or it is out of range.
    """
    text = raw.strip()
    if not text:
        return now
    try:
        today = local_day(now, zone)
        day = _parse_day(text, today)
        if day is None:
            return _parse_date_time(text, zone)
        _check_year(day.year, text)
        return now if day == today else end_of_day(day, zone)
    except (ValueError, OverflowError):
        sentence = _(
            "“%(value)s” cannot be read as a date. Please write it like 2025-03-01 or 03/01/2025."
        )
        raise BadInput(sentence % {"value": text[:40]}, value=text[:40]) from None


def parse_since(raw: str, zone: ZoneInfo, now: datetime) -> datetime:
    """Return the moment from which on somebody asks, in UTC: of a day, its start.

    :raises BadInput: it cannot be read; see ``parse_moment``.
    """
    moment = parse_moment(raw, zone, now)
    day = _parse_day(raw.strip(), local_day(now, zone))
    return moment if day is None else start_of_day(day, zone)


def _parse_day(text: str, today: date) -> date | None:
    if text.lower() in _TODAY:
        return today
    if german := _GERMAN_DAY.fullmatch(text):
        return date(_year(german[3]), int(german[2]), int(german[1]))
    american = _AMERICAN_DAY.fullmatch(text)
    if american and (get_language() or "").startswith("en"):
        return date(_year(american[3]), int(american[1]), int(american[2]))
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _year(digits: str) -> int:
    """Return the year that was typed; of two digits, one of this century."""
    return int(digits) + (2000 if len(digits) == 2 else 0)


def _parse_date_time(text: str, zone: ZoneInfo) -> datetime:
    moment = datetime.fromisoformat(_LOST_PLUS.sub("+", text))
    _check_year(moment.year, text)
    return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC)


def _check_year(year: int, text: str) -> None:
    if FIRST_YEAR <= year <= LAST_YEAR:
        return
    language = get_language() or "de"
    sentence = _("“%(value)s” is out of range: dates from %(first)s to %(last)s can be asked for.")
    values = {
        "value": text[:40],
        "first": formats.date_short(date(FIRST_YEAR, 1, 1), language),
        "last": formats.date_short(date(LAST_YEAR, 12, 31), language),
    }
    raise BadInput(sentence % values, value=text[:40])
