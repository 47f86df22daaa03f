"""What runs at night over all applications."""

import logging

from django_tasks import task

from siegel.jobs.periodic import periodic
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
