"""The curve of booked and used over the last two years, and its text alternative by month."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from siegel.core import formats
from siegel.core.periods import add_months, end_of_day, local_day, start_of_day
from siegel.licensing.kinds import PoolKind
from siegel.licensing.queries.status import ledger_began, pool_history
from siegel.web.charts import Step
from siegel.web.settings.moments import Moment
from siegel.workflows.account_status import AccountStatus, PlannedLine
from siegel.workflows.booking_words import amount_text

MONTHS = 24
#: Longer curves are drawn from the ends of the months alone.
_FINE_MONTHS = 60
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
    chosen: bool = False


@dataclass(frozen=True)
class Curve:
    """What the chart draws and what the table says."""

    steps: list[Step]
    start: datetime
    now: datetime
    end: datetime
    rows: list[MonthRow]
    planned: bool
    mark: datetime | None  #: the moment that was asked for
    older: bool  #: whether the account is older than the curve
    first: str  #: first and last month in words
    last: str


@lru_cache(maxsize=512)
def _moments(today: date, zone: ZoneInfo, back: int) -> tuple[tuple[datetime, date | None], ...]:
    """Return the looked-up moments before today; at the end of a month with its first day."""
    first = add_months(today.replace(day=1), -back)
    days = _DAYS if back <= _FINE_MONTHS else ()
    moments: list[tuple[datetime, date | None]] = [(start_of_day(first, zone), None)]
    for number in range(back + 1):
        month = add_months(first, number)
        moments += [(start_of_day(month.replace(day=day), zone), None) for day in days]
        moments.append((end_of_day(add_months(month, 1) - timedelta(days=1), zone), month))
    limit = start_of_day(today, zone)
    return tuple(entry for entry in moments if entry[0] < limit)


def _months_back(status: AccountStatus, moment: Moment) -> int:
    """Return how many months the curve has: more where an older day of the account is asked for."""
    zone = status.account.zone
    today = local_day(moment.now, zone)
    asked = local_day(moment.at or moment.now, zone)
    if asked >= add_months(today.replace(day=1), -MONTHS):
        return MONTHS
    began = ledger_began(status.account.id)
    if began is None or local_day(began, zone) > asked:
        return MONTHS
    return (today.year - asked.year) * 12 + today.month - asked.month + 1


def _end(future: list[Step], moment: Moment) -> datetime:
    """Return where the curve ends: behind all that is planned, and behind the day asked for."""
    ends = [moment.now, *(step.at + _BEYOND for step in future)]
    if moment.at and moment.is_future:
        ends.append(moment.at + (moment.at - moment.now) / 20)
    return max(ends)


def curve(status: AccountStatus, kind: PoolKind, moment: Moment) -> Curve:
    """Return the curve of one kind up to now, and on to what is planned and asked for."""
    zone, now = status.account.zone, moment.now
    moments = _moments(local_day(now, zone), zone, _months_back(status, moment))
    times = [*(at for at, _month in moments), now]
    history = pool_history(status.account.id, kind, times)
    # Before the first booking there is nothing to draw.
    begun = next((n for n, (booked, _used) in enumerate(history) if booked), len(history) - 1)
    past = list(zip(moments[begun:], history[begun:-1], strict=True))
    steps = [Step(at, *figures) for (at, _month), figures in past]
    steps.append(Step(now, *history[-1]))
    lines = [line for line in (*status.planned, *status.applied) if line.effective_at > now]
    future = [_planned_step(line, kind, steps[-1]) for line in lines]
    end = _end(future, moment)
    rows = [(step.at, _row(_day(step.at, zone), step, kind, planned=True)) for step in future]
    rows += [
        (at, _row(formats.month_long(month, _language()), Step(at, *figures), kind))
        for (at, month), figures in past
        if month
    ]
    rows.append((now, _row(_("today"), Step(now, *history[-1]), kind)))
    if moment.at:
        pool = status.licenses.of(kind)
        chosen = Step(moment.at, pool.booked, pool.used)
        rows.append((moment.at, _row(_day(moment.at, zone), chosen, kind, chosen=True)))
    rows.sort(key=lambda entry: entry[0], reverse=True)
    return Curve(
        steps=steps + future,
        start=times[max(begun - 1, 0)],
        now=now,
        end=end,
        rows=[row for _at, row in rows],
        planned=bool(future),
        mark=moment.at,
        older=begun == 0 and bool(history[0][0]),
        first=formats.month_long(local_day(steps[0].at, zone), _language()),
        last=formats.month_long(local_day(end, zone), _language()),
    )


def _planned_step(line: PlannedLine, kind: PoolKind, last: Step) -> Step:
    booked = next((pool.booked for pool in line.after if pool.kind is kind), last.booked)
    return Step(line.effective_at, booked, last.used)


def _day(at: datetime, zone: ZoneInfo) -> str:
    return formats.date_long(local_day(at, zone), _language())


def _row(
    label: str, step: Step, kind: PoolKind, *, planned: bool = False, chosen: bool = False
) -> MonthRow:
    booked, used = amount_text(kind, step.booked), amount_text(kind, step.used)
    return MonthRow(
        label, booked, used, amount_text(kind, step.booked - step.used), planned, chosen
    )


def _language() -> str:
    return get_language() or "de"
