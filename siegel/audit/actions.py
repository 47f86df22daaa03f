"""The only writer of events and idempotency keys."""

import hashlib
import json
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from siegel.audit.models import Event, IdempotencyKey
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
    events = (
        Event(
            at=at,
            account_id=account_id,
            actor_id=actor_id,
            door=door,
            verb=verb,
            subject_id=subject_id,
            data=data,
        )
        for subject_id, data in about
    )
    Event.objects.bulk_create(events, batch_size=1_000)


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
