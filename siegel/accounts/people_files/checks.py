"""From the cells of one row to a person, or to the reason why not."""

import re
import unicodedata
from collections.abc import Mapping
from typing import cast

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from siegel.accounts.people_files.rows import MAX_LENGTH, Kind, PersonRow, RowProblem

_KINDS: dict[str, Kind] = {
    "full": "full",
    "full license": "full",
    "full licence": "full",
    "voll": "full",
    "volllizenz": "full",
    "guest": "guest",
    "guest license": "guest",
    "guest licence": "guest",
    "gast": "guest",
    "gastlizenz": "guest",
}
_YES = {"true", "yes", "1", "wahr", "ja"}
_NO = {"false", "no", "0", "falsch", "nein"}
_SUSPENDED = {"suspended", "blocked", "gesperrt", "archived", "archiviert"}
#: "anna_example.com#EXT#@musterwerk.onmicrosoft.com" is anna@example.com, a guest of Musterwerk.
_EXTERNAL = re.compile(r"(?P<local>.+)_(?P<domain>[^_@]+)#ext#@[^@]+", re.IGNORECASE)
_CLOUD_ONLY = ".onmicrosoft.com"
#: Invisible characters that turn the reading direction: a name must not hide behind them.
_TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_NAMED = ("first_name", "last_name", "organisation", "department", "phone")


def check_row(line: int, cells: Mapping[str, str]) -> PersonRow | RowProblem:
    """Return the person that the cells describe, or what is wrong with them."""
    address, is_external = _address(cells)
    first, last = _names(cells)
    values = {
        "first_name": first,
        "last_name": last,
        "organisation": tidy(cells.get("organisation", "")),
        "department": tidy(cells.get("department", "")) or _unit(cells.get("unit", "")),
        "phone": tidy(cells.get("phone", "")),
    }
    name = f"{first} {last}".strip()

    def problem(code: str, **found: str | int) -> RowProblem:
        return RowProblem(line, code, found, email=address[:254], name=name[:161])

    if _is_blocked(cells):
        return problem("blocked")
    if fault := _fault_of_address(address):
        return problem(fault[0], **fault[1])
    for field in _NAMED:
        if not _is_visible(values[field]):
            return problem("bad-character", field=field)
        if len(values[field]) > MAX_LENGTH[field]:
            return problem(
                "too-long", field=field, length=len(values[field]), limit=MAX_LENGTH[field]
            )
    word = tidy(cells.get("kind", "")).casefold()
    if word and word not in _KINDS:
        return problem("bad-kind", value=word[:40])
    kind = _KINDS.get(word)
    if kind is None and is_external:
        kind = "guest"
    return PersonRow(line, address, kind=kind, **values)


def tidy(value: str) -> str:
    """Return the value composed (NFC) and with single blanks, also where it had line breaks."""
    if value.isascii():
        return " ".join(value.split())
    return " ".join(unicodedata.normalize("NFC", value).split())


def _address(cells: Mapping[str, str]) -> tuple[str, bool]:
    """Return the mailbox in lower case, and whether the directory calls the person a guest."""
    mail, upn = tidy(cells.get("email", "")), tidy(cells.get("upn", ""))
    is_guest = cells.get("user_type", "").strip().casefold() in {"guest", "gast"}
    if external := _EXTERNAL.fullmatch(upn):
        return (mail or f"{external['local']}@{external['domain']}").lower(), True
    address = upn if "@" in upn or not mail else mail  # a "user name" can be a short one
    if mail and (is_guest or address.lower().endswith(_CLOUD_ONLY)):
        address = mail
    if address.lower().endswith(_CLOUD_ONLY):
        # "SMTP:" in capitals marks the address that mail is sent from; others are aliases.
        primary = [
            part[5:]
            for part in re.split(r"[+;,\s]+", cells.get("aliases", ""))
            if part.startswith("SMTP:")
        ]
        address = primary[0] if primary else address
    return address.lower(), is_guest


def _names(cells: Mapping[str, str]) -> tuple[str, str]:
    first, last = tidy(cells.get("first_name", "")), tidy(cells.get("last_name", ""))
    if first or last:
        return first, last
    shown = tidy(cells.get("display_name", ""))
    if ", " in shown:
        last, first = shown.split(", ", 1)
        return first.strip(), last.strip()
    first, _blank, last = shown.rpartition(" ")
    return first, last


def _unit(path: str) -> str:
    return tidy(path).strip("/")


def _is_blocked(cells: Mapping[str, str]) -> bool:
    return (
        cells.get("blocked", "").strip().casefold() in _YES
        or cells.get("enabled", "").strip().casefold() in _NO
        or cells.get("status", "").strip().casefold() in _SUSPENDED
    )


def _fault_of_address(address: str) -> tuple[str, dict[str, str | int]] | None:
    if not address:
        return "no-email", {}
    if len(address) > MAX_LENGTH["email"]:
        limit = MAX_LENGTH["email"]
        return "too-long", {"field": "email", "length": len(address), "limit": limit}
    # Ignoring case, the validator takes "ſ" for "s" and the Kelvin sign for "k".
    if not address.rpartition("@")[0].isascii():
        return "no-ascii-email", {"value": address}
    try:
        validate_email(address)
    except ValidationError:
        return "bad-email", {"value": address}
    return None


def _is_visible(value: str) -> bool:
    if value.isascii() and value.isprintable():
        return True
    return not any(
        unicodedata.category(character) in {"Cc", "Cs"} or character in _TURNING
        for character in value
    )


def as_kind(word: str) -> Kind:
    """Return "full" or "guest".

    :raises ValueError: it is neither.
    """
    if word not in {"full", "guest"}:
        raise ValueError(word)
    return cast(Kind, word)
