"""Run all benchmarks on both databases and print each figure beside its floor.

`make bench`; `python benchmarks/run.py hot status --on sqlite` for some of them.
"""

import json
import os
import subprocess
import sys
import tempfile
from contextlib import nullcontext
from dataclasses import asdict
from importlib import import_module
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[0] = str(ROOT)
PARTS = ("status", "hot", "bulk", "overview", "log", "reassign", "removal", "web")
MARK = "row "


def main() -> int:
    """Start one process per database and part; return 1 if a goal was missed."""
    words = [word for word in sys.argv[1:] if word not in {"--on", "sqlite", "postgresql"}]
    databases = [word for word in sys.argv[1:] if word in {"sqlite", "postgresql"}]
    missed = 0
    for database in databases or ["sqlite", "postgresql"]:
        print(f"\n{database}", flush=True)
        for part in words or PARTS:
            missed += _run_part(database, part)
    print(f"\n{missed} goals missed." if missed else "\nEvery goal met.")
    return 1 if missed else 0


def _run_part(database: str, part: str) -> int:
    from tools import postgres

    with tempfile.TemporaryDirectory(prefix="siegel-bench-") as folder:
        place = postgres.server(careless=False) if database == "postgresql" else nullcontext()
        with place as url:
            environ = os.environ | {
                "VAR_DIR": folder,
                "DATABASE_URL": url or f"sqlite:///{folder}/bench.sqlite3",
                "DJANGO_SETTINGS_MODULE": "benchmarks.settings",
                "SECRET_KEY": "only-for-benchmarks-" + "x" * 20,
                "PYTHONPATH": str(ROOT),
                "LOG_LEVEL": "ERROR",
            }
            process = subprocess.Popen(
                [sys.executable, __file__, "--measure", part],
                env=environ,
                cwd=ROOT,
                stdout=subprocess.PIPE,
                text=True,
            )
            assert process.stdout
            missed = sum(_print(line) for line in process.stdout)
            if process.wait():
                raise SystemExit(f"benchmarks/{part}.py ended with an error on {database}")
            return missed


def _print(line: str) -> bool:
    """Print one row; return whether it missed its goal."""
    if not line.startswith(MARK):
        print(line, end="")
        return False
    row = json.loads(line.removeprefix(MARK))
    beside = ""
    if row["floor"]:
        beside = f"floor {_number(row['floor']):>8} {row['unit']} ({row['floor_is']})"
        beside += f", ratio {row['ours'] / row['floor']:.2f}"
    verdict = {True: "met   ", False: "MISSED", None: "      "}[row["met"]]
    goal = f"[{row['goal']}]" if row["goal"] else ""
    print(
        f"  {verdict} {row['what']:<62} {_number(row['ours']):>8} {row['unit']:<10} {goal:<18} "
        f"{beside}".rstrip(),
        flush=True,
    )
    return row["met"] is False


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def measure(part: str) -> None:
    """Be the process that measures: set the database up, run the part, print its rows."""
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection

    call_command("migrate", interactive=False, verbosity=0)
    call_command("createcachetable", verbosity=0)
    if part == "web":
        call_command("collectstatic", interactive=False, verbosity=0)
    import_module("siegel.licensing.actions").load_packages()
    import_module("siegel.billing.actions").load_price_lists()
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE bench_floor (id char(32) PRIMARY KEY, change integer)")
    for row in import_module(f"benchmarks.{part}").run():
        print(MARK + json.dumps(asdict(row)), flush=True)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--measure"]:
        measure(sys.argv[2])
    else:
        sys.exit(main())
