"""The tabs of "Unternehmensweite Einstellungen": those that exist, and that the reader may open."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from siegel.accounts.permissions import Permission
from siegel.web.access import AccountRequest


@dataclass(frozen=True)
class Tab:
    """One tab of the page head."""

    url: str
    label: str
    current: bool


def settings_tabs(request: AccountRequest, current: str) -> list[Tab]:
    """Return the tab bar with one tab marked as open."""
    base = f"/a/{request.account.slug}/settings"
    tabs = (
        ("account", _("Account"), Permission.STATUS_VIEW),
        ("protection", _("Access protection"), Permission.PROTECTION_VIEW),
        ("customization", _("Customization"), Permission.TEXT_CHANGE),
        ("api", _("Access for programs (API)"), Permission.TOKEN_MANAGE),
        ("log", _("Admin log"), Permission.ADMIN_LOG_VIEW),
    )
    return [
        Tab(f"{base}/{name}/", label, name == current)
        for name, label, permission in tabs
        if permission in request.actor.permissions
    ]
