"""kill -9 in the middle of an import leaves everything or nothing."""

import os
import random
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import TextIO

import pytest

from siegel.accounts.models import Person, Profile
from siegel.licensing.kinds import PoolKind
from siegel.licensing.models import License
from siegel.workflows.verify import findings
from tests import make

ROWS = 3_000


def when_read(path: Path, process: subprocess.Popen[bytes]) -> TextIO:
    """Return the named pipe as soon as the process opens it: Python's own start does not count."""
    while True:
        with suppress(OSError):  # nobody reads yet
            pipe = os.open(path, os.O_WRONLY | os.O_NONBLOCK)
            os.set_blocking(pipe, True)
            return os.fdopen(pipe, "w")
        assert process.poll() is None, "ended without reading"
        time.sleep(0.01)


@pytest.mark.race
def test_an_import_killed_at_any_moment_is_whole_or_not_there(
    process_env: dict[str, str], tmp_path: Path
) -> None:
    anna = make.account(full=3 * ROWS)
    luck = random.Random(7)
    killed = 0

    def run(number: int, patience: float | None) -> float:
        """Import, killed after so many seconds of reading and storing; return how many it had."""
        nonlocal killed
        path = tmp_path / f"{number}.csv"
        os.mkfifo(path)
        process = subprocess.Popen(
            [sys.executable, "-m", "siegel", "import-people", "musterwerk", str(path), "--json"],
            env=process_env,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )
        with when_read(path, process) as pipe:
            pipe.write("email\n" + "".join(f"k{n}@k{number}.test\n" for n in range(ROWS)))
        began = time.monotonic()
        try:
            _out, error = process.communicate(timeout=patience)
            assert process.returncode == 0, error.decode()
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            process.communicate()
            killed += 1
        took = time.monotonic() - began
        there = (
            Person.objects.filter(email__endswith=f"@k{number}.test").count(),
            Profile.objects.filter(email__endswith=f"@k{number}.test").count(),
            License.objects.filter(holder__email__endswith=f"@k{number}.test").count(),
        )
        assert there in {(0, 0, 0), (ROWS,) * 3}
        assert make.pool(anna.account, PoolKind.FULL).used == License.objects.count()
        assert list(findings()) == []

        return took

    whole = run(0, None)
    for number in range(1, 7):
        make.book(anna.account, full=(number + 3) * ROWS)
        run(number, whole * luck.uniform(0.05, 0.95))
    assert killed >= 3
