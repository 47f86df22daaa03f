"""The event log cannot be changed unnoticed: seals over what was written (promise 11)."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from siegel.audit.actions import record, record_each, seal_events
from siegel.audit.invariants import check
from siegel.audit.models import Event, EventSeal
from siegel.audit.seals import missing_ids, spans_of, within
from tests import cast, make

pytestmark = pytest.mark.django_db


@pytest.fixture
def sealed():
    world = cast.assemble()
    assert seal_events(at=make.START) == 1
    return world


def suspend(world, at=make.START):
    record(
        account_id=world.musterwerk.id,
        actor_id=world.anna.person_id,
        door="web",
        verb="license.suspend",
        at=at,
        subject_id=world.paul.person_id,
        license=str(world.paul.license_id),
    )


def test_every_event_is_sealed_once_and_sealing_again_writes_nothing(sealed):
    assert list(check()) == []
    assert seal_events(at=make.START) == 0
    suspend(sealed)
    assert seal_events(at=make.START) == 1
    first, second = EventSeal.objects.order_by("number")
    assert (second.number, second.first_id) == (2, first.last_id + 1)
    assert second.previous_hash == first.hash
    assert list(check()) == []


def test_the_same_act_for_many_is_written_as_for_one(sealed):
    about = [(one.person_id, {"license": str(one.license_id)}) for one in (sealed.paul, sealed.tom)]
    record_each(
        account_id=sealed.musterwerk.id,
        actor_id=sealed.anna.person_id,
        door="web",
        verb="license.suspend",
        at=make.START,
        about=about,
    )
    paul, _tom = Event.objects.order_by("-id")[:2][::-1]
    suspend(sealed)
    alone = Event.objects.latest("id")
    columns = ("at", "account_id", "actor_id", "subject_id", "door", "verb", "data")
    assert [getattr(paul, one) for one in columns] == [getattr(alone, one) for one in columns]


@pytest.mark.parametrize("table", ["audit_event", "audit_eventseal"])
def test_the_database_refuses_to_change_and_to_delete(sealed, table):
    column = "id" if table == "audit_event" else "number"
    for sql in (f"UPDATE {table} SET {column} = 999999", f"DELETE FROM {table}"):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            connection.cursor().execute(sql)


@pytest.mark.tampers
@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE audit_event SET verb = 'license.activate' WHERE id = {last}",
        'UPDATE audit_event SET data = \'{{"role": "king"}}\' WHERE id = {last}',
        "UPDATE audit_event SET actor_id = subject_id WHERE id = {last}",
        "DELETE FROM audit_event WHERE id = {last}",
        "UPDATE audit_eventseal SET gaps = '[[{last}, {last}]]'",
        "DELETE FROM audit_eventseal WHERE number = 1",
    ],
)
def test_what_was_changed_past_the_guards_is_found(sealed, sql):
    suspend(sealed)
    seal_events(at=make.START)
    assert list(check()) == []
    forge(sql.format(last=Event.objects.filter(actor=None).latest("id").id))
    assert any("does not hold" in line for line in check())


def test_an_event_that_is_committed_late_gets_into_the_next_seal(sealed):
    """PostgreSQL gives numbers before the commit: a long transaction's are smaller."""
    last = Event.objects.latest("id").id
    insert(sealed, last + 3)
    assert seal_events(at=make.START) == 1
    assert EventSeal.objects.latest("number").gaps == [[last + 1, last + 2]]
    insert(sealed, last + 2)
    assert seal_events(at=make.START + timedelta(hours=1)) == 1
    assert EventSeal.objects.latest("number").late == [[last + 2, last + 2]]
    assert seal_events(at=make.START + timedelta(hours=2)) == 0
    assert list(check()) == []


@pytest.mark.tampers
def test_an_event_that_turns_up_after_any_transaction_could_last_is_found(sealed):
    last = Event.objects.latest("id").id
    insert(sealed, last + 2)
    seal_events(at=make.START)
    suspend(sealed)
    seal_events(at=make.START + timedelta(days=3))
    assert list(check()) == []
    insert(sealed, last + 1)
    assert seal_events(at=make.START + timedelta(days=3)) == 0
    assert list(check()) == [f"event {last + 1} turned up in a stretch that was sealed without it"]


def test_long_backlogs_are_sealed_in_stretches(sealed, monkeypatch):
    monkeypatch.setattr("siegel.audit.actions.STRETCH", 2)
    for _time in range(5):
        suspend(sealed)
    assert seal_events(at=make.START) == 3
    assert list(check()) == []


def test_spans():
    assert missing_ids(1, 9, [2, 3, 7]) == [[1, 1], [4, 6], [8, 9]]
    assert missing_ids(5, 4, []) == []
    assert spans_of([1, 2, 3, 7]) == [[1, 3], [7, 7]]
    assert [within(n, [[1, 3], [7, 7]]) for n in (0, 1, 3, 4, 7, 8)] == [
        False,
        True,
        True,
        False,
        True,
        False,
    ]


def insert(world, number):
    """Write an event with a number of its own, as another transaction's commit would."""
    Event.objects.create(
        id=number,
        at=make.START,
        account_id=world.musterwerk.id,
        door="web",
        verb="license.suspend",
        subject_id=world.paul.person_id,
    )


def forge(sql):
    """Do as somebody would who owns the database file: switch the guards off first."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET session_replication_role = replica")
            cursor.execute(sql)
            cursor.execute("SET session_replication_role = origin")
            return
        for table in ("audit_event", "audit_eventseal"):
            for word in ("update", "delete"):
                cursor.execute(f"DROP TRIGGER {table}_no_{word}")
        cursor.execute(sql)
