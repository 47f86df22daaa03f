"""On PostgreSQL a busy row is free before its commit is on disk, and the answer comes after it."""

import threading
from contextlib import contextmanager

import psycopg
import pytest
from django.db import connection, transaction

from siegel.accounts.permissions import SYSTEM
from siegel.core import commit
from siegel.licensing import actions
from siegel.licensing.actions.licenses import NoFreeLicense
from siegel.licensing.kinds import PoolKind
from siegel.licensing.models import Pool
from tests import make

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has no row locks"),
]


@pytest.fixture
def anna():
    """Return an administrator of an account, on a connection that waits for the disk."""
    someone = make.account(full=40)
    with configured("on"):
        yield someone


@contextmanager
def configured(setting):
    """Let the connection be set up as an operator has done it; afterwards it still is."""
    before = value("SHOW synchronous_commit")
    value("SELECT set_config('synchronous_commit', %s, false)", setting)
    yield
    assert value("SHOW synchronous_commit") == setting
    value("SELECT set_config('synchronous_commit', %s, false)", before)


def value(sql, *values):
    """Return the one value of a statement, past what watches Django's cursors."""
    connection.ensure_connection()
    return connection.connection.execute(sql, values).fetchone()[0]


@contextmanager
def watched(before_waiting):
    """Call the function whenever our commit is done and the wait for the disk is to begin."""

    def look(execute, sql, params, many, context):
        if sql == commit._WAIT:
            before_waiting()
        return execute(sql, params, many, context)

    with connection.execute_wrapper(look):
        yield


def assign(of, holder):
    return actions.assign_license(
        actor=SYSTEM, account_id=of.id, kind=PoolKind.FULL, holder_id=holder, at=make.START
    )


def release(of, license_id):
    actions.release_license(actor=SYSTEM, account_id=of.id, license_id=license_id, at=make.START)


def test_the_answer_comes_when_the_commit_is_on_disk_and_not_before(anna):
    ends = []  # of the log, at moments when a commit of ours is in it
    still_to_write = []

    def look():
        ends.append(value("SELECT pg_current_wal_insert_lsn()::text"))
        still_to_write.append(value("SELECT pg_current_wal_flush_lsn() < %s::pg_lsn", ends[-1]))

    def on_disk():
        return value("SELECT pg_current_wal_flush_lsn() >= %s::pg_lsn", ends[-1])

    with watched(look):
        for holder in make.profiles(anna.account, 10):
            license_id = assign(anna.account, holder)
            assert on_disk()
            release(anna.account, license_id)
            assert on_disk()
    assert len(ends) == 20
    assert any(still_to_write)  # the commit alone had not done it


def test_while_one_waits_for_the_disk_the_pool_is_free_for_the_next(anna):
    first, second = make.profiles(anna.account, 2)
    done = []

    def next_in_line():
        try:
            done.append(assign(anna.account, second))
        finally:
            connection.close()

    def look():
        thread = threading.Thread(target=next_in_line)
        thread.start()
        thread.join(10)
        assert done

    with watched(look):
        assign(anna.account, first)
    assert make.pool(anna.account, PoolKind.FULL).used == 3


@pytest.mark.parametrize("setting", ["on", "local", "remote_write", "remote_apply"])
def test_the_wait_is_as_strict_as_the_operator_has_set(anna, setting):
    (holder,) = make.profiles(anna.account, 1)
    during = []
    with configured(setting), watched(lambda: during.append(value("SHOW synchronous_commit"))):
        release(anna.account, assign(anna.account, holder))
    assert during == [setting, setting]


def test_who_has_switched_waiting_off_writes_nothing_more_to_the_log(anna):
    with configured("off"):
        before = value("SELECT pg_current_wal_insert_lsn()::text")
        commit.wait_for_disk()
        assert value("SELECT pg_current_wal_insert_lsn() = %s::pg_lsn", before)
    with configured("on"):
        before = value("SELECT pg_current_wal_insert_lsn()::text")
        commit.wait_for_disk()
        assert value("SELECT pg_current_wal_flush_lsn() > %s::pg_lsn", before)


def test_inside_a_larger_transaction_nothing_is_committed_early(anna):
    (holder,) = make.profiles(anna.account, 1)
    waits = []
    with watched(lambda: waits.append(1)), transaction.atomic():
        release(anna.account, assign(anna.account, holder))
        assert value("SHOW synchronous_commit") == "on"
    assert waits == []


def test_an_answer_without_a_change_waits_for_what_it_has_seen(anna):
    """Who releases what somebody else has just released is told so once it is on disk."""
    (holder,) = make.profiles(anna.account, 1)
    license_id = assign(anna.account, holder)
    release(anna.account, license_id)
    waits = []
    with watched(lambda: waits.append(1)):
        release(anna.account, license_id)
    assert waits == [1]


def test_a_refusal_leaves_the_connection_as_it_was(anna):
    for holder in make.profiles(anna.account, 39):
        assign(anna.account, holder)
    (late,) = make.profiles(anna.account, 1, prefix="late")
    with pytest.raises(NoFreeLicense):
        assign(anna.account, late)
    assert Pool.objects.get(account_id=anna.account.id, kind=PoolKind.FULL).used == 40


def test_it_works_for_a_role_without_special_rights(anna):
    login = psycopg.conninfo.make_conninfo(
        **{k: v for k, v in connection.get_connection_params().items() if k in ("host", "port")},
        dbname=connection.settings_dict["NAME"],
        user=connection.settings_dict["USER"],
        password=connection.settings_dict["PASSWORD"] or None,
    )
    with psycopg.connect(login) as other:
        other.execute("CREATE ROLE siegel_plain_test")
        other.execute("SET ROLE siegel_plain_test")
        assert other.execute(commit._WAIT.replace("<> 'off'", "<> ''")).fetchone()
        other.rollback()
