"""The status query: now, with 10 to a million used licenses, and in the past."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils import timezone

from benchmarks import world
from benchmarks.measure import Row, median_ms
from siegel.licensing.actions import seal_ledger
from siegel.licensing.queries.status import license_status

SIZES = (10, 10_000, 1_000_000)


def run() -> Iterator[Row]:
    """Yield the rows of the status query."""
    accounts = {}
    for size in SIZES:
        accounts[size] = world.account(f"status-{size}", data_rooms=size)
        world.use_data_rooms(accounts[size], size)
    seal_ledger(at=timezone.now())
    _refresh_statistics()
    calls: list[Callable[[], object]] = [
        lambda of=of: license_status(of.id) for of in accounts.values()
    ]
    *ours, floor = median_ms(*calls, _bare_select(accounts[SIZES[-1]].id))
    for size, figure in zip(SIZES, ours, strict=True):
        yield Row(
            f"status now, {size:,} used licenses",
            figure,
            "ms",
            floor,
            "the same four rows by cursor",
            "≤ 0.3 ms",
            figure <= 0.3,
        )
    flat = max(ours) / min(ours)
    yield Row("status now, slowest size to fastest", flat, "×", goal="≤ 1.2×", met=flat <= 1.2)
    million = accounts[SIZES[-1]]
    moment = world.START + timedelta(days=333)
    past, now = median_ms(
        lambda: license_status(million.id, moment), lambda: license_status(million.id)
    )
    yield Row(
        "status at a past date, 1,000,000 ledger entries",
        past,
        "ms",
        now,
        "status now",
        "≤ 0.5 ms",
        past <= 0.5,
    )


def _bare_select(account_id: UUID) -> Callable[[], Any]:
    key = account_id if connection.features.has_native_uuid_field else account_id.hex

    def select() -> Any:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT kind, booked, used FROM licensing_pool WHERE account_id = %s", [key]
            )
            return cursor.fetchall()

    return select


def _refresh_statistics() -> None:
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
