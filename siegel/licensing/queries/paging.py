"""Pages of long lists by their last key, so that the last page costs as much as the first."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import islice
from typing import Any
from uuid import UUID

from django.db.models import F, Q, QuerySet
from django.db.models.expressions import Combinable, OrderBy

from siegel.core.keyset import Beyond

Row = tuple[Any, ...]
#: The columns of keys that hold no text.
_IDS = {"id", "profile_order"}
_MOMENTS = {"assigned_at", "last_active_at", "ends_at"}
_COUNTS = {"boxes", "data_rooms", "owned_bytes"}
#: More rows than any list has.
_FAR = 10**12


@dataclass(frozen=True)
class Stretch:
    """A part of a list: rows that fulfil one of the conditions, in the order of the columns.

    Several conditions are several index ranges; their rows are merged here. Then the columns are
    (moment, id), because only those sort the same in Python as in both databases.
    """

    columns: tuple[str, ...]
    conditions: tuple[Q, ...] = field(default=(Q(),))
    together: Q = field(default=Q())  #: what the conditions come to within the list


@dataclass(frozen=True)
class Cursor:
    """A place in a list: the row before (or after) which reading goes on.

    ``number`` counts the rows before the first row of the page.
    """

    number: int = 0
    stretch: int = 0
    key: tuple[Any, ...] = ()
    backward: bool = False

    def text(self) -> str:
        """Return the cursor for an address."""
        key = [_packed(value) for value in self.key]
        raw = json.dumps([self.number, self.stretch, key, int(self.backward)])
        return urlsafe_b64encode(raw.encode()).decode().rstrip("=")


def read_cursor(text: str, stretches: Sequence[Stretch]) -> Cursor | None:
    """Return the cursor of an address, or None for the first page and for what is no cursor."""
    try:
        padded = text + "=" * (-len(text) % 4)
        number, stretch, key, backward = json.loads(urlsafe_b64decode(padded))
        columns = stretches[stretch].columns if stretch >= 0 else ()
        values = tuple(map(_unpacked, columns, key))
        if not values or len(key) != len(columns) or not 0 <= number < _FAR:
            return None
        return Cursor(int(number), int(stretch), values, bool(backward))
    except (ValueError, TypeError, LookupError, AttributeError, OverflowError, RecursionError):
        return None  # whatever somebody made up


def _packed(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else str(value)


def _unpacked(column: str, value: str) -> Any:
    """Return a part of a key as its column holds it: a database refuses to compare others."""
    if column in _IDS:
        return UUID(value)
    if column in _MOMENTS:
        return datetime.fromisoformat(value).astimezone(UTC)
    if column in _COUNTS:
        count = int(value)
        if not 0 <= count < 2**62:
            raise ValueError("more than a column holds")
        return count
    if "\0" in value:
        raise ValueError("no text of a database")
    value.encode()  # half a character (a lone surrogate) is none either
    return value


class Joined(F):
    """A column of a joined table, taken from that table even where the foreign key is the same.

    Django would take ``holder_id`` for ``holder__id``; then sort key and index are of two tables,
    and neither database walks the index.
    """

    def __init__(self, path: str) -> None:
        super().__init__(path)
        self.path = path.split("__")

    def resolve_expression(self, query: Any = None, *args: Any, **kwargs: Any) -> Any:
        found = query.setup_joins(self.path, query.get_meta(), query.get_initial_alias())
        return found.targets[0].get_col(found.joins[-1])


@dataclass(frozen=True)
class Slice:
    """The rows of one page and the cursors around it."""

    rows: list[Row]
    number: int  #: rows before the first one
    previous: str
    next: str


_Found = tuple[int, tuple[Any, ...], Row]  # number of the stretch, key, the other columns


@dataclass(frozen=True)
class Reader:
    """A list that is read page by page. ``fields`` are the columns of a row after its key."""

    rows: Callable[[], QuerySet[Any, Any]]
    stretches: Sequence[Stretch]
    fields: Sequence[str | Combinable]
    descending: bool = False
    #: So few rows that one look at all of them costs less than one at each index range.
    few: bool = False

    def page(self, cursor: str, size: int) -> Slice:
        """Return the page at the cursor; the first one where the cursor is empty or none."""
        return self._page(read_cursor(cursor, self.stretches) or Cursor(), size)

    def _page(self, place: Cursor, size: int) -> Slice:
        found = list(islice(self._walk(place, size + 1), size + 1))
        more, found = len(found) > size, found[:size]
        number, before, after = place.number, bool(place.key), more
        if place.backward:
            if not more and len(found) < size:  # rows have gone since: the first page, and full
                return self._page(Cursor(), size)
            found.reverse()
            number, before, after = place.number if more else 0, more, True
        rows = [row for _stretch, _key, row in found]
        if not found:
            return Slice(rows, number, "", "")
        first, last = found[0], found[-1]
        back = Cursor(max(number - size, 0), first[0], first[1], True)
        onward = Cursor(number + len(found), last[0], last[1])
        return Slice(rows, number, back.text() if before else "", onward.text() if after else "")

    def _walk(self, place: Cursor, limit: int) -> Iterator[_Found]:
        down = self.descending != place.backward
        order = list(enumerate(self.stretches))
        if down:
            order.reverse()
        started = not place.key
        for index, stretch in order:
            key = place.key if index == place.stretch else ()
            started = started or bool(key)
            if not started:
                continue
            width = len(stretch.columns)
            for row in self._read(stretch, key, down, limit):
                yield index, row[:width], row[width:]
                limit -= 1
            if limit <= 0:
                return

    def _conditions(self, stretch: Stretch) -> Sequence[Q]:
        return (stretch.together,) if self.few else stretch.conditions

    def _read(self, stretch: Stretch, key: tuple[Any, ...], down: bool, limit: int) -> list[Row]:
        width = len(stretch.columns)
        order = [OrderBy(F(name), descending=down) for name in stretch.columns]
        parts: list[list[Row]] = []
        for condition in self._conditions(stretch):
            rows = self.rows().filter(condition)
            if key:
                columns = [F(name) for name in stretch.columns]
                rows = rows.filter(Beyond(columns, key, "<" if down else ">"))
            parts.append(
                list(rows.order_by(*order).values_list(*stretch.columns, *self.fields)[:limit])
            )
        if len(parts) == 1:
            return parts[0]
        merged = [row for part in parts for row in part]
        merged.sort(key=lambda row: row[:width], reverse=down)
        return merged[:limit]
