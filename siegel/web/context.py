"""What every page needs: the sidebar, the language, the theme."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from siegel.accounts.permissions import Actor, Permission
from siegel.accounts.queries import AccountFacts
from siegel.web.preferences import THEMES, theme_of


@dataclass(frozen=True)
class Entry:
    """One line of the sidebar."""

    url: str
    label: str
    icon: str
    current: str  #: value of aria-current: "page", "true" (a page below it) or ""


@dataclass(frozen=True)
class Theme:
    """One choice of the theme switch."""

    code: str
    label: str
    icon: str


# What stands where in the sidebar, and the permission without which it is not shown.
_UPPER = (("people", "users", Permission.PEOPLE_VIEW, lambda: _("Users")),)
_LOWER = (
    ("settings", "settings", Permission.STATUS_VIEW, lambda: _("Company-wide settings")),
    ("ledger", "table", Permission.LEDGER_VIEW, lambda: _("License ledger")),
    ("portal", "receipt-euro", Permission.PORTAL_VIEW, lambda: _("Customer portal")),
)
_FIRST_PAGE = {"settings": "settings/account/", "ledger": "settings/account/ledger/"}
#: An entry that leads into another one's area is only for those who do not see that one.
_WITHIN = {"ledger": Permission.STATUS_VIEW}


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
    def other_accounts(self) -> list[AccountFacts]:
        """The other accounts that the person may enter; they came with the request's own."""
        seats = getattr(self._request, "seats", ())
        here = self.account.id if self.account else None
        return [seat.account for seat in seats if seat.account.id != here]

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
