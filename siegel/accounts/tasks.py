"""What keeps uploaded people files from staying."""

from django.utils import timezone
from django_tasks import task

from siegel.accounts.actions import drop_old_import_files, forget_old_locks
from siegel.jobs.periodic import periodic


@periodic(seconds=3600)
@task()
def forget_import_files() -> int:
    """Delete people files that were uploaded more than a day ago and never confirmed."""
    return drop_old_import_files(at=timezone.now())


@periodic(seconds=3600)
@task()
def forget_wrong_entries() -> int:
    """Forget wrong passwords and codes after a quiet day, also those for unknown addresses."""
    return forget_old_locks(at=timezone.now())
