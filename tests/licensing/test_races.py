"""Many at once, on a real database file or server: never one too many, never a wrong refusal."""

import subprocess
import sys
import threading
from collections import Counter

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import F

from siegel.accounts.permissions import SYSTEM
from siegel.core.refusal import WorldChanged
from siegel.licensing import actions
from siegel.licensing.actions import take
from siegel.licensing.actions.licenses import NoFreeLicense
from siegel.licensing.kinds import PoolKind
from siegel.licensing.models import License, Pool
from siegel.licensing.queries.packages import booking_facts
from siegel.licensing.rules import Quantities
from tests import make

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.race]
THREADS = 64


def all_at_once(jobs):
    """Run each job in its own thread and connection, started together; return what came out."""
    start = threading.Barrier(len(jobs))
    results = []

    def run(job):
        try:
            start.wait()
            results.append(job())
        except Exception as error:
            results.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(job,)) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def assigning(of, holder):
    return lambda: actions.assign_license(
        actor=SYSTEM, account_id=of.id, kind=PoolKind.FULL, holder_id=holder, at=make.START
    )


def test_64_clients_for_the_last_licenses_get_exactly_those():
    anna = make.account(full=21)
    holders = make.profiles(anna.account, THREADS)
    results = all_at_once([assigning(anna.account, holder) for holder in holders])
    kinds = Counter(type(result).__name__ for result in results)
    assert kinds == {"UUID": 20, "NoFreeLicense": THREADS - 20}
    assert make.pool(anna.account, PoolKind.FULL).used == 21


def test_nobody_is_refused_while_one_is_free():
    anna = make.account(full=THREADS + 1)
    holders = make.profiles(anna.account, THREADS)
    results = all_at_once([assigning(anna.account, holder) for holder in holders])
    assert Counter(type(result).__name__ for result in results) == {"UUID": THREADS}


def test_one_person_invited_64_times_at_once_holds_one_license():
    anna = make.account(full=100)
    (holder,) = make.profiles(anna.account, 1)
    results = all_at_once([assigning(anna.account, holder)] * THREADS)
    kinds = Counter(type(result).__name__ for result in results)
    assert kinds == {"UUID": 1, "AlreadyLicensed": THREADS - 1}
    assert make.pool(anna.account, PoolKind.FULL).used == 2


def test_one_license_released_64_times_at_once_frees_one():
    anna = make.account(full=10)
    paul = make.person(anna.account, "paul@musterwerk.test")
    all_at_once(
        [
            lambda: actions.release_license(
                actor=SYSTEM,
                account_id=anna.account.id,
                license_id=paul.license_id,
                at=make.START,
            )
        ]
        * THREADS
    )
    assert make.pool(anna.account, PoolKind.FULL).used == 1


def test_bulk_and_single_assignments_share_the_pool():
    anna = make.account(full=31)
    bulk = [make.profiles(anna.account, 10, prefix=f"b{n}") for n in range(4)]
    single = make.profiles(anna.account, 20)

    def several(holders):
        return lambda: actions.assign_licenses(
            actor=SYSTEM,
            account_id=anna.account.id,
            kind=PoolKind.FULL,
            holder_ids=holders,
            at=make.START,
        )

    jobs = [several(holders) for holders in bulk]
    results = all_at_once(jobs + [assigning(anna.account, holder) for holder in single])
    assert all(isinstance(r, NoFreeLicense) or not isinstance(r, Exception) for r in results)
    pool = make.pool(anna.account, PoolKind.FULL)
    given = sum(len(r) if isinstance(r, list) else not isinstance(r, Exception) for r in results)
    assert pool.used == 1 + given <= 31
    # Whoever was refused one license was refused because none was free.
    assert pool.used == 31 or not any(
        isinstance(r, NoFreeLicense) and r.data["missing"] == 1 for r in results
    )


def test_of_64_administrators_who_book_from_the_same_view_one_succeeds():
    anna = make.account(full=10)
    seen = booking_facts(anna.account.id).number
    results = all_at_once(
        [
            lambda total=total: actions.book(
                actor=SYSTEM,
                account_id=anna.account.id,
                expected_number=seen,
                quantities=Quantities(full=total),
                at=make.START,
            )
            for total in range(11, 11 + THREADS)
        ]
    )
    assert sum(result == seen + 1 for result in results) == 1
    assert sum(isinstance(result, WorldChanged) for result in results) == THREADS - 1


def test_booking_fewer_and_assigning_at_once_never_cross():
    for _round in range(5):
        anna = make.account(f"k{_round}", f"K{_round}", admin_email=f"a@k{_round}.test", full=20)
        holders = make.profiles(anna.account, 30, prefix=f"k{_round}")
        jobs = [assigning(anna.account, holder) for holder in holders]
        jobs.insert(15, lambda of=anna.account: make.book(of, full=10))
        all_at_once(jobs)
        pool = make.pool(anna.account, PoolKind.FULL)
        assert pool.used <= pool.booked
        assert pool.used == pool.booked


def test_without_the_guard_in_python_and_sql_the_check_alone_holds(monkeypatch):
    """Take every condition away: the CHECK constraint is what is left, and it is enough."""
    anna = make.account(full=11)
    holders = make.profiles(anna.account, THREADS)
    monkeypatch.setattr(
        take, "_TAKE_POOL", take._TAKE_POOL.replace("AND used < booked", "AND 1 = 1")
    )
    monkeypatch.setattr(
        take, "_TAKE_IN_ONE", take._TAKE_IN_ONE.replace("AND used < booked", "AND 1 = 1")
    )
    results = all_at_once([assigning(anna.account, holder) for holder in holders])
    refused = [result for result in results if isinstance(result, IntegrityError)]
    assert len(refused) == THREADS - 10
    assert all("pool_never_overbooked" in str(error) for error in refused)
    with pytest.raises(IntegrityError), transaction.atomic():
        Pool.objects.filter(account_id=anna.account.id).update(used=F("booked") + 1)


# One start of Python, then eight processes at once, forked before anything is connected.
_CLIENTS = """
import sys, django
django.setup()
from multiprocessing import get_context
from uuid import UUID
from siegel.accounts.permissions import SYSTEM
from siegel.licensing import actions
from siegel.licensing.actions.licenses import NoFreeLicense
from tests import make
account, holders, clients = UUID(sys.argv[1]), sys.argv[2].split(","), int(sys.argv[3])
fork = get_context("fork")
start = fork.Barrier(clients)
def client(number):
    given = 0
    start.wait()
    for holder in holders[number::clients]:
        try:
            actions.assign_license(
                actor=SYSTEM, account_id=account, kind="full", holder_id=UUID(holder),
                at=make.START)
            given += 1
        except NoFreeLicense:
            pass
    return given
with fork.Pool(clients) as pool:
    print(*pool.map(client, range(clients), chunksize=1))
"""


def test_separate_processes_share_the_last_licenses_exactly(process_env):
    anna = make.account(full=41)
    holders = [str(holder) for holder in make.profiles(anna.account, 80)]
    ran = subprocess.run(
        [sys.executable, "-c", _CLIENTS, str(anna.account.id), ",".join(holders), "8"],
        env=process_env,
        stdout=subprocess.PIPE,
        text=True,
        timeout=120,
        check=True,
    )
    given = [int(number) for number in ran.stdout.split()]
    assert len(given) == 8
    assert sum(given) == 40
    assert License.objects.filter(released_at=None).count() == 41
