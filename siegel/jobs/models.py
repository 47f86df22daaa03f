"""Background work that survives a crash."""

from django.db import models
from django.db.models import Q
from django.utils import timezone

from siegel.core.ids import new_id


class JobState(models.TextChoices):
    """Where a job is in its life."""

    READY = "ready"
    RUNNING = "running"
    FAILED = "failed"  # every attempt has failed
    DONE = "done"


class Job(models.Model):
    """One call of a task, now or later, until it has succeeded."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    task = models.CharField(max_length=200)  #: dotted path of the task function
    arguments = models.JSONField(default=dict)  #: args and kwargs; emptied once the job is done
    queue = models.CharField(max_length=32, default="default")
    priority = models.SmallIntegerField(default=0)
    run_after = models.DateTimeField(default=timezone.now)
    state = models.CharField(max_length=10, choices=JobState, default=JobState.READY)
    attempts = models.PositiveSmallIntegerField(default=0)
    max_attempts = models.PositiveSmallIntegerField()
    worker = models.CharField(max_length=100, blank=True)
    #: Until when the worker's claim holds; it renews it while it works.
    lease_until = models.DateTimeField(null=True)
    error = models.CharField(max_length=600, blank=True)  #: exception class and message
    result = models.JSONField(null=True)
    enqueued_at = models.DateTimeField(default=timezone.now)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    #: The path of a periodic task: one row that is used again for every run.
    slot = models.CharField(max_length=200, unique=True, null=True)  # noqa: DJ001 - NULLs differ

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="job_state_is_known", condition=Q(state__in=JobState.values)
            ),
            models.CheckConstraint(
                name="job_running_has_a_lease",
                condition=~Q(state=JobState.RUNNING) | Q(lease_until__isnull=False),
            ),
        ]
        indexes = [
            models.Index(
                fields=["-priority", "run_after", "id"],
                condition=Q(state=JobState.READY),
                name="job_next",
            ),
            models.Index(
                fields=["lease_until"], condition=Q(state=JobState.RUNNING), name="job_leases"
            ),
            models.Index(
                fields=["finished_at"], condition=Q(finished_at__isnull=False), name="job_finished"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.task} ({self.state})"


class WorkerBeat(models.Model):
    """A sign of life of one worker."""

    worker = models.CharField(max_length=100, primary_key=True)
    started_at = models.DateTimeField()
    beat_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.worker
