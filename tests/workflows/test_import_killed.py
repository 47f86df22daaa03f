"""kill -9 in the middle of an import leaves everything or nothing."""

import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from siegel.accounts.models import Person, Profile
from siegel.licensing.kinds import PoolKind
from siegel.licensing.models import License
from siegel.workflows.verify import findings
from tests import make

ROWS = 8_000


@pytest.mark.race
def test_an_import_killed_at_any_moment_is_whole_or_not_there(
    process_env: dict[str, str], tmp_path: Path
) -> None:
    anna = make.account(full=3 * ROWS)
    luck = random.Random(7)
    killed = 0

    def run(number: int, patience: float | None) -> None:
        nonlocal killed
        path = tmp_path / f"{number}.csv"
        path.write_text("email\n" + "".join(f"k{n}@k{number}.test\n" for n in range(ROWS)))
        process = subprocess.Popen(
            [sys.executable, "-m", "siegel", "import-people", "musterwerk", str(path), "--json"],
            env=process_env,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )
        try:
            _out, error = process.communicate(timeout=patience)
            assert process.returncode == 0, error.decode()
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            process.communicate()
            killed += 1
        there = (
            Person.objects.filter(email__endswith=f"@k{number}.test").count(),
            Profile.objects.filter(email__endswith=f"@k{number}.test").count(),
            License.objects.filter(holder__email__endswith=f"@k{number}.test").count(),
        )
        assert there in {(0, 0, 0), (ROWS,) * 3}
        assert make.pool(anna.account, PoolKind.FULL).used == License.objects.count()
        assert list(findings()) == []

    began = time.monotonic()
    run(0, None)
    whole = time.monotonic() - began
    for number in range(1, 7):
        # From the start of reading to about the commit: the first third is Python's own start.
        make.book(anna.account, full=(number + 3) * ROWS)
        run(number, whole * luck.uniform(0.3, 0.95))
    assert killed >= 3
