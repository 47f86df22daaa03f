"""What doors may know about who did what."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from siegel.audit.models import Event, IdempotencyKey


@dataclass(frozen=True)
class EventFacts:
    """One administrative act."""

    at: datetime
    verb: str
    actor_id: UUID | None  #: None where the system did it
    door: str
    data: dict[str, Any] = field(default_factory=dict)


def events_about(account_id: UUID, person_id: UUID, *, limit: int = 200) -> list[EventFacts]:
    """Return what was done about a person in one account, newest first."""
    rows = Event.objects.filter(account_id=account_id, subject_id=person_id)
    return [
        EventFacts(row.at, row.verb, row.actor_id, row.door, row.data)
        for row in rows.order_by("-at", "-id")[:limit]
    ]


def answer_of(scope: str, key: str) -> Any | None:
    """Return the answer of the request that was carried out with this key, or None."""
    answers = IdempotencyKey.objects.filter(scope=scope, key=key)
    return answers.values_list("answer", flat=True).first()
