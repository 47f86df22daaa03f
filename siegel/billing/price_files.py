"""Price lists as files: data that comes with a release, one file per version, never edited."""

import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from siegel.billing.items import Item, Term

FOLDER = Path(__file__).resolve().parent / "price_lists"

#: Net cents of one unit for one whole term, by package code, item and term.
Cents = dict[tuple[str, Item, Term], int]


@dataclass(frozen=True)
class PriceFile:
    """One version of a price list as it stands in its file."""

    code: str
    version: int
    currency: str
    valid_from: date
    cents: Cents


def read_price_files(folder: Path = FOLDER) -> list[PriceFile]:
    """Return every price list of the folder, oldest version first."""
    found = [_read(path) for path in sorted(folder.glob("*.json"))]
    return sorted(found, key=lambda file: (file.code, file.version))


def _read(path: Path) -> PriceFile:
    raw = json.loads(path.read_text(encoding="utf-8"))
    return PriceFile(
        code=raw["code"],
        version=raw["version"],
        currency=raw["currency"],
        valid_from=date.fromisoformat(raw["valid_from"]),
        cents={
            (package, Item(item), Term(term)): cents
            for package, items in raw["cents"].items()
            for item, terms in items.items()
            for term, cents in terms.items()
        },
    )
