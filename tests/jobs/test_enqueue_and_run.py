"""Jobs through the Django Tasks interface: stored, run, tried again, given up."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone
from django_tasks.base import TaskResultStatus
from django_tasks.exceptions import TaskResultDoesNotExist

from siegel.jobs import claims
from siegel.jobs.models import Job, JobState
from siegel.jobs.tasks import prune_jobs
from siegel.jobs.worker import run_jobs
from tests.jobs.sample_tasks import Trouble, add, fail, tell_attempt

pytestmark = pytest.mark.django_db


def test_a_job_runs_and_its_result_can_be_fetched() -> None:
    waiting = add.enqueue(2, b=3)
    assert waiting.status == TaskResultStatus.READY

    assert run_jobs() == 1

    result = add.get_result(waiting.id)
    assert result.status == TaskResultStatus.SUCCESSFUL
    assert result.return_value == 5
    assert Job.objects.get().arguments == {}, "what a job was about is forgotten when it is done"


def test_a_result_that_does_not_exist_is_told() -> None:
    with pytest.raises(TaskResultDoesNotExist):
        add.get_result("no-id")


@pytest.mark.django_db(transaction=True)
def test_a_job_leaves_only_if_the_transaction_commits() -> None:
    with pytest.raises(Trouble), transaction.atomic():
        add.enqueue(1, 2)
        raise Trouble

    assert not Job.objects.exists()


def test_a_failed_job_is_tried_again_later_each_time_and_then_given_up() -> None:
    waiting = fail.enqueue("cannot reach anna@example.org now")
    pauses = []
    for _attempt in range(3):
        job = Job.objects.get()
        now = timezone.now()
        run_jobs(at=job.run_after, raise_errors=False)
        pauses.append((Job.objects.get().run_after - now).total_seconds())

    assert 4 < pauses[0] < 6
    assert 8 < pauses[1] < 12
    result = fail.get_result(waiting.id)
    assert result.status == TaskResultStatus.FAILED
    assert result.errors[0].exception_class is Trouble
    assert result.errors[0].traceback == "cannot reach …@… now", "no address in the error"


def test_an_error_in_a_drained_job_reaches_the_test() -> None:
    fail.enqueue("here")

    with pytest.raises(Trouble, match="here"):
        run_jobs()


def test_a_job_that_is_no_longer_in_the_code_fails_and_stops_nothing() -> None:
    add.enqueue(1, 1)
    Job.objects.update(task="siegel.jobs.gone.task")
    add.enqueue(1, 1)

    assert run_jobs(raise_errors=False) == 2
    assert "ModuleNotFoundError" in Job.objects.get(state=JobState.READY).error


def test_a_job_waits_for_its_time_and_the_more_urgent_goes_first() -> None:
    late = add.using(run_after=timezone.now() + timedelta(hours=1)).enqueue(1, 1)
    normal = add.enqueue(1, 1)
    urgent = add.using(priority=50).enqueue(1, 1)

    order = []
    while job := claims.claim_job(worker="me", at=timezone.now()):
        order.append(str(job.pk))

    assert order == [urgent.id, normal.id]
    assert add.get_result(late.id).status == TaskResultStatus.READY


def test_a_task_can_learn_its_attempt() -> None:
    waiting = tell_attempt.enqueue()
    run_jobs()
    assert tell_attempt.get_result(waiting.id).return_value == 1


def test_an_abandoned_job_is_taken_over_when_its_lease_has_run_out() -> None:
    add.enqueue(1, 1)
    now = timezone.now()
    first = claims.claim_job(worker="dead", at=now)
    assert first

    assert claims.claim_job(worker="other", at=now + claims.LEASE / 2) is None
    second = claims.claim_job(worker="other", at=now + claims.LEASE * 1.1)

    assert second
    assert second.pk == first.pk
    assert not claims.renew_lease(first.pk, worker="dead", at=now)
    assert not claims.finish_job(first, result=0, at=now), "the late answer changes nothing"
    assert claims.finish_job(second, result=2, at=now)


def test_a_job_that_kills_every_worker_is_given_up() -> None:
    fail.enqueue("never comes so far")
    at = timezone.now()
    for _attempt in range(3):
        assert claims.claim_job(worker="dies", at=at)
        at += claims.LEASE * 1.1

    assert claims.claim_job(worker="dies", at=at) is None
    job = Job.objects.get()
    assert (job.state, job.attempts) == (JobState.FAILED, 3)
    assert "WorkerLost" in job.error


def test_finished_jobs_are_kept_for_a_week() -> None:
    for days in (6, 8):
        add.enqueue(1, 1)
        run_jobs()
        ended = timezone.now() - timedelta(days=days)
        Job.objects.filter(finished_at__gte=timezone.now() - timedelta(days=1)).update(
            finished_at=ended
        )

    assert prune_jobs.call() == 1
    assert Job.objects.count() == 1


@pytest.mark.tampers
def test_verify_finds_a_job_that_nobody_takes_over() -> None:
    from siegel.jobs.invariants import check

    add.enqueue(1, 1)
    long_ago = timezone.now() - timedelta(days=2)
    Job.objects.update(run_after=long_ago)
    claims.claim_job(worker="dead", at=long_ago)

    assert ["runs without a worker" in line for line in check()] == [True]
