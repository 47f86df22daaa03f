"""The figures of "Preisplan" in words: a card per kind, what is scarce, what can be done."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from siegel.accounts.permissions import Permission, Role
from siegel.accounts.queries import names_with_roles
from siegel.licensing.kinds import PERSONAL, PoolKind
from siegel.licensing.queries.hints import LIMIT, count_invited, count_unused
from siegel.licensing.queries.status import PoolStatus
from siegel.licensing.rules import PackageFacts
from siegel.web.access import AccountRequest
from siegel.web.settings.moments import Moment
from siegel.workflows.account_status import AccountStatus
from siegel.workflows.booking_words import amount_text

UNUSED_DAYS = 90
ICONS = {
    PoolKind.FULL: "user",
    PoolKind.GUEST: "user-share",
    PoolKind.DATA_ROOM: "lock-square-rounded",
    PoolKind.STORAGE: "database",
}


@dataclass(frozen=True)
class Card:
    """One kind's card; every figure leads to the rows behind it."""

    title: str
    icon_name: str
    unit: str
    booked: int
    used: int
    hint: str
    warn: bool
    available_url: str
    booked_url: str
    used_url: str
    names: dict[str, str]  #: where the figures lead, for those who hear the page


@dataclass(frozen=True)
class Scarce:
    """What is nearly used up, and what can be done about it."""

    sentence: str
    unused: str = ""  #: how many people have not signed in for long, as a sentence
    unused_url: str = ""
    ask: str = ""  #: whom to ask otherwise


def capped(count: int) -> str:
    """Write a count that was not counted to the end."""
    if count >= LIMIT:
        return _("more than %(count)s") % {"count": LIMIT - 1}
    return str(count)


def cards(status: AccountStatus, *, base: str, moment: Moment) -> list[Card]:
    """Return the cards; ``base`` is the page's address."""
    at, suffix = moment.raw, moment.suffix
    return [
        Card(
            title=str(pool.kind.label),
            icon_name=ICONS[pool.kind],
            unit="GB" if pool.kind is PoolKind.STORAGE else "",
            booked=pool.booked,
            used=pool.used,
            hint=_hint(status, pool, moment),
            # Amber asks for something to be done; about the past nothing can be done.
            warn=pool.scarce and not moment.is_past,
            available_url=f"{base}{pool.kind}/{suffix}",
            booked_url=f"{base}{pool.kind}/{suffix}#booked",
            used_url=used_url(status.account.slug, pool.kind, at, is_future=False),
            names=_names(pool),
        )
        for pool in status.pools
    ]


def _names(pool: PoolStatus) -> dict[str, str]:
    """Return what the figures' links are called: the figure first, as it is seen."""
    behind = {
        PoolKind.DATA_ROOM: _("%(count)s used: see data rooms"),
        PoolKind.STORAGE: _("%(count)s used: see what counts"),
    }.get(pool.kind, _("%(count)s used: see holders"))
    return {
        "available": _("%(count)s available: see how it adds up")
        % {"count": amount_text(pool.kind, pool.available)},
        "booked": _("%(count)s booked: see bookings")
        % {"count": amount_text(pool.kind, pool.booked)},
        "used": behind % {"count": amount_text(pool.kind, pool.used)},
    }


def used_url(slug: str, kind: PoolKind, at: str, *, is_future: bool) -> str:
    """Return where the rows behind a used figure are: the people, or the kind's own page."""
    if kind in PERSONAL:
        # Who will hold licenses in the future nobody knows: today's holders are the figure.
        moment = f"&at={at}" if at and not is_future else ""
        return f"/a/{slug}/people/?kind={kind}{moment}"
    return f"/a/{slug}/settings/account/{kind}/{f'?at={at}' if at else ''}#used"


def _hint(status: AccountStatus, pool: PoolStatus, moment: Moment) -> str:
    """Return the grey line: why the figure is what it is."""
    package, booked = status.package, status.quantities
    if package is None:
        return ""
    if pool.kind is PoolKind.FULL:
        if moment.is_past:
            return _("holders on that day: %(count)s") % {
                "count": amount_text(pool.kind, pool.used)
            }
        return _invited(status) if moment.is_now else _("used as today")
    if pool.kind is PoolKind.GUEST:
        return _each_and_extra(
            _("%(each)s per full license") % {"each": package.guests_per_full},
            amount_text(pool.kind, booked.guest_packs * package.guests_per_pack),
            booked.guest_packs,
        )
    if pool.kind is PoolKind.DATA_ROOM:
        return _rooms(package, booked.data_rooms)
    return _each_and_extra(
        _("%(each)s per full license") % {"each": amount_text(pool.kind, package.storage_per_full)},
        amount_text(pool.kind, booked.storage_packs * package.storage_per_pack),
        booked.storage_packs,
    )


def _rooms(package: PackageFacts, booked: int) -> str:
    if not package.data_rooms_allowed:
        return _("not part of %(package)s") % {"package": package.name}
    if not package.data_rooms_included:
        return _("%(booked)s booked in addition") % {"booked": booked}
    return _("%(included)s in the package, %(booked)s booked") % {
        "included": package.data_rooms_included,
        "booked": booked,
    }


def _each_and_extra(each: str, extra: str, packs: int) -> str:
    return _("%(each)s + %(extra)s booked") % {"each": each, "extra": extra} if packs else each


def _invited(status: AccountStatus) -> str:
    count = count_invited(status.account.id, PoolKind.FULL)
    if not count:
        return _("everybody has signed in") if status.licenses.of(PoolKind.FULL).used else ""
    sentence = ngettext(
        "%(count)s invited, not signed in yet", "%(count)s invited, not signed in yet", count
    )
    return sentence % {"count": capped(count)}


def scarce(request: AccountRequest, status: AccountStatus, moment: Moment) -> Iterator[Scarce]:
    """Yield what is or will be nearly or wholly used up, with what can be done."""
    found = [pool for pool in status.pools if pool.scarce]
    if not found:
        return
    slug, books = request.account.slug, may_book(request, status)
    ask = "" if books or not online(status) else whom_to_ask(request)
    since = status.at - timedelta(days=UNUSED_DAYS)
    for pool in found:
        unused = 0
        if moment.is_now and pool.kind in PERSONAL:
            unused = count_unused(request.account.id, pool.kind, since)
        yield Scarce(
            sentence=_left(pool) if moment.is_now else _("Then: %(what)s") % {"what": _left(pool)},
            unused=_unused(unused),
            unused_url=f"/a/{slug}/people/?kind={pool.kind}&unused={UNUSED_DAYS}" if unused else "",
            ask=ask,
        )


def may_book(request: AccountRequest, status: AccountStatus) -> bool:
    """Return whether the reader can book more in the customer portal."""
    return request.actor.may(Permission.BOOKING_CHANGE, request.account.id) and online(status)


def online(status: AccountStatus) -> bool:
    """Return whether the package is one that accounts change themselves (SPEC 1.4)."""
    return status.package is not None and status.package.self_service


def _unused(count: int) -> str:
    if not count:
        return ""
    sentence = ngettext(
        "%(count)s user has not signed in for %(days)s days.",
        "%(count)s users have not signed in for %(days)s days.",
        count,
    )
    text = sentence % {"count": capped(count), "days": UNUSED_DAYS}
    return text[:1].upper() + text[1:]


def _left(pool: PoolStatus) -> str:
    """Return how much is left, in one sentence."""
    if pool.kind is PoolKind.STORAGE:
        if not pool.available:
            return _("No storage is available.")
        return _("Only %(size)s of storage are available.") % {
            "size": amount_text(pool.kind, pool.available)
        }
    none, some = {
        PoolKind.FULL: (
            _("No full license is available."),
            ngettext(
                "Only %(count)s full license is available.",
                "Only %(count)s full licenses are available.",
                pool.available,
            ),
        ),
        PoolKind.GUEST: (
            _("No guest license is available."),
            ngettext(
                "Only %(count)s guest license is available.",
                "Only %(count)s guest licenses are available.",
                pool.available,
            ),
        ),
        PoolKind.DATA_ROOM: (
            _("No data room is available."),
            ngettext(
                "Only %(count)s data room is available.",
                "Only %(count)s data rooms are available.",
                pool.available,
            ),
        ),
    }[pool.kind]
    return some % {"count": amount_text(pool.kind, pool.available)} if pool.available else none


def whom_to_ask(request: AccountRequest) -> str:
    """Return the sentence that names who can book more."""
    roles = (Role.REGISTRATION_ADMIN, Role.BILLING_ADMIN)
    names = names_with_roles(request.account.id, roles)
    last = names.pop()
    who = _("%(names)s or %(last)s") % {"names": ", ".join(names), "last": last} if names else last
    return _("More licenses can be booked by %(who)s.") % {"who": who}
