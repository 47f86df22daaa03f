"""The guards of the suite guard."""

import subprocess
import sys
from collections.abc import Callable

import pytest
from django.db import connection, transaction
from django.db.utils import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path
from django.utils import timezone

from siegel.audit.models import Event
from siegel.core.sql import run
from siegel.licensing.actions import take
from siegel.licensing.kinds import LicenseState, PoolKind
from siegel.licensing.models import License
from tests import cast, make
from tests.conftest import _note_changes

pytestmark = pytest.mark.django_db


def write(request: HttpRequest) -> HttpResponse:
    Event.objects.create(at=timezone.now(), door="test", verb="test")
    return HttpResponse()


urlpatterns = [path("write/", write)]


@pytest.mark.urls(__name__)
def test_a_get_that_writes_fails_the_test(client: Client) -> None:
    with pytest.raises(AssertionError, match="writes on GET"):
        client.get("/write/")


@pytest.mark.urls(__name__)
def test_a_post_may_write(client: Client) -> None:
    client.post("/write/")

    assert Event.objects.count() == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("attempt", [1, 2])
def test_append_only_tables_are_emptied_between_transactional_tests(attempt: int) -> None:
    assert not Event.objects.exists()
    event = Event.objects.create(at=timezone.now(), door="test", verb="test")

    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        Event.objects.filter(pk=event.pk).delete()


def test_another_process_sees_the_database_of_this_test(process_env: dict[str, str]) -> None:
    Event.objects.create(at=timezone.now(), door="test", verb="test")
    script = (
        "import django; django.setup()\n"
        "from siegel.audit.models import Event\n"
        "print(Event.objects.count())"
    )

    ran = subprocess.run(
        [sys.executable, "-c", script], env=process_env, capture_output=True, text=True, check=True
    )

    assert ran.stdout.strip() == "1"
    assert connection.settings_dict["NAME"] in process_env["DATABASE_URL"]


def test_whatever_changes_rows_that_must_agree_is_looked_at_and_what_is_recorded_is_not() -> None:
    changes: list[str] = []
    with connection.execute_wrapper(_note_changes(changes)):
        world = cast.assemble()
        Client().force_login(world.anna.login)
        Client().get("/")
        assert changes == []
        ways: dict[str, Callable[[], object]] = {
            "a model": lambda: Event.objects.create(at=timezone.now(), door="test", verb="test"),
            "a query": lambda: License.objects.filter(id=world.paul.license_id).update(state="x"),
            "by hand": lambda: run("UPDATE licensing_pool SET used = used", ()),
            "in bulk": lambda: make.people(world.musterwerk, 1),
            "prepared": lambda: _take(world),
        }
        for name, change in ways.items():
            changes.clear()
            with transaction.atomic():
                change()
                transaction.set_rollback(True)
            assert changes, name


def _take(world: cast.Cast) -> None:
    values = {"account_id": world.musterwerk.id, "kind": PoolKind.FULL, "holder_id": None}
    who = {"actor_id": None, "door": "test", "at": make.START}
    assert take.take_unit(**values, **who, state=LicenseState.INVITED, reason="test")  # type: ignore[arg-type]
