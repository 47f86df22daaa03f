"""Who did what, for its readers: newest first, in pages that cost the same at any depth.

Nobody's permission is asked here: the workflows that call this know actors.
"""

import heapq
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import islice, takewhile
from typing import Any
from uuid import UUID

from django.db.models import F, QuerySet, UUIDField, Value
from django.db.models.functions import Coalesce, Concat

from siegel.audit.models import Event, IdempotencyKey
from siegel.audit.seals import SEALED, Span
from siegel.core.keyset import Beyond

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
#: No transaction lasts longer: what arrives in a sealed stretch after that was put there.
LATE_FOR = timedelta(days=1)


@dataclass(frozen=True)
class EventFacts:
    """One administrative act."""

    at: datetime
    id: int
    verb: str
    actor_id: UUID | None  #: None where the system did it
    subject_id: UUID | None  #: whom it is about
    door: str
    data: dict[str, Any] = field(default_factory=dict)

    @property
    def place(self) -> "Place":
        """Where the event stands in its account's log."""
        return Place(self.at, self.id)


@dataclass(frozen=True, order=True)
class Place:
    """A place in the log: moment, then number."""

    at: datetime
    id: int

    def __str__(self) -> str:
        return f"{(self.at - _EPOCH) // _MICROSECOND}.{self.id}"

    @classmethod
    def parse(cls, text: str) -> "Place | None":
        """Return the place that a cursor names, or None for anything else."""
        words = text.split(".")
        if len(words) != 2 or not all(w.isascii() and w.isdigit() and len(w) < 18 for w in words):
            return None
        try:
            return cls(_EPOCH + timedelta(microseconds=int(words[0])), int(words[1]))
        except OverflowError:
            return None


@dataclass(frozen=True)
class EventFilter:
    """Which events; what is None narrows nothing. ``until`` is included."""

    actor_id: UUID | None = None
    subject_id: UUID | None = None
    verbs: tuple[str, ...] | None = None
    doors: tuple[str, ...] | None = None
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True)
class EventPage:
    """Some events, newest first, and the cursors of the neighboring pages ("" for none)."""

    events: tuple[EventFacts, ...]
    newer: str
    older: str


def event_page(
    account_id: UUID, which: EventFilter, *, cursor: str = "", limit: int = 50
) -> EventPage:
    """Return one page of the log: after the cursor ``o…`` older ones, after ``n…`` newer ones."""
    place = Place.parse(cursor[1:])
    newer = cursor.startswith("n") and place is not None
    found = list(islice(_merged(account_id, which, place, newer, limit + 1), limit + 1))
    more = len(found) > limit
    events = found[:limit][::-1] if newer else found[:limit]
    if not events:
        return EventPage((), "", "")
    has_newer = more if newer else place is not None
    has_older = more or newer
    return EventPage(
        tuple(events),
        f"n{events[0].place}" if has_newer else "",
        f"o{events[-1].place}" if has_older else "",
    )


def iterate_events(account_id: UUID, which: EventFilter) -> Iterator[EventFacts]:
    """Return every event, newest first, read as it is consumed: for exports of any length."""
    return _merged(account_id, which, None, False, None)


def event_streams(account_id: UUID, which: EventFilter) -> list[QuerySet[Event]]:
    """Return the events as parts, each of which is one range of an index in order of time.

    One range for each verb (or door): ``verb IN (…)`` would make the database sort all of them.
    """
    rows = Event.objects.filter(account_id=account_id)
    if which.since:
        rows = rows.filter(at__gte=which.since)
    if which.until:
        rows = rows.filter(at__lte=which.until)
    if which.subject_id:
        return [_about(rows.filter(subject_id=which.subject_id), which)]
    if which.actor_id:
        rows = rows.filter(actor_id=which.actor_id)
    if which.verbs is not None:
        rows = rows if which.doors is None else rows.filter(door__in=which.doors)
        return [rows.filter(verb=verb) for verb in which.verbs]
    if which.doors is not None and which.actor_id is None:
        return [rows.filter(door=door) for door in which.doors]
    return [rows if which.doors is None else rows.filter(door__in=which.doors)]


def _about(rows: QuerySet[Event], which: EventFilter) -> QuerySet[Event]:
    """Narrow the events about one person, of which there are never so many.

    Not by the bare columns: a database would take them for a reason to walk another index, and
    somebody may have done the same to a million others.
    """
    if which.actor_id:
        nobody = Value(None, UUIDField())
        rows = rows.alias(by=Coalesce("actor_id", nobody)).filter(by=which.actor_id)
    if which.verbs is not None:
        rows = rows.alias(what=Concat("verb", Value(""))).filter(what__in=which.verbs)
    if which.doors is not None:
        rows = rows.alias(through=Concat("door", Value(""))).filter(through__in=which.doors)
    return rows


def _merged(
    account_id: UUID, which: EventFilter, place: Place | None, newer: bool, limit: int | None
) -> Iterator[EventFacts]:
    start, place = beginning(which, place, newer=newer)
    parts = (first_of(rows, place, newer=newer) for rows in event_streams(account_id, start))
    streams = [_read(rows[:limit] if limit else rows) for rows in parts]
    found = heapq.merge(*streams, key=lambda event: event.place, reverse=not newer)
    return takewhile(lambda event: _within(event, which), found)


def beginning(
    which: EventFilter, place: Place | None, *, newer: bool
) -> tuple[EventFilter, Place | None]:
    """Return where reading begins: at the place, or at that end of the filter's period.

    Whoever reads stops at the other end. SQLite would take a second limit of the range for a
    reason to walk the index of moments, past everything that others did.
    """
    bare = replace(which, since=None, until=None)
    end = which.since if newer else which.until
    if end is None or (place and (end <= place.at if newer else place.at <= end)):
        return bare, place
    return replace(bare, since=end) if newer else replace(bare, until=end), None


def _within(event: EventFacts, which: EventFilter) -> bool:
    after = which.since is None or which.since <= event.at
    return after and (which.until is None or event.at <= which.until)


def first_of(rows: QuerySet[Event], place: Place | None, *, newer: bool) -> QuerySet[Event]:
    """Return the rows beyond the place: older ones, newest first, or newer ones, oldest first."""
    if place:
        beyond = Beyond([F("at"), F("id")], [place.at, place.id], ">" if newer else "<")
        rows = rows.filter(beyond)
    return rows.order_by("at", "id") if newer else rows.order_by("-at", "-id")


_COLUMNS = ("at", "id", "verb", "actor_id", "subject_id", "door", "data")


def _read(rows: QuerySet[Event]) -> Iterator[EventFacts]:
    for row in rows.values_list(*_COLUMNS).iterator(chunk_size=2_000):
        yield EventFacts(*row)


def sealed_rows() -> QuerySet[Event, tuple[Any, ...]]:
    """Return all events as they are sealed, in order of their numbers."""
    return Event.objects.order_by("id").values_list(*SEALED)


def ids_within(spans: Sequence[Span]) -> Iterator[int]:
    """Return the numbers of the events within these spans."""
    for first, last in spans:
        rows = Event.objects.filter(id__gte=first, id__lte=last).order_by("id")
        yield from rows.values_list("id", flat=True)


def answer_of(scope: str, key: str) -> Any | None:
    """Return the answer of the request that was carried out with this key, or None."""
    answers = IdempotencyKey.objects.filter(scope=scope, key=key)
    return answers.values_list("answer", flat=True).first()
