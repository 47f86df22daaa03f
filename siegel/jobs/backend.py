"""The Django Tasks interface on our database: a job leaves exactly if the transaction commits."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.module_loading import import_string
from django_tasks.backends.base import BaseTaskBackend
from django_tasks.base import Task, TaskError, TaskResult, TaskResultStatus
from django_tasks.exceptions import TaskResultDoesNotExist
from django_tasks.utils import normalize_json

from siegel.jobs.models import Job, JobState

_STATUS = {
    JobState.READY: TaskResultStatus.READY,
    JobState.RUNNING: TaskResultStatus.RUNNING,
    JobState.FAILED: TaskResultStatus.FAILED,
    JobState.DONE: TaskResultStatus.SUCCESSFUL,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class RetriedTask(Task[Any, Any]):
    """A task that is tried again when it fails; ``@task(max_attempts=…)`` sets how often."""

    max_attempts: int = 10


class DatabaseBackend(BaseTaskBackend):
    """Stores jobs in the table that `siegel worker` works off."""

    task_class = RetriedTask
    supports_defer = True
    supports_get_result = True
    supports_priority = True

    def enqueue(self, task: Any, args: Any, kwargs: Any) -> TaskResult[Any]:
        """Store the job in the caller's transaction."""
        self.validate_task(task)
        now = timezone.now()
        job = Job.objects.create(
            task=task.module_path,
            arguments=normalize_json({"args": list(args), "kwargs": kwargs}),
            queue=task.queue_name,
            priority=task.priority,
            run_after=task.run_after or now,
            max_attempts=task.max_attempts,
            enqueued_at=now,
        )
        return result_of(job, task)

    def get_result(self, result_id: str) -> TaskResult[Any]:
        """Return what has become of the job.

        :raises TaskResultDoesNotExist: no such job, or it was pruned a week after its end.
        """
        try:
            job = Job.objects.get(pk=UUID(result_id))
        except (Job.DoesNotExist, ValueError):
            raise TaskResultDoesNotExist(result_id) from None
        return result_of(job, import_string(job.task))


def result_of(job: Job, task: Any) -> TaskResult[Any]:
    """Return the job as the Tasks interface describes it."""
    errors = []
    if job.error:
        name, _, message = job.error.partition(": ")
        errors = [TaskError(exception_class_path=name, traceback=message)]
    result: TaskResult[Any] = TaskResult(
        task=task,
        id=str(job.pk),
        status=_STATUS[JobState(job.state)],
        enqueued_at=job.enqueued_at,
        started_at=job.started_at,
        finished_at=job.finished_at,
        last_attempted_at=_last_attempt(job),
        args=job.arguments.get("args", []),
        kwargs=job.arguments.get("kwargs", {}),
        backend="default",
        errors=errors,
        worker_ids=[job.worker] * job.attempts,
    )
    object.__setattr__(result, "_return_value", job.result)  # frozen; the interface's own way
    return result


def _last_attempt(job: Job) -> datetime | None:
    return job.started_at if job.attempts else None
