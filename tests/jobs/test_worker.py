"""Real worker processes: none does another's job, and kill -9 loses nothing."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import OperationalError, connection
from django.utils import timezone

from siegel.jobs import claims
from siegel.jobs.models import Job, JobState, WorkerBeat
from siegel.jobs.worker import Worker
from tests.jobs.sample_tasks import add, leave_trace

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]


@contextmanager
def workers(env: dict[str, str], number: int = 1) -> Iterator[list[subprocess.Popen[bytes]]]:
    command = [sys.executable, "-m", "siegel", "worker"]
    processes = [subprocess.Popen(command, env=env) for _ in range(number)]
    try:
        yield processes
    finally:
        for process in processes:
            if process.poll() is None:
                process.terminate()
        for process in processes:
            process.wait(30)


def wait_until(condition: Callable[[], bool], seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "nothing happens"
        time.sleep(0.05)


def test_two_workers_share_the_jobs_and_never_run_one_twice(
    process_env: dict[str, str], tmp_path: Path
) -> None:
    for number in range(60):
        leave_trace.enqueue(str(tmp_path / f"{number}"), 0.02)

    with workers(process_env, 2) as processes:
        wait_until(lambda: not Job.objects.filter(slot=None).exclude(state="done").exists())
        pids = {str(process.pid) for process in processes}

    traces = [path.read_text().split() for path in tmp_path.iterdir()]
    assert len(traces) == 60
    assert all(len(trace) == 4 for trace in traces), "each job began and ended exactly once"
    assert {trace[1] for trace in traces} == pids, "both have worked"
    assert set(Job.objects.filter(slot=None).values_list("attempts", flat=True)) == {1}


def test_many_threads_never_claim_one_job_twice() -> None:
    for _ in range(40):
        add.enqueue(1, 1)
    claimed: list[object] = []

    def claim(name: str) -> None:
        while job := claims.claim_job(worker=name, at=timezone.now()):
            claimed.append(job.pk)
        connection.close()

    threads = [threading.Thread(target=claim, args=(f"t{i}",)) for i in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(claimed) == len(set(claimed)) == 40


def test_kill_9_in_the_middle_of_a_job_loses_nothing(
    process_env: dict[str, str], tmp_path: Path
) -> None:
    trace = tmp_path / "trace"
    leave_trace.enqueue(str(trace), 60.0)
    with workers(process_env) as (process,):
        # The file is there a moment before its first word.
        wait_until(lambda: trace.exists() and "begin" in trace.read_text())
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
    job = Job.objects.get(slot=None)
    assert job.state == JobState.RUNNING
    # A minute later; the second attempt need not sleep.
    job.lease_until = timezone.now() - timedelta(seconds=1)
    job.arguments = {"args": [str(trace), 0.0], "kwargs": {}}
    job.save()

    with workers(process_env):
        wait_until(lambda: Job.objects.filter(pk=job.pk, state=JobState.DONE).exists())

    assert trace.read_text().split()[0::2] == ["begin", "begin", "end"]
    assert Job.objects.get(pk=job.pk).attempts == 2


def test_sigterm_lets_the_job_at_hand_finish(process_env: dict[str, str], tmp_path: Path) -> None:
    trace = tmp_path / "trace"
    leave_trace.enqueue(str(trace), 1.0)
    leave_trace.enqueue(str(trace), 1.0)
    with workers(process_env) as (process,):
        wait_until(trace.exists)
        assert WorkerBeat.objects.count() == 1
        process.terminate()
        assert process.wait(20) == 0

    assert trace.read_text().split()[0::2] == ["begin", "end"]
    states = Job.objects.filter(slot=None).order_by("id").values_list("state", flat=True)
    assert list(states) == ["done", "ready"]
    assert not WorkerBeat.objects.exists()


def test_a_database_that_does_not_answer_never_kills_the_worker(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    worker = Worker()
    monkeypatch.setattr(worker.stopping, "wait", lambda seconds: False)

    def locked(**_: object) -> None:
        raise OperationalError("database is locked")

    with monkeypatch.context() as broken:
        broken.setattr("siegel.jobs.worker.claim_job", locked)
        assert worker.work_once() is False
    add.enqueue(1, 1)
    assert worker.work_once() is True


def test_a_long_job_keeps_its_claim_by_renewing_it() -> None:
    worker = Worker()
    add.enqueue(1, 1)
    early = timezone.now() - claims.LEASE
    Job.objects.update(run_after=early)
    job = claims.claim_job(worker=worker.name, at=early)
    assert job
    worker._job = job.pk

    worker.beat(timezone.now())

    while other := claims.claim_job(worker="other", at=timezone.now()):
        assert other.pk != job.pk
