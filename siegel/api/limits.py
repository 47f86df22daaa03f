"""How often a program may ask: so many requests a minute with one token."""

from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.core.cache import cache
from django.utils.translation import ngettext

from siegel.core.refusal import Refusal


class TooManyRequests(Refusal):
    """A token asks more often than one program may; nothing was done."""

    code = "too-many-requests"
    status = 429


def count_request(token_id: UUID, now: datetime) -> None:
    """Count a request of this token in the minute that it comes in.

    The counter lies in the cache of all processes. Requests of the same instant may count as one:
    the limit keeps one program from crowding out the others, and needs no lock for that.

    :raises TooManyRequests: the minute is used up; carries how many seconds are left of it.
    """
    limit: int = settings.API_REQUESTS_PER_MINUTE
    if not limit:
        return
    minute, second = divmod(int(now.timestamp()), 60)
    key = f"api-requests:{token_id}"
    counted_in, count = cache.get(key, (minute, 0))
    count = count if counted_in == minute else 0
    if count >= limit:
        raise _too_many(limit, 60 - second)
    cache.set(key, (minute, count + 1), timeout=120)


def _too_many(limit: int, wait: int) -> TooManyRequests:
    sentence = ngettext(
        "This token has sent more than %(limit)d requests in a minute. "
        "Please go on in %(wait)d second.",
        "This token has sent more than %(limit)d requests in a minute. "
        "Please go on in %(wait)d seconds.",
        wait,
    )
    values = {"limit": limit, "wait": wait}
    return TooManyRequests(sentence % values, limit=limit, retry_after=wait)
