"""Assign and release on one hot account, 8 processes at once, beside the bare statements."""

import json
import os
import statistics
import subprocess
import sys
import tempfile
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
from siegel.licensing.actions import take
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
    places = [str(of.id), pool]
    goal = GOALS[connection.vendor]
    if connection.vendor == "postgresql":
        yield from _durable(places, holders, goal)
    # SQLite in WAL mode does not wait for the disk at each commit: compare like with like.
    relaxed = {"PGOPTIONS": "-c synchronous_commit=off"}
    ours, floors, waits = _rounds(places, holders, relaxed)
    without = ", not waiting for the disk" if connection.vendor == "postgresql" else ""
    yield Row(
        f"assign + release, one hot account, 8 processes{without}",
        ours,
        "pairs/s",
        floors,
        "conditional UPDATE + INSERT alone, no ledger, no license",
        f"≥ {goal} pairs/s",
        ours >= goal,
    )
    yield Row("… longest wait of one pair", waits, "s", goal="≤ 1 s", met=waits <= 1)


def _durable(places: list[str], holders: list[str], goal: int) -> Iterator[Row]:
    """Each answer waits for the disk; the same statements without our way wait one by one."""
    ours, floors, waits = _rounds(places, holders, {}, floor="raw")
    disk = _syncs_per_second() / 2
    yield Row(
        "assign + release, one hot account, 8 processes, every answer on disk",
        ours,
        "pairs/s",
        floors,
        "the same two statements through psycopg, each its own durable commit",
        f"≥ {goal}, or the disk's",
        ours >= goal or ours >= 0.9 * disk,
    )
    yield Row(
        "… flushes of 8 KB that the disk itself does in that time",
        disk,
        "pairs/s",
    )
    yield Row("… longest wait of one pair", waits, "s", goal="≤ 1 s", met=waits <= 1)


def _rounds(
    places: list[str], holders: list[str], environ: dict[str, str], floor: str = "bare"
) -> tuple[float, float, float]:
    ours, floors, waits = [], [], []
    for _round in range(ROUNDS):
        rate, wait = _race("action", places, holders, environ)
        ours.append(rate)
        waits.append(wait)
        floors.append(_race(floor, places, holders, environ)[0])
    return statistics.median(ours), statistics.median(floors), max(waits)


def _syncs_per_second() -> float:
    with tempfile.NamedTemporaryFile() as file:
        begin, count = time.perf_counter(), 0
        while time.perf_counter() < begin + 2:
            os.pwrite(file.fileno(), os.urandom(8192), 0)
            os.fdatasync(file.fileno())
            count += 1
        return count / (time.perf_counter() - begin)


def _race(
    way: str, places: list[str], holders: list[str], environ: dict[str, str]
) -> tuple[float, float]:
    clients = [
        subprocess.Popen(
            [sys.executable, "-c", _START, way, *places, holder],
            env=os.environ | environ,
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
    pair = {"action": _action, "bare": _bare, "raw": _raw}[way](account, pool, holder)
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


def _raw(account: UUID, _pool: UUID, holder: UUID) -> Callable[[], None]:
    """Return our statements without Django, rules around them, or a commit ahead of the disk."""
    import psycopg

    server = psycopg.connect(**connection.get_connection_params(), autocommit=True)  # type: ignore[misc,unused-ignore]
    server.prepare_threshold = 5
    values: dict[str, Any] = {
        "account": account,
        "kind": "full",
        "holder": holder,
        "state": "invited",
        "released": "released",
        "reason": "bench",
        "at": world.START,
        "actor": None,
        "door": "bench",
    }

    def pair() -> None:
        mine = values | {"license": new_id()}
        for statement in (take._TAKE_IN_ONE, take._GIVE_IN_ONE):
            assert server.execute(statement.replace("{early}", ""), mine).fetchone()

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
