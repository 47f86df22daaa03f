"""Secrets of second factors, encrypted before they are stored: a stolen database opens no login.

The key comes from ``SECRET_KEY`` by HKDF (RFC 5869, SHA-256); the sealing is Fernet (AES-128-CBC
with HMAC-SHA-256). What was sealed under one of ``SECRET_KEY_FALLBACKS`` can still be opened.
"""

from base64 import urlsafe_b64encode
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings


class CannotOpen(Exception):  # noqa: N818 - named for what is wrong
    """Sealed under a key that is neither the present one nor an old one, or changed since."""


@lru_cache(maxsize=8)
def _locks(secrets: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(_key(secret)) for secret in secrets])


def _key(secret: str) -> bytes:
    derive = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"siegel second factors v1")
    return urlsafe_b64encode(derive.derive(secret.encode()))


def _current() -> MultiFernet:
    return _locks((settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS))


def seal(text: str) -> str:
    """Return the text encrypted under the present key."""
    return _current().encrypt(text.encode()).decode()


def unseal(sealed: str, *, seconds: int | None = None) -> str:
    """Return what was sealed under the present or an old key, at most ``seconds`` ago.

    :raises CannotOpen: under no known key, changed since, or older.
    """
    try:
        return _current().decrypt(sealed.encode(), ttl=seconds).decode()
    except InvalidToken:
        raise CannotOpen from None


def seal_again(sealed: str) -> str:
    """Return the same secret, sealed under the present key.

    :raises CannotOpen: it was sealed under no known key.
    """
    try:
        return _current().rotate(sealed.encode()).decode()
    except InvalidToken:
        raise CannotOpen from None
