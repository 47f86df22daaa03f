"""What doors may know about background work."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Max

from siegel.jobs.models import Job, JobState, WorkerBeat


@dataclass(frozen=True)
class JobFacts:
    """How a job goes; why an attempt failed is in the log, not here."""

    state: JobState
    attempts: int
    run_after: datetime  #: when it is tried next


def jobs_by_id(ids: Iterable[UUID]) -> dict[UUID, JobFacts]:
    """Return these jobs; those that ended more than a week ago are gone."""
    rows = Job.objects.filter(id__in=list(ids))
    return {
        row[0]: JobFacts(JobState(row[1]), row[2], row[3])
        for row in rows.values_list("id", "state", "attempts", "run_after")
    }


def worker_age(at: datetime) -> float | None:
    """Return the seconds since the last sign of life of any worker; None where there was none."""
    last = WorkerBeat.objects.aggregate(last=Max("beat_at"))["last"]
    return (at - last).total_seconds() if last else None
