"""Assign and release on one hot account, 8 processes at once, beside the bare statements."""

import json
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from benchmarks import world
from benchmarks.measure import Row
from siegel.accounts.permissions import SYSTEM
from siegel.core.ids import new_id
from siegel.licensing import actions
from siegel.licensing.kinds import PoolKind
from siegel.licensing.models import Pool

PROCESSES = 8
SECONDS = 4.0
ROUNDS = 3
_START = "import django; django.setup(); from benchmarks.hot import client; client()"
GOALS = {"postgresql": 900, "sqlite": 700}


def run() -> Iterator[Row]:
    """Yield the rows of the hot rule."""
    of = world.account("hot", full=1_000)
    holders = [str(holder) for holder in world.profiles(of, PROCESSES, "hot")]
    pool = str(Pool.objects.get(account_id=of.id, kind=PoolKind.FULL).id)
    ours, floors, waits = [], [], []
    for _round in range(ROUNDS):
        rate, wait = _race("action", str(of.id), pool, holders)
        ours.append(rate)
        waits.append(wait)
        floors.append(_race("bare", str(of.id), pool, holders)[0])
    goal = GOALS[connection.vendor]
    figure = statistics.median(ours)
    yield Row(
        "assign + release, one hot account, 8 processes",
        figure,
        "pairs/s",
        statistics.median(floors),
        "conditional UPDATE + INSERT alone, no ledger, no license",
        f"≥ {goal} pairs/s",
        figure >= goal,
    )
    yield Row("… longest wait of one pair", max(waits), "s", goal="≤ 1 s", met=max(waits) <= 1)


def _race(way: str, account: str, pool: str, holders: list[str]) -> tuple[float, float]:
    clients = [
        subprocess.Popen(
            [sys.executable, "-c", _START, way, account, pool, holder],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for holder in holders
    ]
    for process in clients:
        assert process.stdout
        process.stdout.readline()  # each says when it is connected
    for process in clients:
        assert process.stdin
        process.stdin.write("go\n")
        process.stdin.flush()
    answers = [json.loads(process.communicate(timeout=120)[0]) for process in clients]
    return sum(a["pairs"] for a in answers) / SECONDS, max(a["longest"] for a in answers)


def client() -> None:
    """Be one of the processes: pairs for a few seconds, then say how many."""
    way, account, pool, holder = sys.argv[1], *map(UUID, sys.argv[2:5])
    pair = {"action": _action, "bare": _bare}[way](account, pool, holder)
    connection.ensure_connection()
    print("ready", flush=True)
    sys.stdin.readline()
    end, pairs, longest = time.perf_counter() + SECONDS, 0, 0.0
    while (begin := time.perf_counter()) < end:
        pair()
        longest = max(longest, time.perf_counter() - begin)
        pairs += 1
    print(json.dumps({"pairs": pairs, "longest": longest}))


def _action(account: UUID, _pool: UUID, holder: UUID) -> Callable[[], None]:
    def pair() -> None:
        license_id = actions.assign_license(
            actor=SYSTEM,
            account_id=account,
            kind=PoolKind.FULL,
            holder_id=holder,
            at=world.START,
        )
        actions.release_license(
            actor=SYSTEM, account_id=account, license_id=license_id, at=world.START
        )

    return pair


def _bare(_account: UUID, pool: UUID, _holder: UUID) -> Callable[[], None]:
    """Return what a counter costs at the least: one conditional UPDATE and one inserted row."""
    native = connection.features.has_native_uuid_field
    key: Any = pool if native else pool.hex

    def step(change: int) -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                "UPDATE licensing_pool SET used = used + %s - %s "
                "WHERE id = %s AND used + %s <= booked",
                [change, change, key, abs(change)],
            )
            cursor.execute(
                "INSERT INTO bench_floor (id, change) VALUES (%s, %s)", [new_id().hex, change]
            )

    def pair() -> None:
        step(1)
        step(-1)

    return pair
