"""Style, types, layers, templates, translations, migrations: one line each, all are run."""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = ROOT / ".venv" / "bin"
CHECKS: dict[str, list[str]] = {
    "style": ["ruff", "check", "--quiet", "."],
    "format": ["ruff", "format", "--check", "--quiet", "."],
    "types": ["mypy"],
    "layers": ["lint-imports", "--no-logo"],
    "templates": ["djlint", "siegel/web/templates", "--lint", "--quiet"],
    "translations": ["python", "tools/messages.py", "missing"],
    "migrations": ["python", "manage.py", "makemigrations", "--check", "--dry-run"],
    "deployment": ["python", "manage.py", "check", "--fail-level", "WARNING"],
    "addresses": ["python", "tools/addresses.py"],
}


def run(name: str, folder: str) -> bool:
    """Run one check; print its output only when it fails."""
    program, *words = CHECKS[name]
    env = {**os.environ, "DJANGO_SETTINGS_MODULE": "config.settings_test", "VAR_DIR": folder}
    start = time.monotonic()
    ran = subprocess.run(
        [BIN / program, *words],
        cwd=ROOT,
        env=env,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    mark = "✓" if ran.returncode == 0 else "✗"
    print(f"{mark} {name} ({time.monotonic() - start:.1f} s)", flush=True)
    if ran.returncode:
        print(ran.stdout, flush=True)
    return ran.returncode == 0


def main() -> int:
    """Run all checks, or those named."""
    names = sys.argv[1:] or list(CHECKS)
    with tempfile.TemporaryDirectory(prefix="siegel-check-") as folder:
        results = [run(name, folder) for name in names]
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.exit(main())
