"""How a Refusal becomes a page: its status, and where its ways out lead."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from siegel.core.refusal import Forbidden, NotFound, Refusal, WayOut, WorldChanged

_STATUS: tuple[tuple[type[Refusal], int], ...] = (
    (NotFound, 404),
    (Forbidden, 403),
    (WorldChanged, 409),
)


@dataclass(frozen=True)
class Way:
    """A way out with the address it leads to; "" where it is only advice."""

    label: str
    url: str


def status_of(refusal: Refusal) -> int:
    """Return the HTTP status of a refusal; 422 where nothing else fits."""
    return next((status for kind, status in _STATUS if isinstance(refusal, kind)), 422)


def refusal_context(refusal: Refusal, slug: str = "") -> dict[str, Any]:
    """Return what ``components/refusal.html`` shows."""
    return {
        "sentence": str(refusal),
        "rows": refusal.rows,
        "ways": [Way(way.label, _address(way, slug)) for way in refusal.ways_out],
    }


def _address(way: WayOut, slug: str) -> str:
    if way.code == "contact-support":
        return f"mailto:{settings.SUPPORT_EMAIL}"
    if not slug:
        return ""
    pages = {"book-more": "portal/", "free-one": "people/"}
    return f"/a/{slug}/{pages[way.code]}" if way.code in pages else ""


def refusal_page(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """Answer with the page that says why not, and what would make it a yes."""
    account = getattr(request, "account", None)
    status = status_of(refusal)
    context = {
        "refusal": refusal_context(refusal, account.slug if account else ""),
        "status": status,
    }
    return render(request, "refused.html", context, status=status)
