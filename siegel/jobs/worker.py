"""The process that works jobs off, one after the other, and survives what goes wrong."""

import logging
import os
import signal
import socket
import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from types import FrameType
from uuid import UUID

from django.db import (
    DatabaseError,
    InterfaceError,
    OperationalError,
    close_old_connections,
    connection,
)
from django.utils import timezone
from django.utils.module_loading import import_string
from django_tasks.base import Task, TaskContext
from django_tasks.utils import normalize_json

from siegel.jobs.backend import result_of
from siegel.jobs.claims import LEASE, claim_job, fail_job, finish_job, renew_lease
from siegel.jobs.models import Job, WorkerBeat
from siegel.jobs.periodic import find_tasks, keep_slots

logger = logging.getLogger(__name__)
#: Seconds between two looks for work, and between two signs of life.
POLL = 0.5
BEAT = LEASE.total_seconds() / 4


def execute_job(job: Job) -> BaseException | None:
    """Run a claimed job and record how it went; return its error, if any."""
    facts = {"job": str(job.pk), "task": job.task, "attempt": job.attempts}
    start = time.perf_counter()
    try:
        task = import_string(job.task)
        if not isinstance(task, Task):
            raise TypeError(f"{job.task} is no task")
        arguments = job.arguments
        args = list(arguments.get("args", []))
        if task.takes_context:
            args.insert(0, TaskContext(task_result=result_of(job, task)))
        result = normalize_json(task.call(*args, **arguments.get("kwargs", {})))
    except Exception as error:
        kept = fail_job(job, error=error, at=timezone.now())
        logger.warning("job failed", extra={**facts, "error": type(error).__name__, "kept": kept})
        return error
    kept = finish_job(job, result=result, at=timezone.now())
    milliseconds = round((time.perf_counter() - start) * 1000)
    # What comes every half minute would drown what matters.
    level = logging.DEBUG if job.slot else logging.INFO
    logger.log(level, "job done", extra={**facts, "milliseconds": milliseconds, "kept": kept})
    return None


def run_jobs(*, at: datetime | None = None, raise_errors: bool = True) -> int:
    """Work off everything that is due at the moment (now), in this process; for tests.

    Returns how many jobs ran; raises the first error of a job unless told not to.
    """
    count = 0
    while job := claim_job(worker="run_jobs", at=at or timezone.now()):
        count += 1
        error = execute_job(job)
        if error and raise_errors:
            raise error
    return count


class Worker:
    """One worker process."""

    def __init__(self) -> None:
        self.name = f"{socket.gethostname()}:{os.getpid()}"[:100]
        self.stopping = threading.Event()
        self.started_at = timezone.now()
        self._job: UUID | None = None

    def run(self) -> None:
        """Work until SIGTERM or Ctrl-C; the job at hand is finished first."""
        signal.signal(signal.SIGTERM, self._stop)
        signal.signal(signal.SIGINT, self._stop)
        find_tasks()
        beat = threading.Thread(target=self._beat_for_ever, name="beat", daemon=True)
        beat.start()
        logger.info("worker starts", extra={"worker": self.name})
        while not self.stopping.is_set():
            if not self.work_once():
                self.stopping.wait(POLL)
        self._survive(self._leave)
        logger.info("worker ends", extra={"worker": self.name})

    def work_once(self) -> bool:
        """Do one job if there is one; a database that does not answer is waited for."""
        worked = False

        def work() -> None:
            nonlocal worked
            job = claim_job(worker=self.name, at=timezone.now())
            if job is not None:
                worked, self._job = True, job.pk
                try:
                    execute_job(job)
                finally:
                    self._job = None

        return self._survive(work) and worked

    def _survive(self, work: Callable[[], None]) -> bool:
        try:
            close_old_connections()
            work()
        except (OperationalError, InterfaceError) as error:
            # "database is locked", or a server that restarts: no reason to die. What was claimed
            # comes back when its lease has run out.
            logger.warning("database does not answer", extra={"error": str(error)[:200]})
            connection.close()
            self.stopping.wait(2)
            return False
        return True

    def _stop(self, _signal: int, _frame: FrameType | None) -> None:
        self.stopping.set()

    def _beat_for_ever(self) -> None:
        while not self.stopping.is_set() or self._job:
            try:
                close_old_connections()
                self.beat(timezone.now())
            except DatabaseError as error:
                logger.warning("no sign of life", extra={"error": str(error)[:200]})
                connection.close()
                time.sleep(1)
                continue
            if self.stopping.wait(BEAT):
                time.sleep(1)  # only until the job at hand is finished

    def beat(self, at: datetime) -> None:
        """Show that this worker lives: to the health check, to other workers, to its slots."""
        values = {"beat_at": at, "started_at": self.started_at}
        WorkerBeat.objects.update_or_create(worker=self.name, defaults=values)
        job = self._job
        if job and not renew_lease(job, worker=self.name, at=at):
            logger.error("job was taken over", extra={"job": str(job), "worker": self.name})
        keep_slots(at)

    def _leave(self) -> None:
        WorkerBeat.objects.filter(worker=self.name).delete()


def forget_dead_workers(at: datetime) -> int:
    """Drop the signs of life that are older than a day; return how many."""
    return WorkerBeat.objects.filter(beat_at__lt=at - timedelta(days=1)).delete()[0]
