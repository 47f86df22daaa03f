"""Bulk inserts write what the ORM would write."""

from datetime import UTC, datetime

import pytest
from django.db import IntegrityError, transaction

from siegel.accounts.models import Account, Person
from siegel.core.bulk import insert_rows
from siegel.core.ids import new_id

# Accounts without pools are no state that the service would leave.
pytestmark = [pytest.mark.django_db, pytest.mark.tampers]
AT = datetime(2026, 3, 29, 1, 30, 0, 123456, tzinfo=UTC)
COLUMNS = ("id", "slug", "name", "language", "time_zone", "created_at", "registration_admins")


def row(slug: str, name: str = 'Käse & Söhne\n{"a", NULL}') -> tuple[object, ...]:
    return (new_id(), slug, name, "de", "Europe/Berlin", AT, 1)


def test_rows_come_back_as_they_went_in() -> None:
    rows = [row(f"a{number}") for number in range(3)]
    assert insert_rows(Account, COLUMNS, rows) == 3
    assert sorted(Account.objects.values_list(*COLUMNS)) == sorted(rows)


def test_no_rows_need_no_statement(django_assert_num_queries: object) -> None:
    with django_assert_num_queries(0):  # type: ignore[operator]
        insert_rows(Account, COLUMNS, [])


def test_a_conflict_is_an_error_unless_it_may_be_ignored() -> None:
    insert_rows(Account, COLUMNS, [row("a")])
    with pytest.raises(IntegrityError), transaction.atomic():
        insert_rows(Account, COLUMNS, [row("b"), row("a")])
    assert insert_rows(Account, COLUMNS, [row("b"), row("a")], ignore_conflicts=True) == 1
    assert sorted(Account.objects.values_list("slug", flat=True)) == ["a", "b"]


def test_checks_of_the_table_hold() -> None:
    columns = ("id", "password", "email", "first_name", "last_name", "language", "created_at")
    values = (new_id(), "!", "Upper@a.test", "", "", "de", AT, True, False)
    with pytest.raises(IntegrityError), transaction.atomic():
        insert_rows(Person, (*columns, "is_active", "is_operator"), [values])
