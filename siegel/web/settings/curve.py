"""The curve of booked and used over the last two years, and its text alternative by month."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from django.utils.translation import get_language

from siegel.core import formats
from siegel.core.periods import add_months, end_of_day, local_day, start_of_day
from siegel.licensing.kinds import PoolKind
from siegel.licensing.queries.status import pool_history
from siegel.web.charts import Step
from siegel.workflows.account_status import AccountStatus, PlannedLine
from siegel.workflows.booking_words import amount_text

MONTHS = 24
#: How far the curve goes on behind a planned change, so that the step is seen.
_BEYOND = timedelta(days=45)
_DAYS = (8, 15, 22)


@dataclass(frozen=True)
class MonthRow:
    """The figures at the end of a month (or today, or on the day of a planned change)."""

    label: str
    booked: str
    used: str
    available: str
    planned: bool = False


@dataclass(frozen=True)
class Curve:
    """What the chart draws and what the table says."""

    steps: list[Step]
    start: datetime
    now: datetime
    end: datetime
    rows: list[MonthRow]
    planned: bool
    first: str  #: first and last month in words
    last: str


@lru_cache(maxsize=512)
def _moments(today: date, zone: ZoneInfo) -> tuple[tuple[datetime, date | None], ...]:
    """Return the looked-up moments before today; at the end of a month with its first day."""
    first = add_months(today.replace(day=1), -MONTHS)
    moments: list[tuple[datetime, date | None]] = [(start_of_day(first, zone), None)]
    for number in range(MONTHS + 1):
        month = add_months(first, number)
        moments += [(start_of_day(month.replace(day=day), zone), None) for day in _DAYS]
        moments.append((end_of_day(add_months(month, 1) - timedelta(days=1), zone), month))
    limit = start_of_day(today, zone)
    return tuple(entry for entry in moments if entry[0] < limit)


def curve(status: AccountStatus, kind: PoolKind, now: datetime) -> Curve:
    """Return the curve of one kind up to now, and on to what is planned."""
    zone = status.account.zone
    moments = _moments(local_day(now, zone), zone)
    times = [*(at for at, _month in moments), now]
    history = pool_history(status.account.id, kind, times)
    # Before the first booking there is nothing to draw.
    begun = next((n for n, (booked, _used) in enumerate(history) if booked), len(history) - 1)
    past = list(zip(moments[begun:], history[begun:-1], strict=True))
    steps = [Step(at, *figures) for (at, _month), figures in past]
    steps.append(Step(now, *history[-1]))
    lines = [line for line in (*status.planned, *status.applied) if line.effective_at > now]
    future = [_planned_step(line, kind, steps[-1]) for line in lines]
    end = max((step.at + _BEYOND for step in future), default=now)
    rows = [_row(_day(step.at, zone), step, kind, planned=True) for step in future]
    rows += [
        _row(formats.month_long(month, _language()), Step(at, *figures), kind)
        for (at, month), figures in reversed(past)
        if month
    ]
    return Curve(
        steps=steps + future,
        start=times[max(begun - 1, 0)],
        now=now,
        end=end,
        rows=rows,
        planned=bool(future),
        first=formats.month_long(local_day(steps[0].at, zone), _language()),
        last=formats.month_long(local_day(end, zone), _language()),
    )


def _planned_step(line: PlannedLine, kind: PoolKind, last: Step) -> Step:
    booked = next((pool.booked for pool in line.after if pool.kind is kind), last.booked)
    return Step(line.effective_at, booked, last.used)


def _day(at: datetime, zone: ZoneInfo) -> str:
    return formats.date_long(local_day(at, zone), _language())


def _row(label: str, step: Step, kind: PoolKind, *, planned: bool = False) -> MonthRow:
    booked, used = amount_text(kind, step.booked), amount_text(kind, step.used)
    return MonthRow(label, booked, used, amount_text(kind, step.booked - step.used), planned)


def _language() -> str:
    return get_language() or "de"
