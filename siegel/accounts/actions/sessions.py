"""End what a person has open."""

from collections.abc import Iterable
from uuid import UUID

from django.db.models import F

from siegel.accounts.models import Person


def end_sessions(*, person_id: UUID) -> None:
    """End every session of a person at once, in all browsers; the next click asks to sign in.

    For workflows that have asked for the permission: a login belongs to no single account.
    """
    Person.objects.filter(id=person_id).update(session_epoch=F("session_epoch") + 1)


def end_sessions_of(*, person_ids: Iterable[UUID]) -> None:
    """End every session of many people at once; see ``end_sessions``."""
    Person.objects.filter(id__in=set(person_ids)).update(session_epoch=F("session_epoch") + 1)
