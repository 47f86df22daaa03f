"""Who works on which job: claimed with a lease, renewed, finished or given back."""

import random
import re
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Q

from siegel.jobs.models import Job, JobState
from siegel.jobs.periodic import RHYTHMS

#: How long a claim holds without being renewed: so long a job waits after a kill -9.
LEASE = timedelta(seconds=60)
_LONGEST_PAUSE = timedelta(hours=1)
_ADDRESS = re.compile(r"[\w.+-]+@[\w.-]+")


def _open(at: datetime) -> Q:
    ready = Q(state=JobState.READY, run_after__lte=at)
    abandoned = Q(state=JobState.RUNNING, lease_until__lt=at)
    return ready | abandoned


def claim_job(*, worker: str, at: datetime) -> Job | None:
    """Take the most urgent open job for this worker, or None; no two workers get the same."""
    # A look without a lock first: on SQLite every transaction takes the one write lock.
    if not Job.objects.filter(_open(at)).exists():
        return None
    with transaction.atomic():
        # PostgreSQL skips rows that another worker is claiming; on SQLite we are alone in here.
        skip = connection.features.has_select_for_update_skip_locked
        job = (
            Job.objects.select_for_update(skip_locked=skip)
            .filter(_open(at))
            .order_by("-priority", "run_after", "id")
            .first()
        )
        if job is None:
            return None
        if job.state == JobState.RUNNING and job.attempts >= job.max_attempts:
            _give_up(job, "siegel.jobs.WorkerLost: the worker ended in the middle of it", at)
            return None
        job.state, job.worker = JobState.RUNNING, worker
        job.attempts += 1
        job.started_at, job.lease_until = at, at + LEASE
        job.save(update_fields=["state", "worker", "attempts", "started_at", "lease_until"])
    return job


def renew_lease(job_id: UUID, *, worker: str, at: datetime) -> bool:
    """Extend the claim; False where another worker has taken the job over."""
    mine = Job.objects.filter(pk=job_id, worker=worker, state=JobState.RUNNING)
    return bool(mine.update(lease_until=at + LEASE))


def finish_job(job: Job, *, result: Any, at: datetime) -> bool:
    """Record the success; False where another worker has taken the job over."""
    values: dict[str, Any] = {"result": result, "error": "", "finished_at": at}
    if job.slot:
        values |= _next_run(job.slot, at)
    else:
        # What a mail said and to whom is nobody's business once it has left.
        values |= {"state": JobState.DONE, "arguments": {}, "lease_until": None}
    return _write(job, values)


def fail_job(job: Job, *, error: BaseException, at: datetime) -> bool:
    """Record the failure: another attempt later, or none where this was the last."""
    text = describe(error)
    if job.attempts >= job.max_attempts:
        return _give_up(job, text, at)
    pause = min(timedelta(seconds=5 * 2 ** (job.attempts - 1)), _LONGEST_PAUSE)
    pause *= random.uniform(0.9, 1.1)  # noqa: S311 - spreads a herd, guards nothing
    values = {
        "state": JobState.READY,
        "error": text,
        "lease_until": None,
        "run_after": at + pause,
    }
    return _write(job, values)


def describe(error: BaseException) -> str:
    """Return exception class and message without anybody's address in it."""
    name = f"{type(error).__module__}.{type(error).__qualname__}"
    return f"{name}: {_ADDRESS.sub('…@…', str(error))}"[:600]


def _give_up(job: Job, text: str, at: datetime) -> bool:
    values: dict[str, Any] = {"error": text, "finished_at": at}
    if job.slot:  # the next run of a periodic job is a new chance
        return _write(job, values | _next_run(job.slot, at))
    return _write(job, values | {"state": JobState.FAILED, "lease_until": None})


def _next_run(slot: str, at: datetime) -> dict[str, Any]:
    rhythm = RHYTHMS.get(slot)
    run_after = rhythm.next_run(at) if rhythm else at + timedelta(days=1)
    return {
        "state": JobState.READY,
        "attempts": 0,
        "lease_until": None,
        "run_after": run_after,
    }


def _write(job: Job, values: dict[str, Any]) -> bool:
    # Only as long as the claim is still ours: same worker, same attempt.
    claim = Job.objects.filter(
        pk=job.pk, state=JobState.RUNNING, worker=job.worker, attempts=job.attempts
    )
    return bool(claim.update(**values))
