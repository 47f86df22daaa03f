"""The one way to say no: a rule, the rows that stand against it, and the way out (promise 10)."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class WayOut:
    """One thing that would turn the no into a yes."""

    code: str  #: what the doors know it by, for example "book-more"
    label: str  #: a verb in the reader's language


class Refusal(Exception):  # noqa: N818 - subclasses are named for what is wrong
    """An action that was not carried out; nothing has changed.

    ``str(error)`` is one sentence in the reader's language. ``rows`` name what stands against it,
    ``ways_out`` what would make it a yes, ``data`` is the same for programs.
    """

    code = "refused"
    status = 409  #: of an answer over HTTP, by page and by program

    def __init__(
        self,
        sentence: str,
        *,
        rows: tuple[str, ...] = (),
        ways_out: tuple[WayOut, ...] = (),
        **data: Any,
    ) -> None:
        super().__init__(sentence)
        self.rows = rows
        self.ways_out = ways_out
        self.data = data


class NotFound(Refusal):
    """The object does not exist, or belongs to somebody else: a stranger learns no difference."""

    code = "not-found"
    status = 404


class Forbidden(Refusal):
    """The person belongs here but may not do this."""

    code = "forbidden"
    status = 403


class BadInput(Refusal):
    """A value that cannot be read; names the value and what is expected."""

    code = "bad-input"
    status = 422


class WorldChanged(Refusal):
    """What was previewed is no longer what would happen (promise 7)."""

    code = "world-changed"
