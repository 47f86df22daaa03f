"""The only writer of events, their seals and idempotency keys."""

import hashlib
import json
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from siegel.audit.models import Event, EventSeal, IdempotencyKey
from siegel.audit.queries import LATE_FOR, ids_within, sealed_rows
from siegel.audit.seals import GENESIS, missing_ids, seal_hash, spans_of
from siegel.core.bulk import insert_rows
from siegel.core.refusal import Refusal


class KeyUsedForAnotherRequest(Refusal):
    """The idempotency key was sent before with another request."""

    code = "idempotency-key-reused"


def record(
    *,
    account_id: UUID | None,
    actor_id: UUID | None,
    door: str,
    verb: str,
    at: datetime,
    subject_id: UUID | None = None,
    **data: Any,
) -> None:
    """Write down who did what. ``data`` holds ids and figures, never content."""
    Event.objects.create(
        at=at,
        account_id=account_id,
        actor_id=actor_id,
        door=door,
        verb=verb,
        subject_id=subject_id,
        data=data,
    )


def record_each(
    *,
    account_id: UUID,
    actor_id: UUID | None,
    door: str,
    verb: str,
    at: datetime,
    about: Iterable[tuple[UUID, dict[str, Any]]],
) -> None:
    """Write down the same act for many people: each with the person and its data."""
    rows = [
        (at, account_id, actor_id, door, verb, subject_id, json.dumps(data))
        for subject_id, data in about
    ]
    with transaction.atomic():
        insert_rows(Event, _EVENT_COLUMNS, rows)


_EVENT_COLUMNS = ("at", "account", "actor", "door", "verb", "subject", "data")
#: Events under one seal at most, so that a year's backlog does not become one transaction.
STRETCH = 50_000


def seal_events(*, at: datetime) -> int:
    """Seal every event that is not sealed yet; return how many seals were written.

    Two workers at once do no harm: the seal's number is unique, the slower one is dropped.
    """
    written = 0
    while _seal_stretch(at):
        written += 1
    return written


def _seal_stretch(at: datetime) -> bool:
    previous = EventSeal.objects.order_by("-number").first()
    first = previous.last_id + 1 if previous else 1
    fresh = list(sealed_rows().filter(id__gte=first)[:STRETCH])
    late = _late_ids(at)
    if not fresh and not late:
        return False
    last = fresh[-1][0] if fresh else first - 1
    covered: dict[str, Any] = {
        "first_id": first,
        "last_id": last,
        "gaps": missing_ids(first, last, (row[0] for row in fresh)),
        "late": spans_of(late),
    }
    previous_hash = previous.hash if previous else GENESIS
    events = [*sealed_rows().filter(id__in=late), *fresh]
    try:
        with transaction.atomic():
            EventSeal.objects.create(
                number=previous.number + 1 if previous else 1,
                previous_hash=previous_hash,
                hash=seal_hash(previous_hash, events, **covered),
                sealed_at=at,
                **covered,
            )
    except IntegrityError:
        return False
    return True


def _late_ids(at: datetime) -> list[int]:
    """Return events that were committed after larger ids had been sealed, and wait for a seal."""
    recent = EventSeal.objects.filter(sealed_at__gt=at - LATE_FOR).order_by("number")
    gaps: list[list[int]] = []
    sealed: set[int] = set()
    for seal in recent.exclude(gaps=[], late=[]):
        gaps += seal.gaps
        sealed.update(number for a, b in seal.late for number in range(a, b + 1))
    return [number for number in ids_within(gaps) if number not in sealed][:STRETCH]


def once(
    *, scope: str, key: str, request: Any, at: datetime, run: Callable[[], Any]
) -> tuple[Any, bool]:
    """Return the answer of ``run``, which is carried out once per key, and whether it was now.

    The key and what ``run`` changes are committed together, so a crash between them cannot happen.

    :raises KeyUsedForAnotherRequest: the key came with another request before.
    """
    text = json.dumps(request, sort_keys=True, default=str)
    fingerprint = hashlib.sha256(text.encode()).hexdigest()
    try:
        with transaction.atomic():
            known = IdempotencyKey.objects.filter(scope=scope, key=key).first()
            if known is None:
                answer = run()
                IdempotencyKey.objects.create(
                    scope=scope, key=key, fingerprint=fingerprint, answer=answer, created_at=at
                )
                return answer, True
    except (IntegrityError, Refusal):
        # The same request may have run beside this one and been first: it took the key, or made
        # the world in which ours is refused. Ours was rolled back.
        known = IdempotencyKey.objects.filter(scope=scope, key=key).first()
        if known is None:
            raise
    if known.fingerprint != fingerprint:
        raise KeyUsedForAnotherRequest(
            _("This idempotency key was already used for a different request.")
        )
    return known.answer, False


def forget_idempotency_keys(*, at: datetime) -> int:
    """Delete keys older than 30 days, after which nobody repeats a request; return how many."""
    old = IdempotencyKey.objects.filter(created_at__lt=at - timedelta(days=30))
    return old.delete()[0]
