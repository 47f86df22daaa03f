"""Ten thousand people at once: import of new ones, licenses for existing ones."""

import csv
import io
import statistics
from collections.abc import Callable, Iterator

from django.db import connection, transaction

from benchmarks import world
from benchmarks.measure import Row, seconds
from siegel.accounts.people_files import read_people
from siegel.accounts.permissions import SYSTEM
from siegel.core.ids import new_id
from siegel.licensing import actions
from siegel.licensing.kinds import PoolKind
from siegel.workflows.import_people import import_people, plan_import

COUNT = 10_000
ROUNDS = 3


def run() -> Iterator[Row]:
    """Yield the rows of bulk work."""
    imports, assignments, floors = [], [], []
    for number in range(ROUNDS):
        of = world.account(f"bulk-{number}", full=3 * COUNT)
        file = _csv(world.people(COUNT, f"new{number}-"))
        imports.append(seconds(lambda of=of, file=file: _import(of.id, file)))
        holders = world.profiles(of, COUNT, f"old{number}-")
        assignments.append(
            seconds(
                lambda of=of, holders=holders: actions.assign_licenses(
                    actor=SYSTEM,
                    account_id=of.id,
                    kind=PoolKind.FULL,
                    holder_ids=holders,
                    at=world.START,
                )
            )
        )
        floors.append(seconds(_insert_rows(COUNT)))
    floor = statistics.median(floors)
    ours = statistics.median(imports)
    yield Row(
        "import 10,000 new people: read, plan, carry out",
        ours,
        "s",
        4 * floor,
        "40,000 bare rows in one transaction (person, profile, license, ledger)",
        "< 5 s",
        ours < 5,
    )
    ours = statistics.median(assignments)
    yield Row(
        "licenses for 10,000 existing people",
        ours,
        "s",
        2 * floor,
        "20,000 bare rows in one transaction (license, ledger)",
        "< 2 s",
        ours < 2,
    )


def _csv(people: list[world.PersonData]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";")
    writer.writerow(["email", "first_name", "last_name", "organisation"])
    writer.writerows([p.email, p.first_name, p.last_name, p.organisation] for p in people)
    return text.getvalue().encode("utf-8-sig")


def _import(account_id: world.UUID, content: bytes) -> None:
    file = read_people(content, file_name="people.csv", default_kind="full")
    plan = plan_import(actor=SYSTEM, account_id=account_id, file=file)
    import_people(
        actor=SYSTEM, account_id=account_id, file=file, plan_hash=plan.hash, at=world.START
    )


def _insert_rows(count: int) -> Callable[[], None]:
    def insert() -> None:
        rows = [(new_id().hex, number) for number in range(count)]
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.executemany("INSERT INTO bench_floor (id, change) VALUES (%s, %s)", rows)

    return insert
