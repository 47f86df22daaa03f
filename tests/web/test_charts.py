"""The step chart: round axes, steps that are steps, and a planned part of its own."""

import re
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from siegel.web import charts
from siegel.web.charts import Step, draw_steps, month_starts, nice_ticks

START = datetime(2025, 1, 1, tzinfo=UTC)
END = datetime(2026, 1, 1, tzinfo=UTC)


def draw(steps: list[Step], now: datetime | None = None, scale: int = 1) -> charts.StepChart:
    return draw_steps(steps, start=START, end=END, now=now, zone=UTC, language="de", scale=scale)


def heights(path: str) -> list[float]:
    """Return every height that a path passes through, first to last."""
    return [float(y) for y in re.findall(r"(?:^M[\d.]+ |V)([\d.]+)", path)]


@pytest.mark.parametrize(
    ("highest", "expected"),
    [
        (0, [0, 1]),
        (1, [0, 1]),
        (3, [0, 1, 2, 3]),
        (40, [0, 10, 20, 30, 40]),
        (41, [0, 20, 40, 60]),
        (12_205, [0, 5_000, 10_000, 15_000]),
    ],
)
def test_axis_has_round_values_from_zero(highest: float, expected: list[float]) -> None:
    assert nice_ticks(highest) == expected


@example(10_000_000_001)  # one byte more than round
@given(st.integers(min_value=1, max_value=10**15))
def test_axis_always_reaches_the_highest_value_with_few_ticks(highest: int) -> None:
    ticks = nice_ticks(highest)
    assert ticks[-1] >= highest
    assert 2 <= len(ticks) <= 6
    assert len({round(b - a, 6) for a, b in pairwise(ticks)}) == 1


@given(st.floats(min_value=0.001, max_value=0.999))
def test_axis_of_less_than_one_gb_has_room_too(highest: float) -> None:
    assert nice_ticks(highest)[-1] >= highest


def test_months_are_thinned_evenly() -> None:
    months = month_starts(date(2024, 12, 1), date(2026, 11, 30))
    assert months[:3] == [date(2025, 1, 1), date(2025, 4, 1), date(2025, 7, 1)]


@given(st.dates(date(2000, 1, 1), date(2090, 1, 1)), st.integers(0, 20_000))
def test_there_are_never_too_many_months(first: date, days: int) -> None:
    assert len(month_starts(first, first + timedelta(days=days))) <= charts.MOST_LABELS


def test_a_line_goes_level_and_then_up() -> None:
    chart = draw([Step(START, 10, 0), Step(datetime(2025, 7, 1, tzinfo=UTC), 10, 10)])
    assert heights(chart.used) == [chart.floor, chart.top]
    assert heights(chart.booked) == [chart.top]


def test_what_held_before_the_span_counts_at_its_start() -> None:
    chart = draw([Step(START - timedelta(days=500), 4, 2)])
    assert chart.used.startswith(f"M{charts.LEFT:.1f} ")
    assert chart.used.endswith(f"H{charts.WIDTH - charts.RIGHT:.1f}")


def test_what_is_planned_is_drawn_apart() -> None:
    now = datetime(2025, 6, 1, tzinfo=UTC)
    chart = draw([Step(START, 4, 2), Step(datetime(2025, 9, 1, tzinfo=UTC), 3, 2)], now)
    assert heights(chart.booked) == [chart.top]
    assert len(heights(chart.booked_planned)) == 2
    assert chart.now_x


def test_without_a_future_there_is_no_mark_for_today() -> None:
    assert draw([Step(START, 4, 2)], END).now_x == ""


def test_nothing_yet_draws_an_empty_chart() -> None:
    chart = draw([])
    assert (chart.used, chart.booked, chart.area) == ("", "", "")
    assert [tick.text for tick in chart.y_ticks] == ["0", "1"]


def test_bytes_are_labeled_in_gb() -> None:
    chart = draw([Step(START, 400 * 10**9, 1)], scale=10**9)
    assert [tick.text for tick in chart.y_ticks] == ["0", "100", "200", "300", "400"]


def test_a_short_span_is_labeled_with_days() -> None:
    chart = draw_steps(
        [], start=START, end=START + timedelta(days=10), now=None, zone=UTC, language="de"
    )
    assert "03.01.2025" in [tick.text for tick in chart.x_ticks]
