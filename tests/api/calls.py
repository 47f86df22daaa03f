"""How the tests call the API."""

from typing import Any

from django.test import Client
from django.utils import timezone

from siegel.accounts import actions as accounts
from tests.make import Somebody

ROOT = "/api/v1/accounts"


def token_of(who: Somebody, days: int = 30) -> str:
    """Return a new token of this person."""
    return accounts.create_api_token(
        actor=who.actor, account_id=who.account.id, label="Test", days=days, at=timezone.now()
    )


def get(client: Client, address: str, token: str, language: str = "de", **data: Any) -> Any:
    """Read with a token."""
    return client.get(address, data, headers=_headers(token, language))


def send(
    client: Client, method: str, address: str, token: str, body: Any = None, key: str = ""
) -> Any:
    """Write with a token."""
    headers = _headers(token, "de") | ({"Idempotency-Key": key} if key else {})
    return getattr(client, method)(address, body, content_type="application/json", headers=headers)


def _headers(token: str, language: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}", "Accept-Language": language}
