"""The three figures, at any moment."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from siegel.accounts.permissions import SYSTEM
from siegel.licensing import actions
from siegel.licensing.kinds import PoolKind
from siegel.licensing.models import LedgerEntry
from siegel.licensing.queries.status import license_status, pool_history
from siegel.licensing.rules import is_scarce
from tests import make

pytestmark = pytest.mark.django_db


def replay(account_id, at):
    """Count from the ledger's differences alone, entry by entry."""
    figures = {kind: [0, 0] for kind in PoolKind}
    for entry in LedgerEntry.objects.filter(pool__account_id=account_id, at__lte=at).select_related(
        "pool"
    ):
        figures[PoolKind(entry.pool.kind)][0] += entry.booked_change
        figures[PoolKind(entry.pool.kind)][1] += entry.used_change
    return {kind: tuple(pair) for kind, pair in figures.items()}


def live_through_a_year(anna):
    at = make.START
    for month in range(12):
        at = make.START + timedelta(days=30 * month)
        if month % 3 == 2:
            make.book(anna.account, full=10 + month, at=at)
        held = make.person(anna.account, f"m{month}@viele.test", at=at)
        if month % 4 == 3:
            actions.release_license(
                actor=SYSTEM,
                account_id=anna.account.id,
                license_id=held.license_id,
                at=at + timedelta(days=2),
            )
    return at + timedelta(days=3)


def test_any_past_moment_equals_a_replay_of_the_ledger():
    anna = make.account(full=10)
    end = live_through_a_year(anna)
    for day in range(-5, 340, 7):
        at = make.START + timedelta(days=day, hours=5)
        status = license_status(anna.account.id, at, now=end)
        assert {pool.kind: (pool.booked, pool.used) for pool in status.pools} == replay(
            anna.account.id, at
        )


def test_before_the_account_began_all_is_zero():
    anna = make.account()
    status = license_status(anna.account.id, datetime(2001, 1, 1, tzinfo=UTC))
    assert all((pool.booked, pool.used, pool.available) == (0, 0, 0) for pool in status.pools)


def test_the_history_is_the_status_at_each_moment():
    anna = make.account(full=10)
    end = live_through_a_year(anna)
    moments = [make.START + timedelta(days=10 * n) for n in range(-1, 36)]
    assert pool_history(anna.account.id, PoolKind.FULL, moments) == [
        (pool.booked, pool.used)
        for pool in (
            license_status(anna.account.id, at, now=end).of(PoolKind.FULL) for at in moments
        )
    ]


def test_a_clock_that_jumps_back_does_not_rewrite_the_past():
    anna = make.account(full=10)
    make.person(anna.account, "spaet@viele.test", at=make.START + timedelta(days=10))
    make.person(anna.account, "frueh@viele.test", at=make.START + timedelta(days=5))
    earlier = license_status(anna.account.id, make.START + timedelta(days=6))
    assert earlier.of(PoolKind.FULL).used == 1
    later = license_status(anna.account.id, make.START + timedelta(days=10))
    assert later.of(PoolKind.FULL).used == 3


def test_one_query_for_now_and_one_for_the_past():
    anna = make.account()
    with CaptureQueriesContext(
        connection,
    ) as now:
        license_status(anna.account.id)
    with CaptureQueriesContext(connection) as past:
        license_status(anna.account.id, make.START)
    assert (len(now), len(past)) == (1, 1)


@given(booked=st.integers(0, 10**6), used=st.integers(0, 10**6))
def test_scarce_means_fewer_than_ten_percent_or_none(booked, used):
    used = min(used, booked)
    available = booked - used
    assert is_scarce(booked, available) == (booked > 0 and available / booked < 0.1)
