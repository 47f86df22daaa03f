"""How django-allauth signs our people in."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest

from siegel.accounts.permissions import Role  # noqa: F401


class Adapter(DefaultAccountAdapter):  # type: ignore[misc,unused-ignore]
    """No open sign-up: people come by invitation."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Return False always."""
        return False


def display_name(person: object) -> str:
    """Return how allauth names a person in its messages."""
    return str(person)
