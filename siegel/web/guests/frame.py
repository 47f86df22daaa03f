"""What the pages of guests share: the two lists as tabs, a guest as a line, and whom to ask."""

from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from siegel.accounts.permissions import ADMINS, Permission
from siegel.accounts.queries import names_with_roles
from siegel.core import formats
from siegel.core.periods import local_day
from siegel.licensing.queries.guests import Guest
from siegel.web.access import AccountRequest
from siegel.web.people.words import state_badge
from siegel.web.settings.tabs import Tab


def list_tabs(request: AccountRequest, current: str) -> list[Tab]:
    """Return the two lists: one's own guests, and those of colleagues."""
    names = (("guests", _("My guests")), ("guests_of_colleagues", _("Guests of colleagues")))
    return [
        Tab(reverse(name, args=[request.account.slug]), label, name == current)
        for name, label in names
    ]


def guest_address(request: AccountRequest, license_id: UUID, page: str = "guest") -> str:
    """Return the address of a guest's page."""
    return reverse(page, args=[request.account.slug, license_id])


def guest_line(request: AccountRequest, guest: Guest) -> dict[str, Any]:
    """Return what a guest is shown with."""
    me = str(getattr(request.user, "name", ""))
    local, _at, domain = guest.email.rpartition("@")
    return {
        "guest": guest,
        "state": state_badge(guest.state),
        "ends": end_text(request, guest),
        "over": guest.ends_at is not None and guest.ends_at <= timezone.now(),
        "local": local,
        "domain": domain,
        "others": [name for name in guest.sponsors if not (guest.own and name == me)],
    }


def end_text(request: AccountRequest, guest: Guest) -> str:
    """Return when a temporary guest ends; empty for one who stays until removed."""
    if guest.ends_at is None:
        return ""
    # It ends with the day: the midnight after it is the next day's already.
    last = local_day(guest.ends_at - guest.ends_at.resolution, request.account.zone)
    day = formats.date_short(last, get_language() or "de")
    if guest.idle_days is None:
        return day
    return _("%(day)s, unless they sign in") % {"day": day}


def whom_to_ask(request: AccountRequest) -> list[str]:
    """Return who can book or free licenses, for somebody who cannot."""
    if request.actor.may(Permission.LICENSE_ASSIGN, request.account.id):
        return []
    return names_with_roles(request.account.id, ADMINS)
