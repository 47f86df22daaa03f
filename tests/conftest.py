"""What every test gets: a database to lose, guards around it, a browser."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

# Playwright keeps an event loop in the test's thread, which Django would take for async code.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
# Whoever runs the tests may sit at a shell of any language.
os.environ["COMMAND_LANGUAGE"] = "de"

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.cache import caches
from django.db import connection, transaction
from django.test import Client
from django.test.client import ClientHandler
from django.utils import translation
from django.utils.translation.reloader import translation_file_changed
from playwright.sync_api import Page

from tools import browser, messages

#: Tables written while answering a GET: the session, and when an API token was last used.
WRITTEN_BY_DJANGO = ("django_session", "accounts_apitoken")
_READING = ("SELECT", "SAVEPOINT", "RELEASE", "ROLLBACK", "BEGIN", "COMMIT", "EXPLAIN", "PRAGMA")
#: What signing in writes. No invariant reads it.
_NEVER_LOOKED_AT = (
    'INSERT INTO "django_session"',
    'UPDATE "django_session"',
    'DELETE FROM "django_session"',
    'UPDATE "accounts_person" SET "last_login" = %s WHERE',
)
_DATABASE_FIXTURES = {"db", "transactional_db", "live_server", "live", "process_env"}


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "tampers: breaks stored data on purpose")
    if not hasattr(config, "workerinput"):  # once, not in each process of xdist
        for path in messages.compile_all():
            translation_file_changed(None, path)  # Django may have read the old one already


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Browser tests last: they need the most and tell the least about the cause."""
    items.sort(key=lambda item: item.get_closest_marker("browser") is not None)
    if os.environ.get("ONLY_WITH_DATABASE"):  # the rest says the same on each database
        items[:] = [item for item in items if _uses_database(item)]


# --- The database ---------------------------------------------------------------------------


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """Let the flush after transactional tests pass the append-only triggers, and nothing else.

    And record in the empty database what most tests begin with.
    """
    from tests import cast, make

    with django_db_blocker.unblock():
        make.CATALOGUES.record()
        cast.RECORDING.record()
    kind = type(connection.ops)
    original = kind.execute_sql_flush

    def flush(operations: Any, statements: list[str]) -> None:
        with _no_triggers():
            if connection.vendor == "postgresql":
                _delete_all_rows()
            else:
                original(operations, statements)

    kind.execute_sql_flush = flush  # type: ignore[method-assign]
    yield
    kind.execute_sql_flush = original  # type: ignore[method-assign]


def _delete_all_rows() -> None:
    """Empty every table that has rows: TRUNCATE of all takes PostgreSQL many times as long."""
    tables = connection.introspection.django_table_names(only_existing=True, include_views=False)
    names = [connection.ops.quote_name(table) for table in tables]
    with connection.cursor() as cursor:
        cursor.execute(
            " UNION ALL ".join(f"SELECT '{n}' WHERE EXISTS (SELECT FROM {n})" for n in names)
        )
        if filled := [name for (name,) in cursor.fetchall()]:
            cursor.execute("; ".join(f"DELETE FROM {name}" for name in filled))


@contextmanager
def _no_triggers() -> Iterator[None]:
    # In one transaction, so that no other connection ever misses the triggers.
    with transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL session_replication_role = replica")
            yield
            return
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
        triggers = cursor.fetchall()
        for name, _sql in triggers:
            cursor.execute(f'DROP TRIGGER "{name}"')
        yield
        for _name, sql in triggers:
            cursor.execute(sql)


def _uses_database(item: pytest.Item) -> bool:
    marked = item.get_closest_marker("django_db") is not None
    return marked or bool(_DATABASE_FIXTURES & set(getattr(item, "fixturenames", ())))


@pytest.fixture(autouse=True)
def _everything_agrees(request: pytest.FixtureRequest) -> Iterator[None]:
    """After every test that has changed something: all that is stored agrees (promise 3)."""
    if not _uses_database(request.node):
        yield
        return
    request.getfixturevalue("db")  # so that this fixture ends before the database is emptied
    changes: list[str] = []
    with connection.execute_wrapper(_note_changes(changes)):
        yield
    # Threads, processes and servers have connections of their own: then look in any case.
    alone = connection.in_atomic_block
    if (changes or not alone) and request.node.get_closest_marker("tampers") is None:
        from siegel.workflows.verify import findings

        assert list(findings()) == []
        _every_event_has_words()


def _every_event_has_words() -> None:
    """What a test has recorded can be told (siegel/workflows/event_verbs.py)."""
    from siegel.audit.models import Event
    from siegel.workflows.event_verbs import VERBS

    known = [*VERBS, "test"]  # tests of the log itself say "test"
    assert not Event.objects.exclude(verb__in=known).exists()


def _note_changes(changes: list[str]) -> Callable[..., Any]:
    """Keep what changes rows that must agree; what is recorded was looked at already."""
    from tests import cast, make

    recordings = (make.CATALOGUES, cast.RECORDING)

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        playing = any(recording.playing for recording in recordings)
        if not playing and not _reads(sql) and not sql.startswith(_NEVER_LOOKED_AT):
            changes.append(sql)
        return execute(sql, params, many, context)

    return note


@pytest.fixture
def process_env(transactional_db: None) -> dict[str, str]:
    """Return the environment in which another process works on this test's database."""
    values = connection.settings_dict
    if connection.vendor == "sqlite":
        url = f"sqlite:///{values['NAME']}"
    else:
        login = f"{values['USER']}:{values['PASSWORD']}".rstrip(":")
        url = f"postgres://{login}@{values['HOST']}:{values['PORT']}/{values['NAME']}"
    return {
        **os.environ,
        "DATABASE_URL": url,
        "DJANGO_SETTINGS_MODULE": "config.settings_test",
        "PYTHONPATH": os.pathsep.join([str(messages.ROOT), os.environ.get("PYTHONPATH", "")]),
    }


# --- Requests -------------------------------------------------------------------------------


@pytest.fixture(autouse=True)
def _clean_process() -> Iterator[None]:
    """Nothing of one test reaches the next: rate limits in the cache, the language."""
    yield
    for name in caches:
        caches[name].clear()
    translation.deactivate()


@pytest.fixture(autouse=True)
def _get_only_reads(monkeypatch: pytest.MonkeyPatch) -> None:
    """A GET or HEAD through Django's test client runs SELECT only."""
    original = ClientHandler.__call__

    def call(handler: ClientHandler, environ: dict[str, Any]) -> Any:
        if environ["REQUEST_METHOD"] not in {"GET", "HEAD"}:
            return original(handler, environ)
        written: list[str] = []
        with connection.execute_wrapper(_note_writes(written)):
            response = original(handler, environ)
        assert not written, f"{environ['PATH_INFO']} writes on GET: {written}"
        return response

    monkeypatch.setattr(ClientHandler, "__call__", call)


def _note_writes(written: list[str]) -> Callable[..., Any]:
    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if not _reads(sql) and not any(table in sql for table in WRITTEN_BY_DJANGO):
            written.append(sql)
        return execute(sql, params, many, context)

    return note


def _reads(sql: str) -> bool:
    if sql.startswith("SELECT "):
        return True
    words = sql.replace("(", " ").upper().split()
    return words[0] in _READING or (
        words[0] == "WITH" and not {"INSERT", "UPDATE", "DELETE"} & set(words)
    )


# --- The browser ----------------------------------------------------------------------------


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Start the Chromium that tools/browser.py finds."""
    return {
        **browser_type_launch_args,
        "executable_path": browser.find(),
        "args": list(browser.ARGUMENTS),
    }


@pytest.fixture(scope="session")
def base_url(live_server: Any) -> str:
    """Return where pages are, so that tests say page.goto("/path")."""
    return str(live_server.url)


@pytest.fixture
def live(live_server: Any) -> str:
    """Return the address of a server on this test's database."""
    return str(live_server.url)


@pytest.fixture
def page(page: Page) -> Iterator[Page]:
    """Open a page of which every error in the console fails the test: scripts, policy, files."""
    page.set_default_timeout(10_000)
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda line: errors.append(line.text) if line.type == "error" else None)
    yield page
    # The browser logs an answer such as 422 as an error, too; tests look at those themselves.
    assert [line for line in errors if "the server responded with a status of 4" not in line] == []


@pytest.fixture
def sign_in_as(page: Page, live: str) -> Callable[[AbstractBaseUser], None]:
    """Return what signs a person in without the form: a session, and its cookie in the browser."""

    def sign_in(person: AbstractBaseUser) -> None:
        client = Client()
        client.force_login(person)
        name = settings.SESSION_COOKIE_NAME
        page.context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": live}])

    return sign_in


@pytest.fixture
def accessible(page: Page) -> Callable[[], None]:
    """Return the check that axe-core finds nothing on the page, in the light and the dark theme."""

    def check() -> None:
        for theme in ("light", "dark"):
            page.emulate_media(color_scheme=theme)
            found = Axe().run(page)
            assert found.violations_count == 0, f"{theme}: {found.generate_report()}"

    return check
