"""Say on the next page what was done, with the way back where one was promised."""

from django.contrib import messages
from django.http import HttpRequest

_UNDO = "undo="


def toast(request: HttpRequest, text: str, *, undo: str = "") -> None:
    """Show the text on the next page; ``undo`` is the address that a POST takes it back with."""
    messages.success(request, text, extra_tags=f"{_UNDO}{undo}" if undo else "")


def undo_address(tags: str | None) -> str:
    """Return the address that ``toast`` was given, or an empty text."""
    words = (tags or "").split()
    return next((word.removeprefix(_UNDO) for word in words if word.startswith(_UNDO)), "")
