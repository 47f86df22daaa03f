"""What must be true of stored jobs."""

from collections.abc import Iterator
from datetime import timedelta

from django.utils import timezone

from siegel.jobs.models import Job, JobState


def check() -> Iterator[str]:
    """Yield a sentence for every job that nobody has taken over although its worker is gone."""
    stale = Job.objects.filter(
        state=JobState.RUNNING, lease_until__lt=timezone.now() - timedelta(days=1)
    )
    for job in stale:
        yield f"Job {job.pk} ({job.task}) runs without a worker since {job.lease_until}."
