"""Timing in one process: medians, because machines are shared and noisy."""

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """One line of the result: our figure, the floor measured beside it, and what was asked for."""

    what: str
    ours: float
    unit: str
    floor: float | None = None
    floor_is: str = ""
    goal: str = ""
    met: bool | None = None

    @property
    def ratio(self) -> float | None:
        """Ours to the floor."""
        return self.ours / self.floor if self.floor else None


def median_ms(*calls: Callable[[], object], rounds: int = 400, each: int = 5) -> list[float]:
    """Return each call's median in ms; they take turns, so a slow moment hits them all."""
    times: list[list[float]] = [[] for _call in calls]
    for call in calls:
        call()
    for _round in range(rounds):
        for mine, call in zip(times, calls, strict=True):
            begin = time.perf_counter()
            for _turn in range(each):
                call()
            mine.append((time.perf_counter() - begin) / each * 1000)
    return [statistics.median(mine) for mine in times]


def seconds(call: Callable[[], object]) -> float:
    """Return how long one call takes."""
    begin = time.perf_counter()
    call()
    return time.perf_counter() - begin
