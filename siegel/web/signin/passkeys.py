"""Passkeys (WebAuthn): what the browser is asked, and whether its answer is right."""

import ipaddress
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from allauth.mfa.webauthn.internal import auth
from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext as _


def host_of(request: HttpRequest) -> str:
    """Return the host name that people see, without the port."""
    return urlsplit(f"//{request.get_host()}").hostname or ""


def why_not(request: HttpRequest) -> str:
    """Return why passkeys cannot work under this address; empty where they can.

    The standard wants a host name with HTTPS, or localhost; never an IP address.
    """
    host = host_of(request)
    if host == "localhost":
        return ""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        if request.is_secure():
            return ""
        return _("Passkeys need an encrypted connection (https). Please ask your operator.")
    return _(
        "Passkeys work under a name only, not under the address %(host)s. Open this page as "
        "“localhost” or under its host name, or use an authenticator app."
    ) % {"host": host}


class CredentialForm(forms.Form):
    """What the script of the page puts in: the browser's answer."""

    credential = forms.JSONField(widget=forms.HiddenInput)


@dataclass(frozen=True)
class Known:
    """The passkey that has answered."""

    factor_id: int


def ask_for_new(person: Any) -> dict[str, Any]:
    """Return what the browser makes a new passkey from; the session remembers the question."""
    return dict(auth.begin_registration(person, passwordless=False))


def read_new(credential: dict[str, Any]) -> None:
    """Return if the browser's answer belongs to the question.

    :raises ValidationError: it does not.
    """
    try:
        auth.parse_registration_response(credential)
        auth.complete_registration(credential)
    except (TypeError, KeyError, ValueError, AttributeError) as error:
        raise _unfit() from error


def ask_for_known(person: Any) -> dict[str, Any]:
    """Return what the browser proves a passkey with; the session remembers the question."""
    return dict(auth.begin_authentication(person))


def read_known(person: Any, credential: dict[str, Any]) -> Known:
    """Return the passkey that has answered the question.

    :raises ValidationError: none of the person's, or the answer is to another question.
    """
    try:
        auth.parse_authentication_response(credential)
        return Known(auth.complete_authentication(person, credential).pk)
    except (TypeError, KeyError, ValueError, AttributeError) as error:
        raise _unfit() from error


def _unfit() -> ValidationError:
    return ValidationError(_("The browser's answer did not fit. Please try it once more."))
