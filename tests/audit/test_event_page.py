"""The log page by page: every event once, and each filter one walk along an index."""

from datetime import timedelta

import pytest
from django.db import connection

from siegel.audit.actions import record
from siegel.audit.models import Event
from siegel.audit.queries import (
    EventFilter,
    Place,
    beginning,
    event_page,
    event_streams,
    first_of,
    iterate_events,
)
from tests import cast, make

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    """Thirty events in ten moments: three of each moment, by turns by Anna, Tom and nobody."""
    made = cast.assemble()
    for number in range(30):
        record(
            account_id=made.musterwerk.id,
            actor_id=(made.anna.person_id, made.tom.person_id, None)[number % 3],
            door="api" if number % 5 == 0 else "web",
            verb="license.suspend" if number % 2 else "role.grant",
            at=make.START + timedelta(days=1 + number // 3),
            subject_id=made.paul.person_id if number % 4 else made.gina.person_id,
        )
    return made


def filters(world):
    anna, paul = world.anna.person_id, world.paul.person_id
    return {
        "all": EventFilter(),
        "actor": EventFilter(actor_id=anna),
        "subject": EventFilter(subject_id=paul),
        "type": EventFilter(verbs=("license.suspend", "role.grant")),
        "door": EventFilter(doors=("web", "demo")),
        "period": EventFilter(
            since=make.START + timedelta(days=3), until=make.START + timedelta(days=5)
        ),
        "actor, type": EventFilter(actor_id=anna, verbs=("role.grant", "role.withdraw")),
        "actor, subject": EventFilter(actor_id=anna, subject_id=paul),
        "actor, period": EventFilter(
            actor_id=anna, since=make.START, until=make.START + timedelta(days=5)
        ),
        "type, period": EventFilter(
            verbs=("license.suspend",), since=make.START, until=make.START + timedelta(days=5)
        ),
        "everything": EventFilter(
            actor_id=anna,
            subject_id=paul,
            verbs=("license.suspend",),
            doors=("web",),
            since=make.START,
            until=make.START + timedelta(days=9),
        ),
    }


NAMES = [
    "all",
    "actor",
    "subject",
    "type",
    "door",
    "period",
    "actor, type",
    "actor, subject",
    "actor, period",
    "type, period",
    "everything",
]


#: The index that serves a filter, where it is not called like it.
BEST = {
    "all": "moment",
    "period": "moment",
    "type": "verb",
    "actor, type": "deed",
    "actor, subject": "subject",
    "actor, period": "actor",
    "type, period": "verb",
    "everything": "subject",
}


def expected(world, which):
    found = [
        event
        for event in Event.objects.filter(account_id=world.musterwerk.id)
        if which.actor_id in {None, event.actor_id}
        and which.subject_id in {None, event.subject_id}
        and (which.verbs is None or event.verb in which.verbs)
        and (which.doors is None or event.door in which.doors)
        and (which.since is None or event.at >= which.since)
        and (which.until is None or event.at <= which.until)
    ]
    return [event.id for event in sorted(found, key=lambda event: (event.at, event.id))][::-1]


@pytest.mark.parametrize("name", NAMES)
def test_the_pages_hold_every_event_once_in_both_directions(world, name):
    which = filters(world)[name]
    wanted = expected(world, which)
    assert wanted
    assert [event.id for event in iterate_events(world.musterwerk.id, which)] == wanted
    seen, cursor, last = [], "", None
    while last is None or last.older:
        last = event_page(world.musterwerk.id, which, cursor=cursor, limit=4)
        seen += [event.id for event in last.events]
        cursor = last.older
    assert seen == wanted
    back, page = [], last
    while page.newer:
        page = event_page(world.musterwerk.id, which, cursor=page.newer, limit=4)
        back = [event.id for event in page.events] + back
    assert back == wanted[: len(back)]
    assert len(back) == len(wanted) - len(last.events)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("deep", [False, True])
def test_each_filter_walks_an_index_and_sorts_nothing(world, name, deep):
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL plans by what is in the table: benchmarks/log.py shows its speed")
    place = Place(make.START + timedelta(days=9), 10**9) if deep else None
    which = filters(world)[name]
    best = BEST.get(name, name)
    start, place = beginning(which, place, newer=False)
    for rows in event_streams(world.musterwerk.id, start):
        plan = first_of(rows, place, newer=False)[:51].explain()
        assert f"USING INDEX event_by_{best} " in plan, plan
        assert "TEMP B-TREE" not in plan, plan
        assert "SCAN" not in plan, plan


def test_what_somebody_made_up_is_no_cursor(world):
    first = event_page(world.musterwerk.id, EventFilter())
    for cursor in ("x", "o1", "o1.x", "n9.9.9", "o9999999999999999999.1", "o-1.1", "n" * 300):
        assert event_page(world.musterwerk.id, EventFilter(), cursor=cursor) == first


def test_events_of_another_account_are_never_among_them(world):
    ids = {event.id for event in iterate_events(world.anderswo.id, EventFilter())}
    assert ids
    assert ids.isdisjoint(expected(world, EventFilter()))
