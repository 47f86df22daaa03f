"""What every page needs: the sidebar, the language, the theme."""

from typing import Any

from django.http import HttpRequest


def shell(request: HttpRequest) -> dict[str, Any]:
    """Return the values of the page frame."""
    return {}
