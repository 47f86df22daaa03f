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


def page_number(text: str) -> int:
    """Return the number that an address has for a page; the first one for what is no number."""
    return max(1, int(text)) if text.isascii() and text.isdigit() and len(text) < 6 else 1


def numbered_page(number: int, size: int, shown: int, *, more: bool) -> Page:
    """Return a page of a list that is cut by numbers and whose length nobody has counted."""
    before = (number - 1) * size
    return Page(
        first=before + 1 if shown else 0,
        last=before + shown,
        total=None,
        previous=str(number - 1) if number > 1 else "",
        next=str(number + 1) if more else "",
    )


def sort_order(wanted: str, allowed: tuple[str, ...], default: str) -> str:
    """Return the sort order asked for (``name`` or ``-name``), or the default if unknown."""
    return wanted if wanted.removeprefix("-") in allowed else default
