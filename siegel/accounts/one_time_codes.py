"""Codes of authenticator apps: HOTP (RFC 4226) over time (RFC 6238), six digits, 30 seconds."""

import hmac
import re
import secrets
from base64 import b32decode, b32encode
from collections.abc import Iterator
from datetime import datetime
from urllib.parse import quote, urlencode

STEP_SECONDS = 30
#: Clocks of phones are wrong by some seconds, and people type slowly: one step to both sides.
_STEPS_ASIDE = 1
_SEPARATORS = re.compile(r"[\s-]+")


def new_app_secret() -> str:
    """Return a random secret of 160 bits, as authenticator apps take it."""
    return b32encode(secrets.token_bytes(20)).decode()


def app_code(secret: str, step: int) -> str:
    """Return the code of one step of 30 seconds since 1970."""
    key = b32decode(secret.encode(), casefold=True)
    digest = hmac.digest(key, step.to_bytes(8, "big"), "sha1")
    start = digest[-1] & 0x0F
    value = int.from_bytes(digest[start : start + 4], "big") & 0x7FFF_FFFF
    return f"{value % 1_000_000:06d}"


def step_at(at: datetime) -> int:
    """Return the number of the step that a moment is in."""
    return int(at.timestamp()) // STEP_SECONDS


def accepted_step(secret: str, code: str, at: datetime, *, after: int = -1) -> int | None:
    """Return the step that a code belongs to, or None where it is wrong.

    A code of step ``after`` or before was used already, or is older than one that was.
    """
    typed = tidy_code(code)
    for step in _steps_around(step_at(at)):
        if step > after and hmac.compare_digest(app_code(secret, step).encode(), typed.encode()):
            return step
    return None


def tidy_code(code: str) -> str:
    """Return a typed code without blanks and hyphens."""
    return _SEPARATORS.sub("", code)


def app_address(secret: str, *, issuer: str, email: str) -> str:
    """Return what the picture for the app says (Key URI format)."""
    label = quote(f"{issuer}:{email}", safe="@")
    words = urlencode({"secret": secret, "issuer": issuer}, quote_via=quote)
    return f"otpauth://totp/{label}?{words}"


def _steps_around(now: int) -> Iterator[int]:
    yield from range(now - _STEPS_ASIDE, now + _STEPS_ASIDE + 1)
