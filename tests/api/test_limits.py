"""One program must not crowd out the others: so many requests a minute with one token."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.conf import LazySettings
from django.core.cache import CacheHandler
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from siegel.api import limits
from siegel.api.limits import TooManyRequests, count_request
from siegel.api.server import api
from tests import cast
from tests.api.calls import ROOT, get, token_of

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 5, 5, 9, 30, 15, tzinfo=UTC)
#: What config/settings.py gives the service; tests have a cache in memory.
SHARED = {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "siegel_cache"}


@pytest.fixture(autouse=True)
def few(settings: LazySettings, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.API_REQUESTS_PER_MINUTE = 3
    monkeypatch.setattr(timezone, "now", lambda: NOW)


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("de", "mehr als 3 Anfragen in einer Minute gesendet. Bitte machen Sie in 45 Sekunden"),
        ("en", "more than 3 requests in a minute. Please go on in 45 seconds."),
    ],
)
def test_one_request_too_many_is_told_when_to_go_on(
    client: Client, language: str, sentence: str
) -> None:
    token = token_of(cast.assemble().tom)
    for _time in range(3):
        assert get(client, ROOT, token).status_code == 200
    answer = get(client, ROOT, token, language)
    assert answer.status_code == 429
    assert answer["Retry-After"] == "45"
    assert answer["Content-Type"] == "application/problem+json"
    problem = answer.json()
    assert problem["code"] == "too-many-requests"
    assert problem["data"] == {"limit": 3, "retry_after": 45}
    assert sentence in problem["detail"]


def test_the_next_minute_begins_anew(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    token = token_of(cast.assemble().tom)
    codes = [get(client, ROOT, token).status_code for _time in range(5)]
    assert codes == [200, 200, 200, 429, 429]
    monkeypatch.setattr(timezone, "now", lambda: NOW + timedelta(seconds=45))
    assert get(client, ROOT, token).status_code == 200


def test_each_token_has_its_own_minute(client: Client) -> None:
    world = cast.assemble()
    mine, other = token_of(world.tom), token_of(world.tom)
    for _time in range(4):
        last = get(client, ROOT, mine)
    assert last.status_code == 429
    assert get(client, ROOT, other).status_code == 200


def test_a_request_without_a_token_is_not_counted(client: Client) -> None:
    assert {get(client, ROOT, "siegel_unknown").status_code for _time in range(5)} == {401}


def test_zero_means_any_number(client: Client, settings: LazySettings) -> None:
    settings.API_REQUESTS_PER_MINUTE = 0
    token = token_of(cast.assemble().tom)
    assert {get(client, ROOT, token).status_code for _time in range(8)} == {200}


def test_several_processes_count_together(monkeypatch: pytest.MonkeyPatch) -> None:
    call_command("createcachetable", SHARED["LOCATION"], verbosity=0)
    token = uuid4()
    answers = []
    for _process in range(2):
        # Nothing is left of the process before but what lies in the database.
        caches = CacheHandler({"default": SHARED})
        monkeypatch.setattr(limits, "cache", caches["default"])
        for _request in range(2):
            try:
                count_request(token, NOW)
            except TooManyRequests as no:
                answers.append(no.data["retry_after"])
            else:
                answers.append(None)
    assert answers == [None, None, None, 45]


def test_the_document_tells_the_limit_and_the_header() -> None:
    document = api.get_openapi_schema(path_prefix="api/v1/")
    assert "`Retry-After`" in document["info"]["description"]
    for path in document["paths"].values():
        for operation in path.values():
            answer = operation["responses"][429]
            assert answer["headers"]["Retry-After"]["schema"]["type"] == "integer"
            assert "application/problem+json" in answer["content"]
