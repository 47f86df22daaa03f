"""What doors may know about background work."""

from datetime import datetime

from django.db.models import Max

from siegel.jobs.models import WorkerBeat


def worker_age(at: datetime) -> float | None:
    """Return the seconds since the last sign of life of any worker; None where there was none."""
    last = WorkerBeat.objects.aggregate(last=Max("beat_at"))["last"]
    return (at - last).total_seconds() if last else None
