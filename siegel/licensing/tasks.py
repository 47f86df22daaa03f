"""What the worker does for licenses: seal the ledger, carry out planned changes on their day."""

from django.utils import timezone
from django_tasks import task

from siegel.jobs.periodic import periodic
from siegel.licensing import actions


@periodic(seconds=30)
@task()
def seal_ledger() -> int:
    """Seal new ledger entries, so that a change is chained within a minute (promise 11)."""
    return actions.seal_ledger(at=timezone.now())


@periodic(seconds=60)
@task()
def apply_due_changes() -> int:
    """Carry out planned changes whose moment has come."""
    return actions.apply_due_changes(at=timezone.now())
