"""Nothing about the machine of whoever wrote it belongs into a tracked file."""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
#: What must not stand there, and how it is called.
PATTERNS = {
    "a path of somebody's machine": re.compile(
        r"(?<![\w.:/-])/(?:home|root|Users|work)/[\w.-]+", re.ASCII
    ),
    "a package index": re.compile(r"--(?:extra-)?index-url|--find-links|--trusted-host"),
    "a host of a private network": re.compile(
        r"\b[\w-]+\.(?:internal|lan|corp|intranet|home\.arpa)\b"
        r"|\b(?:10\.\d{1,3}|192\.168|172\.(?:1[6-9]|2\d|3[01]))\.\d{1,3}\.\d{1,3}\b"
    ),
}
#: Files that quote such things on purpose: this one and its test.
QUOTING = {"tools/addresses.py", "tests/tools/test_addresses.py"}


def tracked() -> list[Path]:
    """Return the files that git knows; none where this is no git work tree."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True)
    names = listed.stdout.decode().split("\0") if listed.returncode == 0 else []
    return [ROOT / name for name in names if name and name not in QUOTING]


def strays(text: str) -> Iterator[tuple[int, str]]:
    """Yield line number and complaint for everything in the text that does not belong."""
    for number, line in enumerate(text.splitlines(), 1):
        if line.startswith("from allauth."):  # its modules are called "internal"
            continue
        for what, pattern in PATTERNS.items():
            for found in pattern.finditer(line):
                yield number, f"{what}: {found.group(0)}"


def main() -> int:
    """Print every stray address of the tracked files."""
    count = 0
    for path in tracked():
        try:
            text = path.read_text(encoding="utf-8")
        except (UnicodeDecodeError, FileNotFoundError, IsADirectoryError):
            continue
        if path.suffix in {".js", ".css", ".svg"} and "vendor" in path.parts:
            continue
        for number, complaint in strays(text):
            print(f"{path.relative_to(ROOT)}:{number}: {complaint}")
            count += 1
    return 1 if count else 0


if __name__ == "__main__":
    sys.exit(main())
