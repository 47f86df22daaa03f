"""The database itself refuses to change what is append-only, and seals show what got round it."""

import pytest
from django.db import DatabaseError, connection, transaction

from siegel.audit.actions import record
from siegel.audit.models import Event
from siegel.licensing import actions
from siegel.licensing.invariants import check
from siegel.licensing.models import Booking, LedgerEntry, LedgerSeal
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def sealed():
    anna = make.account()
    make.people(anna.account, 3)
    record(
        account_id=anna.account.id,
        actor_id=None,
        door="test",
        verb="license.suspend",
        at=make.START,
    )
    actions.seal_ledger(at=make.START)
    return anna


@pytest.mark.parametrize("model", [LedgerEntry, LedgerSeal, Booking, Event])
def test_neither_update_nor_delete(sealed, model):
    assert model.objects.exists()
    column = "sealed_at" if model is LedgerSeal else "at"
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        model.objects.update(**{column: make.START.replace(year=2030)})
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        model.objects.all()._raw_delete(model.objects.db)


def test_every_entry_is_sealed_and_sealing_again_writes_nothing(sealed):
    assert list(check()) == []
    assert actions.seal_ledger(at=make.START) == 0
    make.book(sealed.account, full=12)
    assert actions.seal_ledger(at=make.START) == 3  # full, guest and storage moved


@pytest.mark.tampers
def test_a_changed_entry_is_found(sealed):
    forge("UPDATE licensing_ledgerentry SET reason = 'gift' WHERE seq = 2")
    found = list(check())
    assert any("seal 1 does not hold" in line for line in found)


@pytest.mark.tampers
def test_a_removed_entry_is_found(sealed):
    forge("DELETE FROM licensing_ledgerentry WHERE seq = 2")
    found = list(check())
    assert any("does not continue" in line for line in found)


def forge(sql):
    """Do as somebody would who owns the database file: switch the guards off first."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET session_replication_role = replica")
            cursor.execute(sql)
            cursor.execute("SET session_replication_role = origin")
            return
        for word in ("update", "delete"):
            cursor.execute(f"DROP TRIGGER licensing_ledgerentry_no_{word}")
        cursor.execute(sql)
