"""The page's sections, rendered once for everything that they show.

Rendering is a pure function of what it shows. So its result is kept under exactly that: the state
of pools, booking, planned change and contract, the small counts, whom one may ask, the day, the
reader's language and rights. All of this is read afresh at each request, with a few cheap
look-ups; if any of it differs, so does the key, and the page is rendered anew. Nothing has to be
thrown away when something changes, and nothing old can be shown.
"""

import hashlib
from collections.abc import Callable
from datetime import timedelta
from typing import cast

from django.core.cache import caches
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from siegel.accounts.permissions import Permission
from siegel.billing.queries import subscription_state
from siegel.core.periods import local_day
from siegel.licensing.kinds import PERSONAL, PoolKind
from siegel.licensing.queries.hints import count_invited, count_unused
from siegel.licensing.queries.state import licensing_state
from siegel.licensing.rules import is_scarce
from siegel.web.access import AccountRequest
from siegel.web.settings.cards import UNUSED_DAYS, whom_to_ask
from siegel.web.settings.moments import Moment


def kept_sections(
    request: AccountRequest, moment: Moment, kind: PoolKind, render: Callable[[], SafeString]
) -> SafeString:
    """Return the sections of the present page: kept if nothing they show has changed, else new."""
    cache = caches["pieces"]
    key = hashlib.sha256(repr(_shown(request, moment, kind)).encode()).hexdigest()
    found = cast(str | None, cache.get(key))
    if found is None:
        found = str(render())
        cache.set(key, found, timeout=3600)
    return mark_safe(found)  # noqa: S308 - our own template's output, escaped when it was rendered


def _shown(request: AccountRequest, moment: Moment, kind: PoolKind) -> tuple[object, ...]:
    """Return everything that the sections show or depend on."""
    account = request.account
    state = licensing_state(account.id)
    since = moment.now - timedelta(days=UNUSED_DAYS)
    scarce = [
        PoolKind(name) for name, booked, used, *_rest in state if is_scarce(booked, booked - used)
    ]
    books = request.actor.may(Permission.BOOKING_CHANGE, account.id)
    return (
        account,
        state,
        subscription_state(account.id),
        count_invited(account.id, PoolKind.FULL),
        [count_unused(account.id, one, since) for one in scarce if one in PERSONAL],
        whom_to_ask(request) if scarce and not books else "",
        sorted(request.actor.permissions),
        local_day(moment.now, account.zone),
        get_language(),
        kind,
        "kind" in request.GET,
    )
