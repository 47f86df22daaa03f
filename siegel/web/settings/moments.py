"""The moment that a page is about: ?at=, and what it means for the words on the page."""

from dataclasses import dataclass
from datetime import date, datetime
from urllib.parse import quote

from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from siegel.core.periods import local_day, parse_moment, parse_since
from siegel.core.refusal import BadInput
from siegel.web.access import AccountRequest


@dataclass(frozen=True)
class Moment:
    """What was asked for: now, a past or a future moment; ``error`` where it cannot be read."""

    now: datetime
    at: datetime | None = None  #: None means now
    raw: str = ""  #: as it was asked for, quoted for an address; "" means now
    error: str = ""

    @property
    def is_now(self) -> bool:
        """Whether the page shows the present figures."""
        return self.at is None

    @property
    def is_past(self) -> bool:
        """Whether the moment is before now."""
        return self.at is not None and self.at < self.now

    @property
    def is_future(self) -> bool:
        """Whether the moment is still to come."""
        return self.at is not None and self.at >= self.now

    @property
    def suffix(self) -> str:
        """The query that keeps the moment in a link."""
        return f"?at={self.raw}" if self.raw else ""


def moment_of(request: AccountRequest) -> Moment:
    """Return the moment that the address asks for; a wrong one means now, with a sentence."""
    now = timezone.now()
    raw = request.GET.get("at", "").strip()
    try:
        at = parse_moment(raw, request.account.zone, now)
    except BadInput as error:
        return Moment(now, error=str(error))
    return Moment(now) if at == now else Moment(now, at, quote(raw))


def shown_day(moment: Moment, request: AccountRequest) -> str:
    """Return what the date field holds: the day as one would type it, or what could not be read."""
    if moment.error:
        return request.GET["at"].strip()[:40]
    return typed_day(local_day(moment.at or moment.now, request.account.zone))


def typed_day(day: date) -> str:
    """Return a day as ``parse_moment`` reads it, in the way the reader's language writes it."""
    # 03/01/2025 would be read in two ways; the international form in only one.
    return day.isoformat() if get_language() == "en" else f"{day:%d.%m.%Y}"


@dataclass(frozen=True)
class Period:
    """From when until when, as it was typed and what it means; ``error`` if it cannot be read."""

    since_text: str = ""
    until_text: str = ""
    since: datetime | None = None
    until: datetime | None = None  #: included
    error: str = ""


def period_of(request: AccountRequest) -> Period:
    """Return the period that the address asks for; an unreadable one is none, with a sentence."""
    zone, now = request.account.zone, timezone.now()
    first, last = (request.GET.get(name, "").strip()[:40] for name in ("since", "until"))
    try:
        since = parse_since(first, zone, now) if first else None
        until = parse_moment(last, zone, now) if last else None
        if since and until and since > until:
            raise BadInput(_("The first day is after the last one. Please swap them."))
    except BadInput as error:
        return Period(first, last, error=str(error))
    return Period(first, last, since, until)
