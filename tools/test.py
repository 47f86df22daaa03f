"""Run everything: checks, the suite on SQLite and on PostgreSQL, browser tests; one summary."""

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tools import browser, messages, postgres  # noqa: E402 - found through the line above


def pytest(*words: str, **variables: str) -> bool:
    """Run pytest with a folder of its own; a DATABASE_URL of the caller does not count."""
    with tempfile.TemporaryDirectory(prefix="siegel-test-") as folder:
        env = {k: v for k, v in os.environ.items() if k not in {"DATABASE_URL", "SECRET_KEY"}}
        env |= {"VAR_DIR": folder, "DJANGO_SETTINGS_MODULE": "config.settings_test", **variables}
        command = [sys.executable, "-m", "pytest", *words]
        code = subprocess.run(command, cwd=ROOT, env=env).returncode
    if code < 0:
        print(f"\npytest was ended by {signal.Signals(-code).name}.", flush=True)
    return code == 0


def check() -> bool:
    """Run `make check`."""
    return subprocess.run([sys.executable, "tools/check.py"], cwd=ROOT).returncode == 0


def on_sqlite() -> bool:
    """Run all but the browser tests on SQLite."""
    return pytest("-m", "not browser", "-n", "2")


def on_postgres() -> bool:
    """Run what uses a database on PostgreSQL, too; property tests try most examples here."""
    with postgres.server() as url:
        variables = {"DATABASE_URL": url, "ONLY_WITH_DATABASE": "1"}
        return pytest("-m", "not browser", "-n", "2", **variables)


def in_browser() -> bool:
    """Run the browser tests, on SQLite."""
    return pytest("-m", "browser", BROWSER_PATH=browser.find())


STEPS: dict[str, Callable[[], bool]] = {
    "checks": check,
    "suite on SQLite": on_sqlite,
    "suite on PostgreSQL": on_postgres,
    "browser": in_browser,
}


def main() -> int:
    """Run every step, also after one has failed, and say at the end how each went."""
    # SIGTERM ends it like Ctrl-C, so that no PostgreSQL stays behind.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    messages.compile_all()
    lines, failed = [], False
    for name, step in STEPS.items():
        print(f"\n— {name} —", flush=True)
        start = time.monotonic()
        try:
            good = step()
        except SystemExit as error:  # a tool said in one sentence what is missing
            print(error, flush=True)
            good = False
        failed = failed or not good
        lines.append(f"{'✓' if good else '✗'} {name} ({time.monotonic() - start:.0f} s)")
    print("\n— summary —\n" + "\n".join(lines), flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
