"""What runs by itself over all applications."""

import logging

from django.utils import timezone
from django_tasks import task

from siegel.jobs.periodic import periodic
from siegel.workflows.erase_people import erase_due, warn_of_erasure
from siegel.workflows.expire_guests import expire_guests, warn_of_ends
from siegel.workflows.verify import findings

logger = logging.getLogger(__name__)


@periodic(daily="03:30")
@task(max_attempts=2)
def verify_nightly() -> int:
    """Check that everything stored agrees; each finding is an error in the log."""
    count = 0
    for finding in findings():
        count += 1
        logger.error("verify: %s", finding)
    return count


@periodic(daily="02:15")
@task(max_attempts=5)
def erase_removed_people() -> int:
    """Erase people whose grace period is over, with their boxes in the bin; return how many."""
    return erase_due(at=timezone.now())


@periodic(daily="06:30")
@task(max_attempts=5)
def warn_before_erasure() -> int:
    """Tell administrators who will be erased within three days; return of how many."""
    return warn_of_erasure(at=timezone.now())


@periodic(seconds=20)
@task()
def end_temporary_guests() -> int:
    """End guest licenses whose time is over, within a minute; return how many."""
    return expire_guests(at=timezone.now())


@periodic(daily="07:00")
@task(max_attempts=5)
def warn_before_guests_end() -> int:
    """Tell guests and their sponsors of an end within three days; return of how many."""
    return warn_of_ends(at=timezone.now())
