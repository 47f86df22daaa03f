"""Which column of a table means what, in the exports that administrators really have."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from siegel.accounts.people_files.rows import Source

#: Field → headings in order of preference, as `normal` writes them. English and German headings
#: of the Microsoft 365 and Entra admin centers, Google Workspace and our own file together.
FIELDS: dict[str, tuple[str, ...]] = {
    "email": (
        "email",
        "emailaddress",
        "emailadresse",
        "mail",
        "mailadresse",
        "primaryemail",
    ),
    "upn": ("userprincipalname", "benutzerprinzipalname", "username", "benutzername"),
    "aliases": ("proxyaddresses", "proxyadressen"),
    "first_name": ("firstname", "vorname", "givenname"),
    "last_name": ("lastname", "nachname", "surname", "familienname", "familyname"),
    "display_name": ("displayname", "anzeigename", "fullname", "name"),
    "organisation": (
        "organisation",
        "organization",
        "company",
        "companyname",
        "firma",
        "firmenname",
        "unternehmen",
    ),
    "department": ("department", "abteilung"),
    "unit": ("orgunitpath",),
    "phone": (
        "phone",
        "phonenumber",
        "telefonnummer",
        "telefon",
        "telephonenumber",
        "workphone",
        "officephone",
        "mobilephone",
        "mobiltelefon",
        "mobiltelefonnummer",
    ),
    "kind": ("kind", "art", "lizenz", "lizenzart", "license", "licensekind"),
    "user_type": ("usertype", "benutzertyp"),
    "blocked": (
        "blockcredential",
        "anmeldeinformationenblockieren",
        "anmeldeinformationenblockiert",
        "anmeldeinformationensperren",
        "anmeldunggesperrt",
        "anmeldungblockiert",
        "anmeldungblockieren",
        "blockierteanmeldeinformationen",
    ),
    "enabled": ("accountenabled", "kontoaktiviert"),
    "status": ("status",),
}
_MEANING = {
    heading: (field, rank)
    for field, headings in FIELDS.items()
    for rank, heading in enumerate(headings)
}
_BRACKETS = re.compile(r"\[[^\]]*\]")


@dataclass(frozen=True)
class Columns:
    """A recognised heading line: where each field stands."""

    source: Source
    #: Field → positions, the preferred column first; the first non-empty cell counts.
    positions: dict[str, tuple[int, ...]]
    width: int


def normal(heading: str) -> str:
    """Return letters and digits only: "First Name [Required]" and first_name are the same."""
    plain = unicodedata.normalize("NFC", _BRACKETS.sub("", heading)).casefold()
    return "".join(character for character in plain if character.isalnum())


def recognise(cells: Sequence[str]) -> Columns | None:
    """Return what the columns mean, or None where no column holds e-mail addresses."""
    found: dict[str, list[tuple[int, int]]] = {}
    for position, cell in enumerate(cells):
        if meaning := _MEANING.get(normal(cell)):
            found.setdefault(meaning[0], []).append((meaning[1], position))
    if "email" not in found and "upn" not in found:
        return None
    if "first_name" in found and "last_name" not in found:
        # "Vorname; Name": the family name, not the whole one.
        names = [
            place for place in found.get("display_name", ()) if normal(cells[place[1]]) == "name"
        ]
        if names:
            found["last_name"] = names
    positions = {
        name: tuple(position for _rank, position in sorted(places))
        for name, places in found.items()
    }
    source: Source = "csv"
    if "upn" in found:
        source = "microsoft"
    elif any("[" in cell for cell in cells):
        source = "google"
    return Columns(source, positions, len(cells))
