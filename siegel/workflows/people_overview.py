"""The list of users with everything that its columns can show, in few statements a page."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from uuid import UUID

from siegel.accounts.permissions import Actor
from siegel.accounts.queries import registered_at
from siegel.boxes.queries.usage import SharedUsage, shared_usage
from siegel.licensing.queries.holder_filter import HolderFilter
from siegel.licensing.queries.holder_rows import HolderRow, count_invited, groups_of
from siegel.licensing.queries.holders import HolderPage, holders, iterate_holders

#: What costs a statement of its own and is asked only where a column shows it.
EXTRAS = ("groups", "invited", "registered", "shared")
_CHUNK = 1_000
_NOTHING = SharedUsage()


@dataclass(frozen=True)
class Person:
    """A line of the list; what was not asked for is empty."""

    row: HolderRow
    groups: tuple[tuple[UUID, str], ...] = ()
    invited: int = 0  #: guests whom they brought in or were given
    registered_at: datetime | None = None
    shared: SharedUsage = _NOTHING


def people_page(
    *,
    actor: Actor,
    account_id: UUID,
    narrow: HolderFilter,
    sort: str,
    page: str,
    at: datetime | None,
    extras: Collection[str],
) -> tuple[HolderPage, list[Person]]:
    """Return a page of the list with what its columns show.

    :raises Forbidden: only administrators see the list.
    """
    found = holders(actor=actor, account_id=account_id, filter=narrow, sort=sort, page=page, at=at)
    return found, complete(actor, account_id, found.rows, extras)


def iterate_people(
    *,
    actor: Actor,
    account_id: UUID,
    narrow: HolderFilter,
    sort: str,
    at: datetime | None,
    extras: Collection[str],
) -> Iterator[Person]:
    """Yield the whole list in its order with what its columns show, read as it is consumed.

    :raises Forbidden: only administrators see the list.
    """
    rows = iterate_holders(actor=actor, account_id=account_id, filter=narrow, sort=sort, at=at)
    return _completed(actor, account_id, rows, extras)


def _completed(
    actor: Actor, account_id: UUID, rows: Iterator[HolderRow], extras: Collection[str]
) -> Iterator[Person]:
    while chunk := list(islice(rows, _CHUNK)):
        yield from complete(actor, account_id, chunk, extras)


def complete(
    actor: Actor, account_id: UUID, rows: Sequence[HolderRow], extras: Collection[str]
) -> list[Person]:
    """Return the rows with what is asked for beside: one statement for each of ``extras``."""
    ids = [row.license_id for row in rows]
    groups = groups_of(ids) if "groups" in extras else {}
    invited = count_invited(ids) if "invited" in extras else {}
    registered = registered_at([row.profile_id for row in rows]) if "registered" in extras else {}
    shared = (
        shared_usage(actor=actor, account_id=account_id, license_ids=ids)
        if "shared" in extras
        else {}
    )
    return [
        Person(
            row,
            tuple(groups.get(row.license_id, ())),
            invited.get(row.license_id, 0),
            registered.get(row.profile_id),
            shared.get(row.license_id, _NOTHING),
        )
        for row in rows
    ]
