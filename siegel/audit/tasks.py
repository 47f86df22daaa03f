"""What the worker does: seal the event log, and keep idempotency keys from piling up."""

from django.utils import timezone
from django_tasks import task

from siegel.audit import actions
from siegel.jobs.periodic import periodic


@periodic(seconds=3600)
@task()
def forget_idempotency_keys() -> int:
    """Delete keys that nobody will send again."""
    return actions.forget_idempotency_keys(at=timezone.now())


@periodic(seconds=30)
@task()
def seal_events() -> int:
    """Seal new events, so that a change is chained within a minute (promise 11)."""
    return actions.seal_events(at=timezone.now())
