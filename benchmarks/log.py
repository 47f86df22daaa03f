"""The admin log with a million events: its first page by each filter, beside the bare query."""

import random
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import connection

from benchmarks import world
from benchmarks.measure import Row, median_ms, seconds
from siegel.accounts.models import Profile
from siegel.accounts.permissions import Actor, Role
from siegel.audit.actions import record_each, seal_events
from siegel.workflows.admin_log import LogFilter, log_lines, log_page, person_of_log
from siegel.workflows.event_verbs import EventType

COUNT, CHUNK = 1_000_000, 20_000
GOAL = 100.0


def run() -> Iterator[Row]:
    """Yield the rows of the log."""
    of = world.account("log", full=2_000)
    profiles = world.profiles(of, 1_000, "log")
    people = list(Profile.objects.filter(id__in=profiles).values_list("person_id", flat=True))
    _write(of.id, people)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    reader = Actor(people[0], of.id, frozenset({Role.AUDITOR}))
    known = [person_of_log(actor=reader, account_id=of.id, profile_id=one) for one in profiles[:2]]
    filters = {
        "everything": LogFilter(),
        "one actor": LogFilter(actor=known[0]),
        "one affected person": LogFilter(subject=known[1]),
        "a rare type": LogFilter(type=EventType.ROLES),
        "one door": LogFilter(channel="api"),
        "a period and a type": LogFilter(
            type=EventType.ACCESS,
            since=world.START + timedelta(days=100),
            until=world.START + timedelta(days=200),
        ),
    }
    calls: list[Callable[[], object]] = [
        lambda which=which: log_page(actor=reader, account_id=of.id, which=which)
        for which in filters.values()
    ]
    *ours, floor = median_ms(*calls, _bare_select(of.id), rounds=40)
    for name, figure in zip(filters, ours, strict=True):
        yield Row(
            f"first page of the log, 1,000,000 events: {name}",
            figure,
            "ms",
            floor,
            "the newest 51 rows by cursor",
            f"< {GOAL:.0f} ms",
            figure < GOAL,
        )
    sealing = seconds(lambda: seal_events(at=world.START))
    yield Row("sealing a backlog of 1,000,000 events", sealing, "s")
    lines = log_lines(actor=reader, account_id=of.id, which=LogFilter())
    yield Row("reading all of it for an export", seconds(lambda: sum(1 for _line in lines)), "s")


def _write(account_id: UUID, people: list[UUID]) -> None:
    """A million acts of a few administrators: mostly links and suspensions, hardly ever a role."""
    dice = random.Random(7)
    for begin in range(0, COUNT, CHUNK):
        rare = begin % (COUNT // 10) == 0
        record_each(
            account_id=account_id,
            actor_id=people[begin // CHUNK % 5],
            door="api" if begin // CHUNK % 9 == 0 else "web",
            verb="role.grant" if rare else "license.invite-again",
            at=world.START + timedelta(minutes=begin),
            about=[(dice.choice(people), {"license": "x", "mail": True})]
            if rare
            else [(dice.choice(people), {"license": "x", "mail": True}) for _one in range(CHUNK)],
        )


def _bare_select(account_id: UUID) -> Callable[[], Any]:
    key = account_id if connection.features.has_native_uuid_field else account_id.hex

    def select() -> Any:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT at, id, verb, actor_id, subject_id, door, data FROM audit_event "
                "WHERE account_id = %s ORDER BY at DESC, id DESC LIMIT 51",
                [key],
            )
            return cursor.fetchall()

    return select
