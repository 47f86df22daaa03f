"""The people whom an account knows, by person: for logs that name them, also after they left."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import QuerySet

from siegel.accounts.models import ApiToken, Profile
from siegel.accounts.names import name_or_email
from siegel.accounts.search import words_of


@dataclass(frozen=True)
class KnownPerson:
    """Somebody as one account knows them now."""

    profile_id: UUID
    person_id: UUID
    name: str
    email: str


def known_people(account_id: UUID, person_ids: Iterable[UUID]) -> dict[UUID, KnownPerson]:
    """Return those of the people whom the account knows, by person."""
    rows = Profile.objects.filter(account_id=account_id, person_id__in=set(person_ids))
    return {one.person_id: one for one in _known(rows)}


def known_person(account_id: UUID, profile_id: UUID) -> KnownPerson | None:
    """Return one person of the account, or None for anybody else."""
    found = _known(Profile.objects.filter(account_id=account_id, id=profile_id))
    return found[0] if found else None


def find_people(account_id: UUID, text: str, *, limit: int) -> list[KnownPerson]:
    """Return whom the text may mean, by name: words by their beginning, or the whole address."""
    rows = Profile.objects.filter(account_id=account_id)
    exact = rows.filter(email=text.strip().lower())
    return _first(exact, limit) or _first(_by_words(rows, text), limit)


def _by_words(rows: QuerySet[Profile], text: str) -> QuerySet[Profile]:
    words = words_of(text)
    for word in words:
        rows = rows.filter(search__contains=f" {word}")
    return rows if words else rows.none()


def _first(rows: QuerySet[Profile], limit: int) -> list[KnownPerson]:
    return _known(rows.order_by("sort_name", "id")[:limit])


def _known(rows: QuerySet[Profile]) -> list[KnownPerson]:
    columns = rows.values_list("id", "person_id", "first_name", "last_name", "email")
    return [
        KnownPerson(profile_id, person_id, name_or_email(first, last, email), email)
        for profile_id, person_id, first, last, email in columns
    ]


def token_labels(account_id: UUID, token_ids: Iterable[UUID]) -> dict[UUID, str]:
    """Return what the account's API tokens are for."""
    rows = ApiToken.objects.filter(profile__account_id=account_id, id__in=set(token_ids))
    return dict(rows.values_list("id", "label"))
