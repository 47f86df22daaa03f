"""Set up, run, verify: as processes, in a folder of their own."""

import json
import os
import shutil
import signal
import socket
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import psutil
import pytest
from click.testing import CliRunner

from siegel.commands.main import main
from tools.postgres import free_port

pytestmark = pytest.mark.race


def environment(folder: Path) -> dict[str, str]:
    own = {k: v for k, v in os.environ.items() if k not in {"DATABASE_URL", "SECRET_KEY"}}
    return {
        **own,
        "VAR_DIR": str(folder),
        "PORT": str(free_port()),
        "WORKERS": "1",
        "DJANGO_SETTINGS_MODULE": "config.settings",
    }


@pytest.fixture(scope="module")
def set_up(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder that `siegel setup` has made from nothing; tests copy it."""
    folder = tmp_path_factory.mktemp("set-up") / "var"
    ran = siegel(environment(folder), "setup")
    assert ran.returncode == 0, ran.stderr
    return folder


@pytest.fixture
def env(set_up: Path, tmp_path: Path) -> dict[str, str]:
    return environment(shutil.copytree(set_up, tmp_path / "var"))


def siegel(env: dict[str, str], *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "siegel", *words]
    return subprocess.run(command, env=env, capture_output=True, text=True)


@contextmanager
def running(env: dict[str, str]) -> Iterator[psutil.Process]:
    process = subprocess.Popen([sys.executable, "-m", "siegel", "run"], env=env)
    try:
        wait_until(lambda: health(env) == "ok")
        yield psutil.Process(process.pid)
    finally:
        if process.poll() is None:
            process.terminate()
        process.wait(60)


def health(env: dict[str, str]) -> str:
    try:
        with urlopen(f"http://127.0.0.1:{env['PORT']}/healthz", timeout=5) as answer:
            return str(json.load(answer)["status"])
    except (URLError, ConnectionError):
        return "down"


def listens(env: dict[str, str]) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", int(env["PORT"]))) == 0


def wait_until(condition: Callable[[], bool], seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "nothing happens"
        time.sleep(0.1)


def child(process: psutil.Process, word: str) -> psutil.Process:
    return next(one for one in process.children() if word in one.cmdline())


def child_runs(process: psutil.Process, word: str) -> bool:
    return any(word in one.cmdline() for one in process.children())


def test_setup_makes_everything_and_can_be_repeated(env: dict[str, str]) -> None:
    folder = Path(env["VAR_DIR"])
    key = folder / "secret-key"
    first = key.read_text()
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert len(first.strip()) >= 32
    assert (folder / "siegel.sqlite3").exists()
    assert list((folder / "static").rglob("*.css")), "static files are collected"

    again = siegel(env, "--language", "en", "setup")

    assert again.returncode == 0, again.stderr
    assert again.stdout == "Ready. Start it with: siegel run\n"
    assert key.read_text() == first
    assert siegel(env, "verify").returncode == 0


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    ran = siegel(environment(tmp_path / "file" / "var"), "setup")

    assert ran.returncode == 1
    assert "cannot be used" in ran.stderr
    assert "Traceback" not in ran.stderr


def test_run_serves_restarts_what_crashes_and_ends_all_at_sigterm(env: dict[str, str]) -> None:
    with running(env) as supervisor:
        worker = child(supervisor, "worker")
        everything = supervisor.children(recursive=True)

        second = siegel(env, "run")
        assert second.returncode == 1
        assert f"Port {env['PORT']}" in second.stderr
        assert "Traceback" not in second.stderr

        worker.kill()
        worker.wait(10)
        wait_until(lambda: any("worker" in one.cmdline() for one in supervisor.children()))
        assert health(env) == "ok"
        everything += supervisor.children(recursive=True)

        supervisor.terminate()
        supervisor.wait(60)
        assert not any(one.is_running() for one in everything)
    assert health(env) == "down"


def test_a_server_that_is_killed_takes_its_workers_along_and_comes_back(
    env: dict[str, str],
) -> None:
    with running(env) as supervisor:
        server = child(supervisor, "serve")
        workers = server.children(recursive=True)
        assert workers

        server.kill()
        _gone, alive = psutil.wait_procs(workers, timeout=10)
        assert alive == []
        wait_until(lambda: child_runs(supervisor, "serve") and health(env) == "ok", 30)

        everything = supervisor.children(recursive=True)
        supervisor.send_signal(signal.SIGINT)
        supervisor.wait(60)
        assert not any(one.is_running() for one in everything)
    assert health(env) == "down"


def test_workers_end_with_a_server_that_nobody_watches(env: dict[str, str]) -> None:
    process = subprocess.Popen([sys.executable, "-m", "siegel", "serve"], env=env)
    try:
        wait_until(lambda: listens(env))
        workers = psutil.Process(process.pid).children(recursive=True)
    finally:
        process.kill()
        process.wait(10)

    _gone, alive = psutil.wait_procs(workers, timeout=10)

    assert workers
    assert alive == []
    assert not listens(env)


def test_children_end_when_the_supervisor_is_killed(env: dict[str, str]) -> None:
    with running(env) as supervisor:
        everything = supervisor.children(recursive=True)
        supervisor.send_signal(signal.SIGKILL)

        _gone, alive = psutil.wait_procs(everything, timeout=30)

        assert alive == []


def test_verify_prints_what_does_not_agree(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("siegel.workflows.verify.findings", lambda: iter(["Eins fehlt."]))

    result = CliRunner().invoke(main, ["verify"])

    assert result.exit_code == 1
    assert result.output == "Eins fehlt.\n"


def test_verify_is_content_when_everything_agrees(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("siegel.workflows.verify.findings", lambda: iter([]))

    result = CliRunner().invoke(main, ["--language", "en", "verify"])

    assert (result.exit_code, result.output) == (0, "Everything agrees.\n")
