"""Tasks that run again and again."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from siegel.jobs import claims
from siegel.jobs.models import Job, JobState
from siegel.jobs.periodic import RHYTHMS, Rhythm, find_tasks, keep_slots, periodic
from siegel.jobs.worker import execute_job
from tests.jobs.sample_tasks import add, fail, tell_attempt

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 28, 12, 0, 10, tzinfo=UTC)


@pytest.fixture(autouse=True)
def only_mine() -> Iterator[None]:
    find_tasks()  # a module that is imported declares its tasks once: now, not during a test
    before = dict(RHYTHMS)
    RHYTHMS.clear()
    yield
    RHYTHMS.clear()
    RHYTHMS.update(before)


def test_a_rhythm_in_seconds_is_aligned_to_the_clock() -> None:
    assert Rhythm(None, seconds=30).next_run(NOW) == NOW.replace(second=30)


def test_a_daily_rhythm_keeps_its_local_time_over_the_change_of_the_clocks() -> None:
    daily = periodic(daily="03:30")(add)
    first = RHYTHMS[daily.module_path].next_run(NOW)
    second = RHYTHMS[daily.module_path].next_run(first)

    assert first.astimezone(UTC) == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)
    assert second.astimezone(UTC) == datetime(2026, 3, 30, 1, 30, tzinfo=UTC)


def test_a_rhythm_is_either_in_seconds_or_daily() -> None:
    with pytest.raises(ValueError, match="either"):
        periodic()


def test_a_periodic_job_has_one_row_however_many_workers_there_are() -> None:
    periodic(seconds=30)(tell_attempt)
    for _worker in range(3):
        keep_slots(NOW)

    assert Job.objects.get().run_after == NOW


def test_a_periodic_job_comes_again_after_success_and_after_its_last_failure(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    periodic(seconds=3600)(fail)
    keep_slots(NOW)
    Job.objects.update(arguments={"args": ["always"], "kwargs": {}})
    at = NOW
    for _attempt in range(3):
        job = claims.claim_job(worker="me", at=at)
        assert job
        assert execute_job(job) is not None
        at = Job.objects.get().run_after

    job = Job.objects.get()
    assert (job.state, job.attempts) == (JobState.READY, 0)
    assert job.run_after.minute == 0, "the next full hour"
    assert "always" in job.error


def test_a_periodic_job_that_the_code_no_longer_has_goes() -> None:
    periodic(seconds=30)(tell_attempt)
    keep_slots(NOW)
    RHYTHMS.clear()
    keep_slots(NOW)

    assert not Job.objects.exists()


def test_a_faster_rhythm_takes_effect_at_once() -> None:
    periodic(seconds=86400)(tell_attempt)
    keep_slots(NOW)
    Job.objects.update(run_after=NOW + timedelta(hours=20))
    periodic(seconds=60)(tell_attempt)
    keep_slots(NOW)

    assert Job.objects.get().run_after == NOW.replace(minute=1, second=0)


def test_every_application_declares_its_tasks_where_the_worker_looks(
    only_mine: None,
) -> None:
    from siegel.jobs import tasks

    find_tasks()
    assert tasks.prune_jobs.module_path == "siegel.jobs.tasks.prune_jobs"
