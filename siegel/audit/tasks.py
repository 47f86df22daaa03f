"""What keeps idempotency keys from piling up."""

from django.utils import timezone
from django_tasks import task

from siegel.audit import actions
from siegel.jobs.periodic import periodic


@periodic(seconds=3600)
@task()
def forget_idempotency_keys() -> int:
    """Delete keys that nobody will send again."""
    return actions.forget_idempotency_keys(at=timezone.now())
