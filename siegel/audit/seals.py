"""How a stretch of events becomes one hash: pure, so that anybody can check it again."""

import hashlib
import json
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

#: The columns that are sealed, in this order.
SEALED = ("id", "at", "account_id", "actor_id", "door", "verb", "subject_id", "data")
GENESIS = "0" * 64
Span = Sequence[int]  #: first and last id, both included


def seal_hash(
    previous_hash: str,
    events: Iterable[Sequence[Any]],
    *,
    first_id: int,
    last_id: int,
    gaps: Sequence[Span],
    late: Sequence[Span],
) -> str:
    """Return SHA-256 over the previous hash, what is covered, and the events, one line each.

    A line holds the columns of ``SEALED`` as a JSON list without blanks, keys in order, moments in
    UTC with microseconds, ids as 32 hexadecimal digits.
    """
    head = _line([previous_hash, first_id, last_id, _pairs(gaps), _pairs(late)])
    digest = hashlib.sha256(head)
    for event in events:
        digest.update(_line([_word(value) for value in event]))
    return digest.hexdigest()


def missing_ids(first_id: int, last_id: int, seen: Iterable[int]) -> list[list[int]]:
    """Return the spans between the two ids, both included, that hold none of the seen ones.

    ``seen`` comes in ascending order.
    """
    gaps, expected = [], first_id
    for number in seen:
        if number > expected:
            gaps.append([expected, number - 1])
        expected = number + 1
    if expected <= last_id:
        gaps.append([expected, last_id])
    return gaps


def spans_of(ids: Iterable[int]) -> list[list[int]]:
    """Return ascending ids as spans."""
    spans: list[list[int]] = []
    for number in ids:
        if spans and spans[-1][1] == number - 1:
            spans[-1][1] = number
        else:
            spans.append([number, number])
    return spans


def within(number: int, spans: Sequence[Span]) -> bool:
    """Return whether the id lies in one of the spans, which are in ascending order."""
    place = bisect_right(spans, number, key=lambda span: span[0])
    return bool(place) and number <= spans[place - 1][1]


def _pairs(spans: Sequence[Span]) -> list[list[int]]:
    return [list(span) for span in spans]


def _word(value: object) -> object:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    if isinstance(value, UUID):
        return value.hex
    return value


def _line(values: Sequence[object]) -> bytes:
    text = json.dumps(values, sort_keys=True, separators=(",", ":"))
    return (text + "\n").encode()
