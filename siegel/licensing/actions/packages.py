"""Load the catalogue of packages."""

import json
from pathlib import Path

from django.db import transaction

from siegel.licensing.models import Package

SHIPPED = Path(__file__).resolve().parent.parent / "packages.json"


class LoadedVersionDiffers(Exception):  # noqa: N818 - it reads as a sentence
    """The file changes a version that was loaded before; a change needs a new version number."""


@transaction.atomic
def load_packages(path: Path = SHIPPED) -> int:
    """Load new package versions from a JSON file; return how many were new.

    :raises LoadedVersionDiffers: bookings point at loaded versions, so they never change.
    """
    new = 0
    for entry in json.loads(path.read_text(encoding="utf-8")):
        package, created = Package.objects.get_or_create(
            code=entry["code"], version=entry["version"], defaults=entry
        )
        new += created
        for name, value in entry.items():
            if getattr(package, name) != value:
                raise LoadedVersionDiffers(
                    f"package {package.code}, version {package.version}: {name} was "
                    f"{getattr(package, name)!r} and is {value!r} in {path.name}; "
                    "give the change a new version number"
                )
    return new
