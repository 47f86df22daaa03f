"""Remove 500 people with 10,000 boxes: the plan, carrying it out, and bringing them back."""

import statistics
from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

from django.db import connection, transaction

from benchmarks import world
from benchmarks.measure import Row, seconds
from siegel.accounts.permissions import SYSTEM
from siegel.accounts.queries import AccountFacts
from siegel.boxes.kinds import BoxKind, MemberRole
from siegel.boxes.models import Box, BoxMember
from siegel.core.bulk import insert_rows
from siegel.core.ids import new_id
from siegel.licensing import actions
from siegel.licensing.kinds import LicenseState, PoolKind
from siegel.licensing.models import Removal
from siegel.workflows.removal_plan import BIN, Decisions, Destination, plan_removal
from siegel.workflows.remove_people import remove_people
from siegel.workflows.restore_people import restore_people

PEOPLE, BOXES, MEMBERS = 500, 10_000, 3
ROUNDS = 3


def run() -> Iterator[Row]:
    """Yield the rows of removing."""
    plans, removals, restores, floors = [], [], [], []
    for number in range(ROUNDS):
        of = world.account(f"removal-{number}", full=PEOPLE + 50)
        leavers = _licenses(of, PEOPLE, f"leaver{number}-")
        staying = _licenses(of, 20, f"stays{number}-")
        _fill(of, leavers, staying)
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")  # as both databases do by themselves after a while
        decisions = Decisions(Destination(staying[0]), dict.fromkeys(leavers[::4], BIN))
        given = {
            "actor": SYSTEM,
            "account_id": of.id,
            "license_ids": leavers,
            "decisions": decisions,
            "at": world.START + timedelta(days=1),
        }
        plans.append(seconds(lambda given=given: plan_removal(**given)))
        plan = plan_removal(**given)
        removals.append(
            seconds(lambda given=given, plan=plan: remove_people(**given, confirmed=plan.hash))
        )
        floors.append(seconds(lambda of=of, ids=leavers: _bare(of, ids)))
        ids = list(Removal.objects.filter(account_id=of.id).values_list("id", flat=True))
        restores.append(
            seconds(
                lambda of=of, ids=ids: restore_people(
                    actor=SYSTEM,
                    account_id=of.id,
                    removal_ids=ids,
                    at=world.START + timedelta(days=2),
                )
            )
        )
    what = f"{PEOPLE} people with {BOXES:,} boxes"
    ours = statistics.median(plans)
    yield Row(f"the plan of removing {what}", ours, "s", goal="< 2 s", met=ours < 2)
    ours = statistics.median(removals)
    yield Row(
        f"removing {what}",
        ours,
        "s",
        statistics.median(floors),
        "12,500 bare rows: moves, removals, ledger, events, licenses",
        "ratio ≤ 3",
        ours <= 3 * statistics.median(floors),
    )
    ours = statistics.median(restores)
    yield Row(f"restoring {what}, one person after the other", ours, "s")


def _licenses(of: AccountFacts, count: int, prefix: str) -> list[UUID]:
    return actions.assign_licenses(
        actor=SYSTEM,
        account_id=of.id,
        kind=PoolKind.FULL,
        holder_ids=world.profiles(of, count, prefix),
        at=world.START,
        state=LicenseState.ACTIVE,
    )


def _fill(of: AccountFacts, owners: list[UUID], members: list[UUID]) -> None:
    """Give each owner the same number of boxes, each with three members."""
    boxes = [(new_id(), owners[number % len(owners)]) for number in range(BOXES)]
    rows = [
        (id_, of.id, owner, str(BoxKind.PRIVACY), "Box", world.START, 3, 5_000)
        for id_, owner in boxes
    ]
    names = ("id", "account", "owner", "kind", "name", "created_at", "files", "bytes")
    insert_rows(Box, names, rows)
    flags = ("role", "reads", "writes", "deletes", "sees_members")
    insert_rows(
        BoxMember,
        ("id", "box", "license", *flags, "joined_at"),
        [
            (new_id(), id_, one, str(MemberRole.MEMBER), True, True, False, True, world.START)
            for number, (id_, _owner) in enumerate(boxes)
            for one in (members[(number + step) % len(members)] for step in range(MEMBERS))
        ],
    )
    each = BOXES // len(owners)
    actions.count_owned_each(dict.fromkeys(owners, (each, 0, each * 5_000)))


def _bare(of: AccountFacts, leavers: list[UUID]) -> None:
    """Insert as many bare rows as removing writes and changes, and take them back."""
    names = ("id", "account", "owner", "kind", "name", "created_at", "files", "bytes")
    rows = [
        (new_id(), of.id, leavers[0], str(BoxKind.PRIVACY), "Box", world.START, 0, 0)
        for _number in range(BOXES + 5 * len(leavers))
    ]
    with transaction.atomic():
        insert_rows(Box, names, rows)
        transaction.set_rollback(True)
