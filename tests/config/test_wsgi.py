"""What granian gets to see: status and headers before the application returns."""

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

import psutil
import pytest

from config.wsgi import start_before_answering
from tools.postgres import free_port

APP = """
from config.wsgi import start_before_answering

def late(environ, start_response):
    words = {"/secret": "401 Unauthorized", "/gone": "404 Not Found"}
    start_response(words.get(environ["PATH_INFO"], "200 OK"), [("content-type", "text/plain")])
    yield b"first "
    yield b"second"

application = start_before_answering(late)
"""
SERVE = """
import sys
from granian import Granian
Granian(
    "late_app:application", port=int(sys.argv[1]), interface="wsgi", log_enabled=False,
    workers_kill_timeout=5,
).serve()
"""


class Body:
    """A body that knows whether it was closed."""

    def __init__(self, *chunks: bytes, error: Exception | None = None) -> None:
        self.chunks, self.error, self.closed = chunks, error, False

    def __iter__(self) -> Iterator[bytes]:
        if self.error:
            raise self.error
        yield from self.chunks

    def close(self) -> None:
        self.closed = True


def test_a_generator_has_said_its_status_before_the_application_returns() -> None:
    said: list[str] = []

    def late(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterator[bytes]:
        start_response("401 Unauthorized", [])
        yield b"no"
        yield b" entry"

    body = start_before_answering(late)({}, lambda status, headers: said.append(status))

    assert said == ["401 Unauthorized"]
    assert b"".join(body) == b"no entry"


@pytest.mark.parametrize("chunks", [(), (b"one",), (b"one", b"two")])
def test_the_body_arrives_whole_and_is_closed(chunks: tuple[bytes, ...]) -> None:
    original = Body(*chunks)

    body: Any = start_before_answering(lambda environ, start_response: original)({}, print)

    assert b"".join(body) == b"".join(chunks)
    body.close()
    assert original.closed


def test_a_body_that_fails_at_its_first_step_is_closed() -> None:
    original = Body(error=RuntimeError("no"))

    with pytest.raises(RuntimeError):
        start_before_answering(lambda environ, start_response: original)({}, print)

    assert original.closed


@pytest.fixture
def granian(tmp_path: Path) -> Iterator[str]:
    (tmp_path / "late_app.py").write_text(APP)
    port = free_port()
    root = Path(__file__).resolve().parents[2]
    process = subprocess.Popen(
        [sys.executable, "-c", SERVE, str(port)],
        cwd=tmp_path,
        env={"PYTHONPATH": f"{tmp_path}:{root}", "SECRET_KEY": "x" * 32, "PATH": ""},
    )
    address = f"http://127.0.0.1:{port}"
    try:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            try:
                urlopen(address, timeout=5).close()
                break
            except URLError:
                time.sleep(0.1)
        yield address
    finally:
        end(process)


def end(process: subprocess.Popen[bytes]) -> None:
    """End the server, and where it does not listen, kill it with its workers."""
    everything = [process, *psutil.Process(process.pid).children(recursive=True)]
    process.terminate()
    try:
        process.wait(20)
    except subprocess.TimeoutExpired:
        for one in everything:
            with suppress(psutil.NoSuchProcess):
                one.kill()
        process.wait(20)


def test_a_late_401_and_404_stay_so_through_the_real_server(granian: str) -> None:
    for path, status in (("/secret", 401), ("/gone", 404)):
        with pytest.raises(HTTPError) as refused:
            urlopen(granian + path, timeout=10)
        assert refused.value.code == status
        assert refused.value.read() == b"first second"
    with urlopen(granian + "/", timeout=10) as answer:
        assert answer.status == 200
