"""Web server and worker as processes: started, restarted after a crash, ended together."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from importlib import import_module
from multiprocessing import parent_process
from multiprocessing.connection import wait
from pathlib import Path
from types import FrameType
from typing import Any

import click
from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext as _

ROOT = Path(__file__).resolve().parent.parent.parent
#: Seconds that a child gets to finish what it is doing before it is killed.
PATIENCE = 30


def serve_web() -> None:
    """Run granian until a signal ends it."""
    from granian import Granian
    from granian.constants import Interfaces
    from granian.log import LogLevels

    refuse_taken_port()
    Granian(
        "config.wsgi:application",
        address=settings.HOST,
        port=settings.PORT,
        interface=Interfaces.WSGI,
        workers=settings.WORKERS,
        blocking_threads=settings.THREADS,
        respawn_failed_workers=True,
        # Its workers first, else one that hangs would outlive it and keep the port.
        workers_kill_timeout=PATIENCE - 10,
        log_level=LogLevels.warning,
    ).serve(target_loader=_load_application, wrap_loader=False)


def _load_application() -> Any:
    """Return the WSGI application; runs in each of granian's workers."""
    parent = parent_process()
    if parent is not None:
        threading.Thread(
            target=_follow, args=(parent.sentinel,), name="end-with-server", daemon=True
        ).start()
    return import_module("config.wsgi").application


def _follow(server: int) -> None:
    """End this worker when its server is gone, or it would answer on, and keep the port, for ever.

    A server that ends in order has ended its workers before.
    """
    wait([server])
    os._exit(1)


def refuse_taken_port() -> None:
    """Say which port is taken, before a server fails with a traceback.

    :raises click.ClickException: something else listens, or the address is not of this machine.
    """
    family = socket.AF_INET6 if ":" in settings.HOST else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.HOST, settings.PORT))
        except OSError as error:
            sentence = _(
                "Cannot listen on %(host)s, port %(port)s: %(reason)s. Choose another PORT."
            )
            raise click.ClickException(
                sentence % {"host": settings.HOST, "port": settings.PORT, "reason": error.strerror}
            ) from None


def end_with_parent() -> None:
    """End this process as soon as the supervisor's end of standard input closes.

    Also where the supervisor was killed without a chance to tell its children.
    """

    def watch() -> None:
        with contextlib.suppress(OSError, ValueError):
            while os.read(0, 1024):
                pass
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=watch, name="end-with-parent", daemon=True).start()


class Child:
    """One `siegel` process that is started again when it crashes."""

    def __init__(self, command: str) -> None:
        self.command = command
        self.failures = 0
        self.start()

    def start(self) -> None:
        """Start the process, in a session of its own so that Ctrl-C reaches only us."""
        path = os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH"))))
        self.started = time.monotonic()
        self.process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
            [sys.executable, "-m", "siegel", self.command, "--stop-with-parent"],
            stdin=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": path, "COMMAND_LANGUAGE": get_language() or ""},
            start_new_session=True,
        )

    def keep_alive(self) -> None:
        """Start the process again where it has ended; the more often it fails, the later."""
        if not self.has_ended():
            return
        code = self._bury()
        lived = time.monotonic() - self.started
        self.failures = 1 if lived > PATIENCE else self.failures + 1
        pause = min(2.0 ** (self.failures - 1), 30.0)
        click.echo(
            _("%(command)s ended with code %(code)s and is started again in %(pause)d s.")
            % {"command": self.command, "code": code, "pause": pause},
            err=True,
        )
        time.sleep(pause)
        self.start()

    def end(self) -> None:
        """Ask the process to end, wait, and kill it only when it does not."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.process.pid, signal.SIGTERM)
        deadline = time.monotonic() + PATIENCE
        while not self.has_ended() and time.monotonic() < deadline:
            time.sleep(0.05)
        self._bury()

    def has_ended(self) -> bool:
        """Return whether the process has ended, and leave it unburied: its number stays its own."""
        if self.process.returncode is not None:
            return True
        state = os.waitid(os.P_PID, self.process.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT)
        return state is not None

    def _bury(self) -> int:
        """Kill what is left of the process's session, its workers too; return its exit code."""
        if self.process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
        if self.process.stdin:
            self.process.stdin.close()
        return self.process.wait()


class _Stop(Exception):  # noqa: N818 - an order, not an error
    """SIGTERM or Ctrl-C has come."""


def _stop(_signal: int, _frame: FrameType | None) -> None:
    raise _Stop


class Supervisor:
    """Web server and worker, until Ctrl-C or SIGTERM."""

    def __init__(self, *, demo: bool) -> None:
        self.demo = demo

    def run(self) -> None:
        """Start both, say where they are, keep them alive, end both."""
        signal.signal(signal.SIGTERM, _stop)
        signal.signal(signal.SIGINT, _stop)
        children: list[Child] = []
        try:
            for command in ("serve", "worker"):
                children.append(Child(command))
            self._announce(children[0])
            while True:
                time.sleep(0.5)
                for child in children:
                    child.keep_alive()
        except _Stop:
            click.echo("")
        finally:
            # From here a second Ctrl-C must not leave a child behind.
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
            signal.signal(signal.SIGINT, signal.SIG_IGN)
            for child in children:
                child.end()

    def _announce(self, web: Child) -> None:
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline and not web.has_ended():
            with contextlib.suppress(OSError):
                socket.create_connection((_reachable(), settings.PORT), timeout=1).close()
                break
            time.sleep(0.1)
        click.echo(_("Siegel is running: %(address)s") % {"address": settings.BASE_URL})
        if self.demo:
            click.echo(_("Demo logins:"))
            for login in import_module("siegel.workflows.demo").LOGINS:
                click.echo(f"  {login}")
        click.echo(_("Ctrl-C ends it."))


def _reachable() -> str:
    """Return the address to knock at: a server that listens everywhere also listens here."""
    everywhere = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - compared, not bound
    return everywhere.get(str(settings.HOST), str(settings.HOST))
