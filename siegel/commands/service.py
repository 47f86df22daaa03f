"""Running the service: set up, serve, work, verify."""

import os
import secrets
import sys
from importlib import import_module
from pathlib import Path

import click

from siegel.commands.main import prepares_itself, start_django

ROOT = Path(__file__).resolve().parent.parent.parent


def make_var_dir() -> None:
    """Create VAR_DIR and, where SECRET_KEY is not set, the key file that only its owner reads."""
    folder = Path(os.environ.get("VAR_DIR", ROOT / "var"))
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if not os.environ.get("SECRET_KEY"):
            _make_key_file(folder / "secret-key")
    except OSError as error:
        raise click.ClickException(f"VAR_DIR={folder} cannot be used: {error.strerror}.") from None


def _make_key_file(file: Path) -> None:
    try:
        # O_EXCL: of two set-ups at the same time one writes the key, the other keeps it.
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return
    with os.fdopen(handle, "w", encoding="utf-8") as stream:
        stream.write(secrets.token_urlsafe(48) + "\n")


def set_up(language: str) -> None:
    """Bring folder, database, static files and catalogues to this version's state."""
    make_var_dir()
    start_django(language)
    from django.conf import settings
    from django.core.management import call_command

    call_command("migrate", interactive=False, verbosity=0)
    call_command("createcachetable", verbosity=0)
    (settings.VAR_DIR / "mail").mkdir(exist_ok=True)
    _collect_static(Path(settings.STATIC_ROOT))
    import_module("siegel.licensing.actions").load_packages()
    import_module("siegel.billing.actions").load_price_lists()


def _collect_static(target: Path) -> None:
    from django.contrib.staticfiles.finders import get_finders
    from django.core.management import call_command

    files = [
        Path(storage.path(name)) for finder in get_finders() for name, storage in finder.list(None)
    ]
    state = "\n".join(
        sorted(f"{file} {file.stat().st_size} {file.stat().st_mtime_ns}" for file in files)
    )
    # Hashing and compressing takes seconds; a start with unchanged files should not.
    stamp = target / ".collected"
    if not stamp.is_file() or stamp.read_text(encoding="utf-8") != state:
        call_command("collectstatic", interactive=False, verbosity=0, clear=True)
        target.mkdir(exist_ok=True)
        stamp.write_text(state, encoding="utf-8")


@prepares_itself
@click.command()
@click.pass_context
def setup(context: click.Context) -> None:
    """Create or update database, secret key, static files and catalogues. Safe to repeat."""
    set_up(context.find_root().params["language"])
    from django.utils.translation import gettext as _

    click.echo(_("Ready. Start it with: siegel run"))


_supervised = click.option(
    "--stop-with-parent", is_flag=True, hidden=True, help="End when standard input is closed."
)


@click.command()
@_supervised
def serve(stop_with_parent: bool) -> None:
    """Start the web server (HOST, PORT, WORKERS, THREADS)."""
    from siegel.commands._processes import end_with_parent, serve_web

    if stop_with_parent:
        end_with_parent()
    serve_web()


@click.command()
@_supervised
def worker(stop_with_parent: bool) -> None:
    """Start a background worker: mail, planned changes, seals. Several may run."""
    from siegel.commands._processes import end_with_parent
    from siegel.jobs.worker import Worker

    if stop_with_parent:
        end_with_parent()
    Worker().run()


@prepares_itself
@click.command()
@click.option("--demo", is_flag=True, help="Load the demo account on the first run.")
@click.pass_context
def run(context: click.Context, demo: bool) -> None:
    """Set up, then start web server and worker; Ctrl-C ends both."""
    from siegel.commands._processes import Supervisor, refuse_taken_port

    language = context.find_root().params["language"]
    set_up(language)
    refuse_taken_port()
    if demo:
        import_module("siegel.workflows.demo").load_demo()
    Supervisor(demo=demo).run()


@click.command()
def verify() -> None:
    """Check that everything stored agrees; print what does not, with exit code 1."""
    from django.utils.translation import gettext as _

    from siegel.workflows.verify import findings

    count = 0
    for finding in findings():
        click.echo(finding)
        count += 1
    if count:
        sys.exit(1)
    click.echo(_("Everything agrees."))
