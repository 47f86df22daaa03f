"""docs/map.md names every folder, and nothing that is not there."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TEXT = (ROOT / "docs" / "map.md").read_text(encoding="utf-8")
#: Folders whose name says everything, or that hold one file each.
UNNAMED = {"migrations", "__pycache__", "packages", "sqlite"}


def named_folders():
    return set(re.findall(r"^\| `([a-z_/]+)` \|", TEXT, flags=re.MULTILINE))


def test_every_folder_that_is_named_exists():
    assert [name for name in sorted(named_folders()) if not (ROOT / name).is_dir()] == []


def test_every_python_package_of_the_service_is_named():
    packages = {
        str(file.parent.relative_to(ROOT))
        for file in (ROOT / "siegel").rglob("__init__.py")
        if not UNNAMED & set(file.relative_to(ROOT).parts)
    }
    assert sorted(packages - named_folders() - {"siegel"}) == []


def test_every_rule_stands_where_the_map_says():
    for line in TEXT.split("## Rules and where they stand")[1].splitlines():
        names = re.findall(r"`([^`]+)`", line)
        files = [ROOT / name for name in names if name.startswith("siegel/")]
        assert all(file.exists() for file in files), line
        words = [name for name in names if not name.startswith("siegel/")]
        for word in words:
            assert any(word in file.read_text(encoding="utf-8") for file in files), line
