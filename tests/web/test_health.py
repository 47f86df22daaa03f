"""The health check."""

from datetime import timedelta

import pytest
from django.db import DatabaseError
from django.test import Client
from django.utils import timezone

from siegel.jobs.models import WorkerBeat
from siegel.jobs.worker import Worker

pytestmark = pytest.mark.django_db


def test_it_needs_no_sign_in_and_says_that_no_worker_runs(client: Client) -> None:
    answer = client.get("/healthz")

    assert answer.status_code == 200
    assert answer.json() == {
        "status": "degraded",
        "database": "ok",
        "worker": "silent",
        "worker_seconds": None,
    }


def test_it_says_since_when_the_worker_is_silent(client: Client) -> None:
    Worker().beat(timezone.now())
    assert client.get("/healthz").json()["status"] == "ok"

    WorkerBeat.objects.update(beat_at=timezone.now() - timedelta(minutes=3))
    assert 179 < client.get("/healthz").json()["worker_seconds"] < 200


def test_a_database_that_does_not_answer_is_503(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def down(at: object) -> None:
        raise DatabaseError

    monkeypatch.setattr("siegel.web.health.worker_age", down)

    assert client.get("/healthz").status_code == 503


def test_it_only_answers_to_reading(client: Client) -> None:
    assert client.post("/healthz").status_code == 405
