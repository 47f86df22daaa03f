"""Secrets that are handed out once and stored as hashes."""

import hashlib
import hmac
import secrets
from base64 import urlsafe_b64encode
from uuid import UUID

from django.conf import settings


def hash_token(token: str) -> str:
    """Return the SHA-256 of a token, as it is stored. Tokens have 256 random bits, so no salt."""
    return hashlib.sha256(token.encode()).hexdigest()


def new_api_token() -> str:
    """Return a new random API token; the prefix lets secret scanners recognise it."""
    return "siegel_" + secrets.token_urlsafe(32)


def registration_token(link_id: UUID) -> str:
    """Return the token of a registration link, derived from its id and the instance's secret.

    So the link can be shown and mailed again while the database holds only its hash: a stolen
    database opens no invitation (HMAC-SHA-256, RFC 2104).
    """
    key = hashlib.sha256(b"siegel registration link" + settings.SECRET_KEY.encode()).digest()
    return urlsafe_b64encode(hmac.digest(key, link_id.bytes, "sha256")).decode().rstrip("=")


def registration_address(link_id: UUID) -> str:
    """Return the address that an invited person opens. Never log it: it lets people in."""
    return f"{settings.BASE_URL}/r/{registration_token(link_id)}/"


def restore_token(link_id: UUID) -> str:
    """Return the token of a link that restores access, derived like a registration token."""
    key = hashlib.sha256(b"siegel restore link" + settings.SECRET_KEY.encode()).digest()
    return urlsafe_b64encode(hmac.digest(key, link_id.bytes, "sha256")).decode().rstrip("=")


def restore_address(link_id: UUID) -> str:
    """Return the address with which a person chooses a new password. Never log it."""
    return f"{settings.BASE_URL}/sign-in/restore/{restore_token(link_id)}/"
