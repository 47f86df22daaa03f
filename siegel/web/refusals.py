"""How a Refusal becomes a page: its status, and where its ways out lead."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from siegel.accounts.permissions import ADMINS, Permission
from siegel.accounts.queries import names_with_roles
from siegel.core.refusal import Forbidden, Refusal
from siegel.web.errors import error_page

#: Where a way out leads within the account, and the permission without which it is only words.
_PAGES = {
    "book-more": (Permission.PORTAL_VIEW, "portal/"),
    "free-one": (Permission.PEOPLE_VIEW, "people/"),
    "restore": (Permission.LICENSE_ASSIGN, "people/bin/"),
    "name-registration-admin": (Permission.ROLE_GRANT, "people/?kind=full&state=active"),
}


@dataclass(frozen=True)
class Way:
    """A way out with the address it leads to; "" where it is only advice."""

    label: str
    url: str


def refusal_context(request: HttpRequest, refusal: Refusal) -> dict[str, Any]:
    """Return what ``components/refusal.html`` shows, with links that this person may follow."""
    return {
        "sentence": str(refusal),
        "rows": refusal.rows,
        "ways": [Way(way.label, _address(request, way.code)) for way in refusal.ways_out],
    }


def _address(request: HttpRequest, code: str) -> str:
    if code == "contact-support":
        return f"mailto:{settings.SUPPORT_EMAIL}"
    account, actor = getattr(request, "account", None), getattr(request, "actor", None)
    permission, page = _PAGES.get(code, (None, ""))
    if account is None or actor is None or permission not in actor.permissions:
        return ""
    return f"/a/{account.slug}/{page}"


def refusal_page(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """Answer with the page that says why not, and what would make it a yes."""
    status = refusal.status
    # Strangers get the same page as for an address that does not exist.
    if not hasattr(request, "account"):
        title = _("No access") if refusal.code == "access-closed" else _title(status)
        return error_page(request, status, title, str(refusal))
    context = {
        "title": _title(status),
        "refusal": refusal_context(request, refusal),
        "back": _page_before(request),
        "to_ask": _whom_to_ask(request, refusal),
    }
    response = render(request, "errors/refusal.html", context, status=status)
    if request.headers.get("HX-Request"):
        # A part of a page was asked for, the answer is a whole one: show its main column.
        response["HX-Retarget"] = response["HX-Reselect"] = "#main"
        response["HX-Reswap"] = "outerHTML"
    return response


def _whom_to_ask(request: HttpRequest, refusal: Refusal) -> list[str]:
    """Return the names of those who may what this person may not; theirs, of their account."""
    account, actor = getattr(request, "account", None), getattr(request, "actor", None)
    if not isinstance(refusal, Forbidden) or account is None or actor is None:
        return []
    return names_with_roles(account.id, ADMINS)


def _title(status: int) -> str:
    return {
        403: _("You have no permission for this"),
        404: _("This page does not exist"),
        422: _("That cannot be read"),
    }.get(status, _("That is not possible now"))


def _page_before(request: HttpRequest) -> str:
    """Return the page that the person came from, if it is ours."""
    before = urlsplit(request.headers.get("Referer", ""))
    if before.netloc != request.get_host() or before.path == request.path:
        return "/"
    return before.path + (f"?{before.query}" if before.query else "")
