"""The worker seals the ledger and carries out planned changes by itself."""

import pytest
from django.utils import timezone

from siegel.jobs.models import Job
from siegel.jobs.periodic import find_tasks, keep_slots
from siegel.jobs.worker import run_jobs
from siegel.licensing.models import LedgerEntry, LedgerSeal
from tests import make

pytestmark = pytest.mark.django_db


def test_the_worker_seals_what_is_in_the_ledger_at_its_first_look() -> None:
    make.account()
    entries = LedgerEntry.objects.count()
    assert entries
    find_tasks()
    keep_slots(timezone.now())

    run_jobs()

    sealed = sum(seal.last_seq - seal.first_seq + 1 for seal in LedgerSeal.objects.all())
    assert sealed == entries
    tasks = set(Job.objects.exclude(slot=None).values_list("task", flat=True))
    assert {
        "siegel.licensing.tasks.seal_ledger",
        "siegel.licensing.tasks.apply_due_changes",
    } <= tasks
