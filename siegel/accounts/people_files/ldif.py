"""LDIF (RFC 2849), as directories export it: entries with their attributes and line numbers.

Our own reader: ldif3 3.2.2 fails on every base64 value since Python 3.9 and counts folded lines
as one, so its line numbers are not those of an editor.
"""

import base64
import binascii
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice

from django.utils.translation import gettext as _

from siegel.core.refusal import Refusal

_BEGIN = re.compile(r"(?:[ \t]*[\r\n]|#[^\r\n]*[\r\n]+)*(?:version|dn):", re.IGNORECASE)
#: "mail: …", "jpegPhoto:: …", "objectClass;x: …": a line that no table begins with.
_ATTRIBUTE = re.compile(r"[A-Za-z][A-Za-z0-9.;-]*::?(?:<| |$)")
_PEOPLE = {"person", "organizationalperson", "inetorgperson", "user"}
_DISABLED = 2  # ACCOUNTDISABLE in userAccountControl of Active Directory


class BrokenLdif(Refusal):
    """The file is LDIF, but its beginning is missing, so entries cannot be told apart."""

    code = "broken-ldif"


@dataclass
class Entry:
    """One record: attribute names in lower case without options, values in order."""

    line: int
    attributes: dict[str, list[str]] = field(default_factory=dict)
    #: The first line that could not be read, and why: "ldif-line" or "ldif-base64".
    fault: tuple[int, str] | None = None

    def first(self, *names: str) -> str:
        """Return the first value of the first attribute that has a visible one."""
        for name in names:
            for value in self.attributes.get(name, ()):
                if value.strip():
                    return value
        return ""

    @property
    def is_person(self) -> bool:
        """Whether it describes a person; without object classes, whether it has a mailbox."""
        classes = {value.strip().casefold() for value in self.attributes.get("objectclass", ())}
        if not classes:
            return "mail" in self.attributes
        return bool(classes & _PEOPLE) and "computer" not in classes

    @property
    def is_blocked(self) -> bool:
        """Whether Active Directory says that the account is disabled."""
        control = self.first("useraccountcontrol").strip()
        return control.isascii() and control.isdigit() and bool(int(control[:18]) & _DISABLED)


def looks_like_ldif(text: str) -> bool:
    """Return whether the first line that says something is "version:" or "dn:"."""
    return bool(_BEGIN.match(text))


def broken_ldif(text: str, file_name: str) -> BrokenLdif | None:
    """Return why a text that is no table is no LDIF either, where it was meant to be LDIF.

    It was if its name says so, or if its first two lines are attributes.
    """
    lines = [
        (number, line)
        for number, line in islice(_unfolded(text), 100)
        if line.strip() and not line.startswith("#")
    ]
    named = file_name.casefold().endswith((".ldif", ".ldf"))
    attributes = len(lines) > 1 and all(_ATTRIBUTE.match(line) for _number, line in lines[:2])
    if not lines or not (named or attributes):
        return None
    number, line = lines[0]
    found = line.strip()[:40]
    sentence = _(
        "This is no complete LDIF file: its first entry begins in line %(line)d with “%(found)s” "
        "instead of “dn:” and its name. Please export it from the directory again."
    )
    return BrokenLdif(sentence % {"line": number, "found": found}, line=number, found=found)


def read_entries(text: str) -> Iterator[Entry]:
    """Yield the entries in order; values behind an address (":<") are never fetched."""
    entry: Entry | None = None
    for number, line in _unfolded(text):
        if not line.strip():
            if entry and entry.attributes:
                yield entry
            entry = None
            continue
        if line.startswith("#"):
            continue
        if entry is None:
            entry = Entry(number)
        _take(entry, number, line)
    if entry and entry.attributes:
        yield entry


def _take(entry: Entry, number: int, line: str) -> None:
    name, colon, value = line.partition(":")
    name = name.split(";", 1)[0].strip().casefold()  # "mail;lang-de" is a mail, too
    if not colon or not name:
        entry.fault = entry.fault or (number, "ldif-line")
        return
    if name == "dn":
        entry.line = number
    if name == "version" and not entry.attributes:
        return
    if value.startswith("<"):
        return
    if value.startswith(":"):
        try:
            value = _from_base64(value[1:])
        except (binascii.Error, ValueError):
            if name not in {"jpegphoto", "usercertificate", "objectguid", "objectsid"}:
                entry.fault = entry.fault or (number, "ldif-base64")
            return
    entry.attributes.setdefault(name, []).append(value.strip())


def _from_base64(value: str) -> str:
    # Pictures and certificates are base64, too, and no text: they are not among what we read.
    raw = base64.b64decode(value.strip().encode("ascii"), validate=True)
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("latin-1")


def _unfolded(text: str) -> Iterator[tuple[int, str]]:
    """Yield logical lines with the number of their first physical line."""
    begin, parts = 0, list[str]()
    for number, raw in enumerate(io.StringIO(text, newline=None), 1):
        line = raw.rstrip("\n")
        if line.startswith(" ") and parts and parts != [""]:
            parts.append(line[1:])
            continue
        if parts:
            yield begin, "".join(parts)
        begin, parts = number, [line]
    if parts:
        yield begin, "".join(parts)
