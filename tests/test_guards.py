"""The guards of the suite guard."""

import subprocess
import sys

import pytest
from django.db import connection, transaction
from django.db.utils import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path
from django.utils import timezone

from siegel.audit.models import Event

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
