"""What keeps the job table and Django's own tables small."""

from datetime import timedelta

from django.core.management import call_command
from django.utils import timezone
from django_tasks import task

from siegel.jobs.models import Job
from siegel.jobs.periodic import periodic
from siegel.jobs.worker import forget_dead_workers

KEPT = timedelta(days=7)


@periodic(seconds=3600)
@task()
def prune_jobs() -> int:
    """Delete jobs that ended more than a week ago, and the traces of workers long gone."""
    now = timezone.now()
    forget_dead_workers(now)
    return Job.objects.filter(finished_at__lt=now - KEPT, slot=None).delete()[0]


@periodic(daily="03:10")
@task()
def clear_sessions() -> None:
    """Delete sessions that have expired."""
    call_command("clearsessions")
