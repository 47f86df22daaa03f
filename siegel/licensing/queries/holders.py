"""Who holds a license: the user list, now and at a past moment, fast at any length."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.db.models.functions import Lower

from siegel.accounts.permissions import Actor, Permission, require
from siegel.licensing.kinds import PERSONAL, LicenseState, PoolKind
from siegel.licensing.models import License, Pool
from siegel.licensing.queries.holder_filter import NO_FILTER, HolderFilter, condition_of
from siegel.licensing.queries.holder_rows import FIELDS, HolderRow, holder_row, with_roles
from siegel.licensing.queries.paging import Joined, Reader, Stretch

#: The order in which a list sorted by status shows them.
LIVE = (LicenseState.INVITED, LicenseState.ACTIVE, LicenseState.SUSPENDED, LicenseState.VACANT)
SORTS = (
    "name",
    "email",
    "organisation",
    "kind",
    "status",
    "since",
    "last_active",
    "ends",
    "boxes",
    "data_rooms",
    "owned",
)
#: Those that sort by what is on the license; all others by what the account knows of a person.
_BY_LICENSE = set(SORTS) - {"name", "email", "organisation", "kind"}
PAGE_SIZE = 50
#: Up to so many matches are looked up once and sorted; more are met soon on a walk by the index.
_FEW = 1_000
_CHUNK = 2_000


@dataclass(frozen=True)
class HolderPage:
    """A page of the list. ``previous`` and ``next`` are cursors, empty at the ends."""

    rows: tuple[HolderRow, ...]
    total: int
    first: int  #: number of the first row, from 1; 0 where there is none
    previous: str
    next: str

    @property
    def last(self) -> int:
        """The number of the last row."""
        return self.first + len(self.rows) - 1 if self.rows else 0


def holders(
    *,
    actor: Actor,
    account_id: UUID,
    filter: HolderFilter = NO_FILTER,  # noqa: A002 - the word of the page
    sort: str = "name",
    page: str = "",
    at: datetime | None = None,
    size: int = PAGE_SIZE,
) -> HolderPage:
    """Return a page of the people who hold a license, now or at a past moment.

    Roles, state and last sign-in are those of today, also for a past moment: the ledger knows when
    a license was taken and freed. Without a filter the total is the pools' own counter.

    :raises Forbidden: only administrators see the list.
    """
    require(actor, Permission.PEOPLE_VIEW, account_id)
    query = _Query(account_id, filter, _pools(account_id), at)
    total, rows, few = query.counted(sort)
    part = query.reader(rows, sort, few=few).page(page, size)
    found = with_roles([holder_row(row) for row in part.rows])
    return HolderPage(found, total, part.number + 1 if found else 0, part.previous, part.next)


def iterate_holders(
    *,
    actor: Actor,
    account_id: UUID,
    filter: HolderFilter = NO_FILTER,  # noqa: A002
    sort: str = "name",
    at: datetime | None = None,
) -> Iterator[HolderRow]:
    """Yield everybody of the list in its order, read as it is consumed: for exports of any length.

    :raises Forbidden: only administrators see the list.
    """
    require(actor, Permission.PEOPLE_VIEW, account_id)
    query = _Query(account_id, filter, _pools(account_id), at)
    if sort == "name":
        rows = query.to_sort().order_by(*_BY_NAME).values_list(*FIELDS)
        return _in_chunks(rows.iterator(chunk_size=_CHUNK))
    return _page_by_page(query, sort)


def _page_by_page(query: "_Query", sort: str) -> Iterator[HolderRow]:
    _total, rows, few = query.counted(sort)
    reader = query.reader(rows, sort, few=few)
    cursor = ""
    while True:
        part = reader.page(cursor, _CHUNK)
        yield from with_roles([holder_row(row) for row in part.rows])
        if not part.next:
            return
        cursor = part.next


def _in_chunks(rows: Iterator[tuple[Any, ...]]) -> Iterator[HolderRow]:
    while chunk := [holder_row(row) for row in islice(rows, _CHUNK)]:
        yield from with_roles(chunk)


def _pools(account_id: UUID) -> dict[PoolKind, Pool]:
    rows = Pool.objects.filter(account_id=account_id, kind__in=PERSONAL)
    found = {PoolKind(pool.kind): pool for pool in rows}
    return {kind: found[kind] for kind in PERSONAL if kind in found}


class _Query:
    """The rows of one list, before they are sorted and cut."""

    def __init__(
        self,
        account_id: UUID,
        narrow: HolderFilter,
        pools: dict[PoolKind, Pool],
        at: datetime | None,
    ) -> None:
        self.account_id, self.narrow, self.at = account_id, narrow, at
        self.all = [pool.id for pool in pools.values()]
        self.pools = {kind: pool for kind, pool in pools.items() if narrow.kind in {None, kind}}
        self.condition = condition_of(account_id, narrow)

    def _held(self) -> QuerySet[License]:
        held = Q(released_at=None)
        if self.at is not None:
            held = Q(assigned_at__lte=self.at) & (held | Q(released_at__gt=self.at))
        return License.objects.filter(held, self.condition)

    def _without_other_kinds(self, rows: QuerySet[License]) -> QuerySet[License]:
        others = set(self.all) - {pool.id for pool in self.pools.values()}
        return rows.exclude(pool__in=others) if others else rows

    def rows(self) -> QuerySet[License]:
        """Return the licenses of the list."""
        if self.narrow.role:  # the condition names the few holders
            return self._without_other_kinds(self._held())
        rows = self._held().filter(pool__in=[pool.id for pool in self.pools.values()])
        # The account says the same as the pools; with it the database can start at the profiles,
        # which is the better way as soon as these are what is asked for.
        of_profiles = self.narrow.search or self.narrow.organisation
        return rows.filter(holder__account_id=self.account_id) if of_profiles else rows

    def to_sort(self) -> QuerySet[License]:
        """Return the licenses such that the database walks the sorted profiles."""
        # SQLite takes one pool for few rows and would sort all of them. So all pools are asked for
        # and the others left out, which is no range of an index.
        rows = self._held().filter(pool__in=self.all, holder__account_id=self.account_id)
        return _sortable(self._without_other_kinds(rows))

    def counted(self, sort: str) -> tuple[int, Callable[[], QuerySet[License]], bool]:
        """Return how many rows there are, a function that returns them, and whether they are few.

        A rare match would make the walk along a sorted index long; few are looked up instead.
        """
        # Sorted by what is on the license, the database has to begin there.
        of_profiles = sort.removeprefix("-") not in _BY_LICENSE
        sortable = self.to_sort if of_profiles else lambda: _sortable(self.rows())
        if self.at is None and not replace(self.narrow, kind=None).narrows:
            return sum(pool.used for pool in self.pools.values()), sortable, False
        ids = list(self.rows().order_by().values_list("id", flat=True)[: _FEW + 1])
        if len(ids) > _FEW:
            return self.rows().order_by().count(), sortable, False
        return len(ids), lambda: _sortable(License.objects.filter(id__in=ids)), True

    def reader(self, rows: Callable[[], QuerySet[License]], sort: str, *, few: bool) -> Reader:
        """Return what reads these rows in this order."""
        stretches = _stretches(sort.removeprefix("-"), self.pools, live=self.at is None)
        return Reader(rows, stretches, FIELDS, descending=sort.startswith("-"), few=few)


def _sortable(rows: QuerySet[License]) -> QuerySet[License]:
    return rows.annotate(
        organisation_order=Lower("holder__organisation"), profile_order=Joined("holder__id")
    )


_BY_NAME = ("holder__sort_name", "profile_order")
_BY_MOMENT = ("assigned_at", "id")


def _stretches(sort: str, pools: dict[PoolKind, Pool], *, live: bool) -> tuple[Stretch, ...]:
    """Return the list as index ranges in the order of the column."""
    each = tuple(Q(pool=pool.id) for pool in pools.values()) or (Q(),)
    states = LIVE if live else tuple(LicenseState)
    by_name, never = (Stretch(_BY_NAME),), Q(last_active_at=None)
    by_state = tuple(one & Q(state=state) for one in each for state in states)

    def owned(column: str) -> tuple[Stretch, ...]:
        # Who owns nothing is in no index of what is owned: first or last, by their moment.
        none, some = Q(**{column: 0}), Q(**{f"{column}__gt": 0})
        return (
            Stretch(_BY_MOMENT, tuple(one & none for one in by_state), none),
            Stretch((column, "id"), tuple(one & some for one in each), some),
        )

    endless = Q(ends_at=None)
    orders: dict[str, tuple[Stretch, ...]] = {
        "name": by_name,
        "email": (Stretch(("holder__email", "profile_order")),),
        "organisation": (Stretch(("organisation_order", *_BY_NAME)),),
        "kind": tuple(_kind_by_name(one, pools) for one in pools),
        "since": (Stretch(_BY_MOMENT, by_state),),
        "ends": (
            Stretch(("ends_at", "id"), tuple(one & ~endless for one in each), ~endless),
            Stretch(_BY_MOMENT, tuple(one & endless for one in by_state), endless),
        ),
        "boxes": owned("boxes"),
        "data_rooms": owned("data_rooms"),
        "owned": owned("owned_bytes"),
        "status": tuple(
            Stretch(_BY_MOMENT, tuple(one & Q(state=state) for one in each), Q(state=state))
            for state in states
        ),
        "last_active": (
            Stretch(("id",), tuple(one & never for one in each), never),
            Stretch(("last_active_at", "id"), tuple(one & ~never for one in each), ~never),
        ),
    }
    return orders.get(sort) or by_name


def _kind_by_name(kind: PoolKind, pools: dict[PoolKind, Pool]) -> Stretch:
    # As in to_sort(): leaving out the others keeps the walk by name.
    others = [pool.id for other, pool in pools.items() if other != kind]
    condition = ~Q(pool__in=others) if others else Q()
    return Stretch(_BY_NAME, (condition,), condition)
