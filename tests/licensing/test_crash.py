"""PostgreSQL crashes right after licenses were given: none that anybody was told of is lost."""

import subprocess
import sys
from uuid import UUID

import psycopg
import pytest
from django.db import connection

from tests import make
from tools import postgres

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.race,
    pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite runs in our process"),
]
#: Nothing but a waiting commit writes the log in the time this takes.
LAZY = {"wal_writer_delay": "10s", "wal_writer_flush_after": "1GB", "bgwriter_delay": "10s"}
HOLDERS = 400
TOLD = 100

# Four clients who print a license's id as soon as they are told of it, until the server is gone.
_CLIENTS = """
import os, sys, threading, django
django.setup()
from django.db import Error
from uuid import UUID
from siegel.accounts.permissions import SYSTEM
from siegel.core import commit
from siegel.licensing import actions
from tests import make
account, holders = UUID(sys.argv[1]), sys.argv[2].split(",")
if sys.argv[3] == "no-wait":
    commit.wait_for_disk = lambda: None
def client(number):
    for holder in holders[number::4]:
        try:
            given = actions.assign_license(
                actor=SYSTEM, account_id=account, kind="full", holder_id=UUID(holder),
                at=make.START)
        except Error:
            return
        os.write(1, f"{given}\\n".encode())  # whole lines, whichever thread
threads = [threading.Thread(target=client, args=(n,)) for n in range(4)]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
"""


def told_before_the_crash(cluster, environ, account, holders, *, way="wait"):
    """Let the clients assign, crash the server in the middle; return what they were told."""
    clients = subprocess.Popen(
        [sys.executable, "-c", _CLIENTS, str(account), ",".join(map(str, holders)), way],
        env={**environ, "DATABASE_URL": cluster.url},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert clients.stdout
    told = [UUID(clients.stdout.readline().strip()) for _ in range(TOLD)]
    cluster.crash()
    told += [UUID(line.strip()) for line in clients.stdout]
    clients.wait(30)
    cluster.start()
    return told


def stored(cluster):
    """Return the ids of all licenses, and whether pool and ledger agree with them."""
    with psycopg.connect(cluster.url) as server:
        ids = {row[0] for row in server.execute("SELECT id FROM licensing_license")}
        agree = server.execute(
            "SELECT used = (SELECT count(*) FROM licensing_license l WHERE l.pool_id = p.id)"
            " AND used = (SELECT sum(used_change) FROM licensing_ledgerentry e"
            " WHERE e.pool_id = p.id) FROM licensing_pool p WHERE kind = 'full'"
        ).fetchone()
    return ids, bool(agree and agree[0])


def test_no_license_that_somebody_was_told_of_is_lost(process_env):
    anna = make.account(full=2 * HOLDERS + 1)
    holders = make.profiles(anna.account, 2 * HOLDERS)
    with postgres.cluster(**LAZY) as cluster:
        dump = subprocess.run(
            [cluster.programs / "pg_dump", "--no-owner", process_env["DATABASE_URL"]],
            stdout=subprocess.PIPE,
            check=True,
        )
        subprocess.run(
            [cluster.programs / "psql", "-q", "-v", "ON_ERROR_STOP=1", cluster.url],
            input=dump.stdout,
            stdout=subprocess.DEVNULL,
            check=True,
        )
        place = (cluster, process_env, anna.account.id)
        told = told_before_the_crash(*place, holders[:HOLDERS])
        ids, agree = stored(cluster)
        assert len(told) >= TOLD
        assert set(told) <= ids
        assert agree
        # And this test can see it: without the wait, the same crash loses some.
        told = told_before_the_crash(*place, holders[HOLDERS:], way="no-wait")
        ids, agree = stored(cluster)
        assert set(told) - ids
        assert agree
