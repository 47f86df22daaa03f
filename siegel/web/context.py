"""What every page needs: the sidebar, the language, the theme."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from siegel.accounts.permissions import Actor, Permission
from siegel.accounts.queries import AccountFacts
from siegel.licensing.kinds import PoolKind
from siegel.licensing.queries.seats import Seat, rules_for
from siegel.web.preferences import THEMES, theme_of


@dataclass(frozen=True)
class Entry:
    """One line of the sidebar."""

    url: str
    label: str
    icon: str
    current: str  #: value of aria-current: "page", "true" (a page below it) or ""


@dataclass(frozen=True)
class OtherAccount:
    """One choice of the account switcher."""

    name: str
    role: str  #: the roles there, else the kind of license
    url: str  #: the section that is open now, where the person may enter it there too


@dataclass(frozen=True)
class Theme:
    """One choice of the theme switch."""

    code: str
    label: str
    icon: str


# What stands where in the sidebar, and the permission without which it is not shown.
_UPPER = (
    ("people", "users", Permission.PEOPLE_VIEW, lambda: _("Users")),
    ("guests", "users-plus", Permission.GUEST_INVITE, lambda: _("My guests")),
)
_LOWER = (
    ("settings", "settings", Permission.STATUS_VIEW, lambda: _("Company-wide settings")),
    ("ledger", "table", Permission.LEDGER_VIEW, lambda: _("License ledger")),
    ("protection", "shield", Permission.PROTECTION_VIEW, lambda: _("Access protection")),
    ("log", "history", Permission.ADMIN_LOG_VIEW, lambda: _("Admin log")),
    ("portal", "receipt-euro", Permission.PORTAL_VIEW, lambda: _("Customer portal")),
)
_FIRST_PAGE = {
    "settings": "settings/account/",
    "ledger": "settings/account/ledger/",
    "protection": "settings/protection/",
    "log": "settings/log/",
}
#: An entry that leads into another one's area is only for those who do not see that one.
_WITHIN = {
    "ledger": Permission.STATUS_VIEW,
    "protection": Permission.STATUS_VIEW,
    "log": Permission.STATUS_VIEW,
}


def _kind(seat: Seat) -> str:
    return {PoolKind.FULL: _("Full license"), PoolKind.GUEST: _("Guest license")}.get(seat.kind, "")


def _role(seat: Seat) -> str:
    return ", ".join(sorted(role.label for role in seat.roles)) or _kind(seat)


class Shell:
    """The page frame of one request; what costs a query is asked only when it is shown."""

    def __init__(self, request: HttpRequest) -> None:
        self._request = request
        self.account: AccountFacts | None = getattr(request, "account", None)
        self._actor: Actor | None = getattr(request, "actor", None)

    @cached_property
    def theme(self) -> str:
        """``auto``, ``light`` or ``dark``."""
        return theme_of(self._request)

    @property
    def themes(self) -> list[Theme]:
        """The choices of the theme switch."""
        labels = {"auto": _("Like the device"), "light": _("Light"), "dark": _("Dark")}
        icons = {"auto": "device-desktop", "light": "sun", "dark": "moon"}
        return [Theme(code, labels[code], icons[code]) for code in THEMES]

    @property
    def idle_seconds(self) -> int:
        """After how long without activity the session ends; 0 where nobody is signed in."""
        return 60 * rules_for(self._seats).session_idle_minutes if self._seats else 0

    @property
    def here(self) -> str:
        """Where language and theme switch lead back to: this page, or the start after a POST."""
        # The address of a form's target may not answer GET.
        return self._request.get_full_path() if self._request.method == "GET" else "/"

    @cached_property
    def upper(self) -> list[Entry]:
        """Entries of the main navigation."""
        return self._entries(_UPPER)

    @cached_property
    def lower(self) -> list[Entry]:
        """Entries of the administration below it."""
        return self._entries(_LOWER)

    @property
    def other_accounts(self) -> list[OtherAccount]:
        """The other accounts that the person may enter; they came with the request's own."""
        here = self.account.id if self.account else None
        return [
            OtherAccount(seat.account.name, _role(seat), self._same_section(seat))
            for seat in self._seats
            if seat.account.id != here
        ]

    @property
    def place(self) -> str:
        """The person's kind of license in this account; their roles stand below, at their name."""
        here = self.account.id if self.account else None
        return next((_kind(seat) for seat in self._seats if seat.account.id == here), "")

    @property
    def _seats(self) -> list[Seat]:
        return getattr(self._request, "seats", [])

    def _permissions_of(self, seat: Seat) -> frozenset[Permission]:
        return frozenset(seat.rights).union(
            Actor(person_id=None, account_id=seat.account.id, roles=seat.roles).permissions
        )

    def _same_section(self, seat: Seat) -> str:
        start = f"/a/{seat.account.slug}/"
        permissions = self._permissions_of(seat)
        for area, _icon, permission, _label in (*_UPPER, *_LOWER):
            below = self.account and f"/a/{self.account.slug}/{area}/"
            if below and self._request.path.startswith(below) and permission in permissions:
                return start + _FIRST_PAGE.get(area, f"{area}/")
        return start

    @property
    def role(self) -> str:
        """The person's roles in this account, in words."""
        return ", ".join(sorted(role.label for role in self._actor.roles)) if self._actor else ""

    def _entries(
        self, table: tuple[tuple[str, str, Permission, Callable[[], str]], ...]
    ) -> list[Entry]:
        if self._actor is None or self.account is None:
            return []
        here, found = self._request.path, []
        for area, icon, permission, label in table:
            mine = self._actor.permissions
            if permission not in mine or _WITHIN.get(area) in mine:
                continue
            url = f"/a/{self.account.slug}/{_FIRST_PAGE.get(area, f'{area}/')}"
            below = here.startswith(f"/a/{self.account.slug}/{area}/")
            current = "page" if here == url else "true" if below else ""
            found.append(Entry(url, label(), icon, current))
        return found


def shell(request: HttpRequest) -> dict[str, Any]:
    """Return the values of the page frame."""
    return {"shell": Shell(request)}
