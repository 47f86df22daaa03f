"""The step chart of booked and used over time, worked out as coordinates for an SVG. Pure."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from itertools import pairwise

from siegel.core import formats

WIDTH, HEIGHT = 880, 230
#: On a phone the same picture with fewer words, so that they stay readable without scrolling.
NARROW, NARROW_LABELS = 400, 4
LEFT, RIGHT, TOP, BOTTOM = 56, 12, 14, 26
MOST_LABELS = 8


@dataclass(frozen=True)
class Step:
    """What was booked and used from this moment on."""

    at: datetime
    booked: int
    used: int


@dataclass(frozen=True)
class Tick:
    """A place on an axis and what is written there; ``at`` is a coordinate."""

    at: str
    text: str


@dataclass(frozen=True)
class Mark:
    """The day that somebody asked for: a line across the chart and its date."""

    x: str
    text: str
    anchor: str


@dataclass(frozen=True)
class StepChart:
    """Everything the template draws; coordinates are strings, so that no locale touches them."""

    booked: str
    used: str
    area: str
    booked_planned: str
    used_planned: str
    now_x: str
    mark: "Mark | None"
    y_ticks: list[Tick]
    x_ticks: list[Tick]
    width: int
    right: int
    height: int = HEIGHT
    left: int = LEFT
    top: int = TOP
    floor: int = HEIGHT - BOTTOM


def nice_ticks(highest: float, count: int = 4) -> list[float]:
    """Return about ``count`` round values from 0 up to at least the highest one."""
    if highest <= 0:
        return [0, 1]
    raw = highest / count
    power = 1.0
    while power * 10 <= raw:
        power *= 10
    while power > raw:
        power /= 10
    step = next(factor * power for factor in (1, 2, 5, 10) if factor * power >= raw)
    if highest >= 1:
        step = max(step, 1.0)  # no half licenses on the axis
    ticks = [0.0]
    while ticks[-1] < highest:
        ticks.append(len(ticks) * step)
    return ticks


def month_starts(first: date, last: date, most: int = MOST_LABELS) -> list[date]:
    """Return firsts of months in the span, evenly thinned to at most ``most``."""
    months: list[date] = []
    year, month = first.year, first.month
    while (start := date(year, month, 1)) <= last:
        if start >= first:
            months.append(start)
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    for every in (1, 2, 3, 4, 6, 12, 24, 60, 120):
        chosen = [day for day in months if (day.year * 12 + day.month - 1) % every == 0]
        if len(chosen) <= most:
            return chosen
    return months[:: len(months) // most + 1]


def _day_ticks(first: date, last: date, most: int = MOST_LABELS) -> list[date]:
    every = (last - first).days // most + 1
    return [first + timedelta(days=n) for n in range(0, (last - first).days + 1, every)]


def _path(points: list[tuple[float, float]]) -> str:
    """Return steps through the points: level until the next moment, then up or down."""
    if not points:
        return ""
    words = [f"M{points[0][0]:.1f} {points[0][1]:.1f}"]
    for (_, before), (x, y) in pairwise(points):
        words.append(f"H{x:.1f}")
        if y != before:
            words.append(f"V{y:.1f}")
    return "".join(words)


def _within(steps: list[Step], start: datetime, end: datetime) -> list[Step]:
    """Return the steps from start to end, with what held at both edges made explicit."""
    ordered = sorted(steps, key=lambda step: step.at)
    before = [step for step in ordered if step.at <= start]
    inside = [step for step in ordered if start < step.at <= end]
    if before:
        inside.insert(0, Step(start, before[-1].booked, before[-1].used))
    if inside and inside[-1].at < end:
        inside.append(Step(end, inside[-1].booked, inside[-1].used))
    return inside


def draw_steps(
    steps: list[Step],
    *,
    start: datetime,
    end: datetime,
    now: datetime | None,
    zone: tzinfo,
    language: str,
    scale: int = 1,
    mark: datetime | None = None,
    width: int = WIDTH,
) -> StepChart:
    """Work out the chart of that span; steps after ``now`` are planned.

    ``scale`` divides the figures on the axis: 10^9 turns bytes into GB. ``mark`` is the moment that
    somebody asked for.
    """
    turn = min(max(now or end, start), end)
    past = _within(steps, start, turn)
    future = _within(steps, turn, end) if turn < end else []
    highest = max((max(step.booked, step.used) for step in past + future), default=0)
    ticks = nice_ticks(highest / scale)
    floor = HEIGHT - BOTTOM
    span = max((end - start).total_seconds(), 1)

    def x(at: datetime) -> float:
        return LEFT + (width - LEFT - RIGHT) * (at - start).total_seconds() / span

    def y(value: float) -> float:
        return floor - (floor - TOP) * (value / scale) / ticks[-1]

    def line(part: list[Step], value: Callable[[Step], int]) -> str:
        return _path([(x(step.at), y(value(step))) for step in part])

    used = line(past, lambda step: step.used)
    edges = (x(past[-1].at), x(past[0].at)) if past else (0, 0)
    return StepChart(
        booked=line(past, lambda step: step.booked),
        used=used,
        area=f"{used}H{edges[0]:.1f}V{floor}H{edges[1]:.1f}Z" if used else "",
        booked_planned=line(future, lambda step: step.booked),
        used_planned=line(future, lambda step: step.used),
        now_x=f"{x(turn):.1f}" if turn < end else "",
        mark=_mark(mark, x, width, zone, language) if mark and start <= mark <= end else None,
        y_ticks=[Tick(f"{y(tick * scale):.1f}", formats.number(tick, language)) for tick in ticks],
        x_ticks=_x_ticks(start, end, zone, language, x=x, width=width),
        width=width,
        right=width - RIGHT,
    )


def _mark(
    at: datetime, x: Callable[[datetime], float], width: int, zone: tzinfo, language: str
) -> Mark:
    """Return the line of the day asked for; its date is written where there is room."""
    place = x(at)
    text = formats.date_short(at.astimezone(zone).date(), language)
    return Mark(f"{place:.1f}", text, "start" if place < width / 2 else "end")


def _x_ticks(
    start: datetime,
    end: datetime,
    zone: tzinfo,
    language: str,
    *,
    x: Callable[[datetime], float],
    width: int,
) -> list[Tick]:
    first, last = start.astimezone(zone).date(), end.astimezone(zone).date()
    most = MOST_LABELS if width == WIDTH else NARROW_LABELS
    days = month_starts(first, last, most)
    write = formats.month_short
    if len(days) < 2:  # less than two months: days
        days, write = _day_ticks(first, last, most), formats.date_short
    ticks = []
    for day in days:
        at = x(datetime.combine(day, time(), zone))
        # A label whose middle is too near to the edge would be cut off.
        if LEFT + 12 <= at <= width - RIGHT - 20:
            ticks.append(Tick(f"{at:.1f}", write(day, language)))
    return ticks
