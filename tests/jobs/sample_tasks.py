"""Tasks that leave traces in files, for tests with other processes."""

import os
import time
from pathlib import Path

from django_tasks import task
from django_tasks.base import TaskContext


class Trouble(Exception):  # noqa: N818
    """What a failing task raises."""


@task()
def add(a: int, b: int) -> int:
    return a + b


@task(max_attempts=3)
def fail(text: str) -> None:
    raise Trouble(text)


@task(takes_context=True)
def tell_attempt(context: TaskContext) -> int:
    return context.attempt


@task()
def leave_trace(path: str, seconds: float = 0.0) -> None:
    """Write begin and end, with the process; sleep in between."""
    with Path(path).open("a") as stream:
        stream.write(f"begin {os.getpid()}\n")
    time.sleep(seconds)
    with Path(path).open("a") as stream:
        stream.write(f"end {os.getpid()}\n")
