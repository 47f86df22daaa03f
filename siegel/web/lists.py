"""What list pages tell their template: which rows of how many, how sorted, where next."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Page:
    """One page of a list; ``previous`` and ``next`` are values of the ``page`` parameter."""

    first: int  #: number of the first row shown, from 1
    last: int
    total: int | None  #: None where counting would cost more than it tells
    previous: str = ""
    next: str = ""


def sort_order(wanted: str, allowed: tuple[str, ...], default: str) -> str:
    """Return the sort order asked for (``name`` or ``-name``), or the default if unknown."""
    return wanted if wanted.removeprefix("-") in allowed else default
