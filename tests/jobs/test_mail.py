"""Mail leaves with the transaction, and is tried until the server takes it."""

from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone

from siegel.jobs.mail import queue_mail
from siegel.jobs.models import Job, JobState
from siegel.jobs.worker import run_jobs

pytestmark = pytest.mark.django_db


def test_a_mail_waits_in_the_database_and_leaves_with_text_and_html() -> None:
    queue_mail("anna@example.org", "Ihre\nEinladung", "Guten Tag", "<p>Guten Tag</p>")
    assert mail.outbox == []

    run_jobs()

    (message,) = mail.outbox
    assert (message.to, message.subject, message.body) == (
        ["anna@example.org"],
        "Ihre Einladung",
        "Guten Tag",
    )
    assert message.alternatives[0].content == "<p>Guten Tag</p>"


def test_a_mail_is_sent_again_when_the_server_was_down_with_the_same_id(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    queue_mail("anna@example.org", "Hallo", "Text")
    with monkeypatch.context() as down:
        down.setattr("django.core.mail.backends.locmem.EmailBackend.send_messages", refuse)
        run_jobs(raise_errors=False)
    job = Job.objects.get()
    assert (job.state, job.attempts) == (JobState.READY, 1)
    assert "ConnectionRefusedError" in job.error

    run_jobs(at=timezone.now() + timedelta(minutes=1))

    (message,) = mail.outbox
    assert message.extra_headers["Message-ID"] == f"<{job.pk}@localhost>"


def refuse(*_: object) -> int:
    raise ConnectionRefusedError("no server")
