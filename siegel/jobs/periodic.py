"""Tasks that run again and again: declared in each application's tasks.py."""

import pkgutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from importlib import import_module
from importlib.util import find_spec
from typing import Any, TypeVar

from django.utils import timezone

import siegel
from siegel.jobs.models import Job, JobState

T = TypeVar("T")
#: Before everything else that waits: a pile of mail must not delay the ledger's seal.
_PRIORITY = 10


@dataclass(frozen=True)
class Rhythm:
    """When a periodic task runs: every so many seconds, or at a time of day."""

    task: Any
    seconds: int = 0
    daily: time | None = None

    def next_run(self, after: datetime) -> datetime:
        """Return the first moment of the rhythm after this one."""
        if self.daily is None:
            number = int(after.timestamp()) // self.seconds + 1
            return datetime.fromtimestamp(number * self.seconds, UTC)
        local = timezone.localtime(after)
        run = local.replace(
            hour=self.daily.hour, minute=self.daily.minute, second=0, microsecond=0, fold=0
        )
        return run if run > local else run + timedelta(days=1)


RHYTHMS: dict[str, Rhythm] = {}


def periodic(*, seconds: int = 0, daily: str = "") -> Callable[[T], T]:
    """Run the task (put this above ``@task()``) every N seconds, or daily at "03:30" local time."""
    if bool(seconds) == bool(daily):
        raise ValueError("say either seconds or daily")

    def register(task: T) -> T:
        at = time.fromisoformat(daily) if daily else None
        RHYTHMS[task.module_path] = Rhythm(task, seconds, at)  # type: ignore[attr-defined]
        return task

    return register


def find_tasks() -> None:
    """Import every application's tasks.py, which declares the periodic ones."""
    for package in pkgutil.iter_modules(siegel.__path__):
        name = f"siegel.{package.name}.tasks"
        if package.ispkg and find_spec(name):
            import_module(name)


def keep_slots(at: datetime) -> None:
    """Make the stored periodic jobs those that the code declares; any number of workers may."""
    stored = {job.slot: job for job in Job.objects.filter(slot__isnull=False)}
    new = [
        Job(
            task=path,
            slot=path,
            priority=_PRIORITY,
            max_attempts=rhythm.task.max_attempts,
            run_after=rhythm.next_run(at) if rhythm.daily else at,
            enqueued_at=at,
        )
        for path, rhythm in RHYTHMS.items()
        if path not in stored
    ]
    if new:
        Job.objects.bulk_create(new, ignore_conflicts=True)
    for slot, job in stored.items():
        rhythm = RHYTHMS.get(str(slot))
        if rhythm is None:
            Job.objects.filter(pk=job.pk, state=JobState.READY).delete()
        elif job.attempts == 0 and job.run_after > rhythm.next_run(at):
            # The rhythm has become faster with this version.
            unchanged = Job.objects.filter(pk=job.pk, state=JobState.READY, run_after=job.run_after)
            unchanged.update(run_after=rhythm.next_run(at))
