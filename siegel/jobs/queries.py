"""What doors may know about background work."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Max, Q

from siegel.jobs.models import Job, JobState, WorkerBeat


@dataclass(frozen=True)
class WorkHealth:
    """How background work is doing."""

    worker_age: float | None  #: seconds since the last sign of life of any worker
    late: int  #: jobs that should have begun more than five minutes ago
    failed: int


def work_health(at: datetime) -> WorkHealth:
    """Return how background work is doing at this moment."""
    beat = WorkerBeat.objects.aggregate(last=Max("beat_at"))["last"]
    late = Q(state=JobState.READY, run_after__lt=at - timedelta(minutes=5))
    return WorkHealth(
        worker_age=(at - beat).total_seconds() if beat else None,
        late=Job.objects.filter(late).count(),
        failed=Job.objects.filter(state=JobState.FAILED).count(),
    )
