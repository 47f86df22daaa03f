"""Long answers end when the access of their reader does."""

import time
from collections.abc import Iterable, Iterator
from typing import Any, cast

from django.http.response import HttpResponseBase, StreamingHttpResponse

from siegel.accounts.permissions import Actor
from siegel.licensing.queries.seats import seats_of

#: Access that was taken away ends a running download after at most so many seconds.
CHECK_EVERY = 1.0


class AccessEnded(Exception):  # noqa: N818 - named for what is wrong
    """The reader was suspended, removed or lost a role while the answer was being sent.

    The connection breaks off: a shortened file must not look whole.
    """


def end_with_access(response: HttpResponseBase, actor: Actor) -> HttpResponseBase:
    """Let a streamed answer break off within a second once the actor may no longer have it."""
    if getattr(response, "streaming", False) and actor.person_id and actor.account_id:
        streamed = cast(StreamingHttpResponse, response)
        streamed.streaming_content = _guarded(
            cast("Iterable[Any]", streamed.streaming_content), actor
        )
    return response


def _guarded(pieces: Iterable[Any], actor: Actor) -> Iterator[Any]:
    checked = time.monotonic()
    for piece in pieces:
        if time.monotonic() - checked >= CHECK_EVERY:
            if not still_allowed(actor):
                raise AccessEnded
            checked = time.monotonic()
        yield piece


def still_allowed(actor: Actor) -> bool:
    """Return whether the person still has the seat, and everything it permitted at the start."""
    if actor.person_id is None:
        return True
    for seat in seats_of(actor.person_id):
        if seat.account.id == actor.account_id:
            return actor.permissions <= seat.actor(actor.person_id, door=actor.door).permissions
    return False
