"""The administrative log of an account, and of one person in it, for their readers."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice
from uuid import UUID

from django.utils.translation import gettext as _

from siegel.accounts.known_people import (
    KnownPerson,
    find_people,
    known_people,
    known_person,
    token_labels,
)
from siegel.accounts.permissions import Actor, Permission, require
from siegel.audit.queries import EventFacts, EventFilter, event_page, iterate_events
from siegel.core.refusal import NotFound
from siegel.licensing.queries.one_holder import newest_licenses
from siegel.workflows.event_verbs import VERBS, EventType, verbs_of
from siegel.workflows.event_words import CHANNELS

#: People suggested for what somebody typed; with more, one types on.
SUGGESTIONS = 8


@dataclass(frozen=True)
class LogFilter:
    """Which events; what is None narrows nothing. People by their profile in the account."""

    actor: KnownPerson | None = None
    subject: KnownPerson | None = None
    type: EventType | None = None
    channel: str = ""
    since: datetime | None = None
    until: datetime | None = None  #: included

    @property
    def events(self) -> EventFilter:
        """The filter as the log itself knows it."""
        return EventFilter(
            actor_id=self.actor.person_id if self.actor else None,
            subject_id=self.subject.person_id if self.subject else None,
            verbs=verbs_of(self.type) if self.type else None,
            doors=CHANNELS.get(self.channel),
            since=self.since,
            until=self.until,
        )


@dataclass(frozen=True)
class LogLine:
    """One event with the people as this account knows them."""

    event: EventFacts
    actor: str  #: empty where the service itself or the operator did it
    subject: KnownPerson | None
    license_id: UUID | None = None  #: under which the affected person's page is

    @property
    def type(self) -> EventType | None:
        """What the event belongs to; None for a verb that has gone."""
        verb = VERBS.get(self.event.verb)
        return verb.type if verb else None


@dataclass(frozen=True)
class LogPage:
    """Some lines, newest first, and the cursors of the neighboring pages ("" for none)."""

    lines: tuple[LogLine, ...]
    newer: str
    older: str


def log_page(*, actor: Actor, account_id: UUID, which: LogFilter, cursor: str = "") -> LogPage:
    """Return one page of the account's log.

    :raises Forbidden: only administrators and auditors read it.
    """
    require(actor, Permission.ADMIN_LOG_VIEW, account_id)
    return _page(account_id, which.events, cursor)


def person_log_page(
    *,
    actor: Actor,
    account_id: UUID,
    person_id: UUID,
    type_: EventType | None = None,
    cursor: str = "",
) -> LogPage:
    """Return one page of what has happened to a person in this account.

    :raises Forbidden: only those who see the account's people.
    """
    require(actor, Permission.PEOPLE_VIEW, account_id)
    verbs = verbs_of(type_) if type_ else None
    return _page(account_id, EventFilter(subject_id=person_id, verbs=verbs), cursor)


def log_lines(*, actor: Actor, account_id: UUID, which: LogFilter) -> Iterator[LogLine]:
    """Return every line, newest first, read as it is consumed: for exports of any length.

    :raises Forbidden: only administrators and auditors read it.
    """
    require(actor, Permission.ADMIN_LOG_VIEW, account_id)
    return _lines_of_all(account_id, which.events)


def _lines_of_all(account_id: UUID, which: EventFilter) -> Iterator[LogLine]:
    for events in _batched(iterate_events(account_id, which), 1_000):
        yield from _lines(account_id, events)


def suggest_people(*, actor: Actor, account_id: UUID, text: str) -> list[KnownPerson]:
    """Return whom of the account the text may mean, one more than are shown.

    :raises Forbidden: only administrators and auditors read the log.
    """
    require(actor, Permission.ADMIN_LOG_VIEW, account_id)
    return find_people(account_id, text, limit=SUGGESTIONS + 1)


def person_of_log(*, actor: Actor, account_id: UUID, profile_id: UUID) -> KnownPerson:
    """Return a person by whom the log is narrowed.

    :raises NotFound: this account does not know them.
    """
    require(actor, Permission.ADMIN_LOG_VIEW, account_id)
    found = known_person(account_id, profile_id)
    if found is None:
        raise NotFound(_("This does not exist, or it belongs to another account."))
    return found


def _page(account_id: UUID, which: EventFilter, cursor: str) -> LogPage:
    page = event_page(account_id, which, cursor=cursor)
    lines = _lines(account_id, page.events)
    about = {line.subject.profile_id for line in lines if line.subject}
    licenses = newest_licenses(about)
    found = (
        replace(line, license_id=licenses.get(line.subject.profile_id) if line.subject else None)
        for line in lines
    )
    return LogPage(tuple(found), page.newer, page.older)


def _lines(account_id: UUID, events: Sequence[EventFacts]) -> list[LogLine]:
    named = (one for event in events for one in (event.actor_id, event.subject_id, _other(event)))
    people = known_people(account_id, {one for one in named if one})
    labels = _labels(account_id, events)
    return [
        LogLine(
            event=replace(
                event,
                data=event.data
                | labels.get(event.data.get("token"), {})
                | ({"other": _name(people, _other(event))} if _other(event) else {}),
            ),
            actor=_name(people, event.actor_id),
            subject=people.get(event.subject_id) if event.subject_id else None,
        )
        for event in events
    ]


def _other(event: EventFacts) -> UUID | None:
    """Return the second person of an event about two: who had the license, or has it now."""
    text = event.data.get("other")
    return UUID(text) if isinstance(text, str) else None


def _name(people: dict[UUID, KnownPerson], person_id: UUID | None) -> str:
    found = people.get(person_id) if person_id else None
    return found.name if found else ""


def _labels(account_id: UUID, events: Iterable[EventFacts]) -> dict[object, dict[str, str]]:
    """Tokens are told by what they are for; events hold only their ids."""
    wanted = {str(event.data["token"]) for event in events if event.data.get("token")}
    if not wanted:
        return {}
    found = token_labels(account_id, map(UUID, wanted))
    return {str(id_): {"label": label} for id_, label in found.items()}


def _batched(events: Iterator[EventFacts], size: int) -> Iterator[list[EventFacts]]:
    while batch := list(islice(events, size)):
        yield batch
