"""docs/settings.md from the settings themselves: `python tools/settings_page.py` writes it."""

import json
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "settings.md"
_HEAD = """# Settings

Every setting is an environment variable; there is no settings file to edit. A value that cannot be
used stops the start with one sentence. This page is written by `python tools/settings_page.py` from
`config/settings.py`, and a test fails when it is behind.

| variable | default | what it does |
| --- | --- | --- |
"""
_SCRIPT = """
import json, config.settings
from siegel.core.env import VARIABLES
print(json.dumps([[v.name, v.default, v.help] for v in VARIABLES.values()]))
"""


def variables() -> list[tuple[str, str, str]]:
    """Return name, default and help of each, as on a machine where none is set."""
    # A process of its own: defaults depend on other variables (PORT appears in BASE_URL's).
    env = {"PATH": os.environ["PATH"], "SECRET_KEY": "x" * 32, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", _SCRIPT]
    ran = subprocess.run(command, env=env, cwd=ROOT, capture_output=True, text=True, check=True)
    return [tuple(entry) for entry in json.loads(ran.stdout)]


def page() -> str:
    """Return the page as it should be."""
    rows = []
    for name, default, text in sorted(variables()):
        shown = default.replace(f"{ROOT}/var/", "VAR_DIR/").replace(f"{ROOT}/", "")
        rows.append(f"| `{name}` | {f'`{shown}`' if shown else ''} | {text} |")
    return _HEAD + "\n".join(rows) + "\n"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
