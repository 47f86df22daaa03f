"""The service through HTTP: the status page beside a trivial one, and 50 clients assigning."""

import http.client
import itertools
import json
import os
import socket
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

from django.test import Client
from django.utils import timezone

from benchmarks import world
from benchmarks.measure import Row
from siegel.accounts import actions as accounts
from siegel.accounts.models import Person
from siegel.licensing import actions as licensing
from siegel.licensing.kinds import PoolKind
from siegel.licensing.queries.seats import seats_of
from siegel.licensing.queries.status import license_status

SECONDS, ROUNDS, CLIENTS = 4.0, 3, 8


def run() -> Iterator[Row]:
    """Yield the rows of pages and API."""
    of = world.account("web", full=60_000, data_rooms=20)
    person = Person.objects.get(email="admin@web.example")
    licensing.accept_license(
        holder_id=seats_profile(of.id, person.id), at=timezone.now() - timedelta(days=1)
    )
    with _server() as port:
        yield from _pages(port, person)
        yield from _assigning(port, of, person)


def seats_profile(account_id: world.UUID, person_id: world.UUID) -> world.UUID:
    """Return the person's profile in the account."""
    from siegel.accounts.models import Profile

    return Profile.objects.get(account_id=account_id, person_id=person_id).id


@contextmanager
def _server() -> Iterator[int]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    environ = os.environ | {"PORT": str(port), "WORKERS": "1", "HOST": "127.0.0.1"}
    process = subprocess.Popen(
        [sys.executable, "-m", "siegel", "serve"], env=environ, stderr=subprocess.DEVNULL
    )
    try:
        for _try in range(300):
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                break
            except OSError:
                time.sleep(0.1)
        yield port
    finally:
        process.terminate()
        process.wait(20)


def _pages(port: int, person: Person) -> Iterator[Row]:
    client = Client()
    client.force_login(person)
    headers = {"Cookie": "; ".join(f"{k}={v.value}" for k, v in client.cookies.items())}
    status, trivial = "/a/web/settings/account/", "/a/web/trivial/"
    size = len(_get(port, status, headers))
    filler = 10_000
    for _try in range(2):  # the address stands on the page, so its own length counts, too
        filler += size - len(_get(port, f"{trivial}?bytes={filler}", headers))
    trivial += f"?bytes={filler}"
    assert abs(len(_get(port, trivial, headers)) - size) < 100
    rates: dict[str, list[float]] = {status: [], trivial: []}
    for _round, path in itertools.product(range(ROUNDS), rates):
        rates[path].append(_rate(port, path, headers))
    ours, floor = (statistics.median(rates[path]) for path in (status, trivial))
    yield Row(
        f"status page, {size / 1000:.0f} KB, one worker",
        ours,
        "requests/s",
        floor,
        "a trivial page of the same size in the same frame",
        "≥ 0.75 of it",
        ours >= 0.75 * floor,
    )


def _get(port: int, path: str, headers: dict[str, str]) -> bytes:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request("GET", path, headers=headers)
    answer = connection.getresponse()
    body = answer.read()
    assert answer.status == 200, (path, answer.status)
    return body


def _rate(port: int, path: str, headers: dict[str, str]) -> float:
    end = time.perf_counter() + SECONDS
    counts: list[int] = []

    def client() -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        count = 0
        while time.perf_counter() < end:
            connection.request("GET", path, headers=headers)
            answer = connection.getresponse()
            answer.read()
            count += answer.status == 200
        counts.append(count)

    _together([client] * CLIENTS)
    return sum(counts) / SECONDS


def _together(jobs: list[Callable[[], None]]) -> None:
    threads = [threading.Thread(target=job) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _assigning(port: int, of: world.AccountFacts, person: Person) -> Iterator[Row]:
    """50 clients give 20 people each a license, one request each."""
    (seat,) = seats_of(person.id)
    token = accounts.create_api_token(
        actor=seat.actor(person.id, door="api"),
        account_id=of.id,
        label="bench",
        days=1,
        at=timezone.now(),
    )
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    before = license_status(of.id).of(PoolKind.FULL).used
    longest: list[float] = []
    statuses: list[int] = []

    def client(number: int) -> Callable[[], None]:
        def assign() -> None:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
            for turn in range(20):
                body = {"email": f"c{number}-{turn}@viele.example", "kind": "full", "mail": False}
                begin = time.perf_counter()
                connection.request(
                    "POST", "/api/v1/accounts/web/holders", json.dumps(body), headers
                )
                answer = connection.getresponse()
                answer.read()
                longest.append(time.perf_counter() - begin)
                statuses.append(answer.status)

        return assign

    begin = time.perf_counter()
    _together([client(number) for number in range(50)])
    duration = time.perf_counter() - begin
    used = license_status(of.id).of(PoolKind.FULL).used - before
    right = statuses.count(201) == used == 1000
    floor = _rate(port, "/api/v1/accounts", headers)
    yield Row(
        "50 clients assign 1,000 licenses through the API"
        + ("" if right else f" (WRONG: {statuses.count(201)} answers, {used} used)"),
        1000 / duration,
        "requests/s",
        floor,
        "GET /api/v1/accounts with the same token",
        "all 1,000, none lost",
        right,
    )
    yield Row("… longest wait of one request", max(longest), "s")
