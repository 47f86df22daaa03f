"""Give a license to somebody else: as fast with 100,000 boxes as with one (promise 5)."""

import statistics
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from benchmarks import world
from benchmarks.measure import Row, seconds
from siegel.accounts import actions as accounts
from siegel.accounts.actions import PersonData
from siegel.accounts.permissions import SYSTEM
from siegel.accounts.queries import AccountFacts
from siegel.boxes.kinds import BoxKind, MemberRole
from siegel.boxes.models import Box, BoxMember
from siegel.boxes.queries.reach import reach_of
from siegel.core.bulk import insert_rows
from siegel.core.ids import new_id
from siegel.licensing import actions
from siegel.licensing.kinds import LicenseState, PoolKind
from siegel.licensing.models import License
from siegel.workflows.reassign_license import reassign_license
from siegel.workflows.reassignment_plan import Wish, plan_reassignment

MANY = 100_000
MOVED = 10_000
ROUNDS = 40


@dataclass
class Passing:
    """A license that goes to and fro between two addresses."""

    of: AccountFacts
    license_id: UUID
    emails: tuple[str, str]
    turns: int = 0

    def pass_on(self) -> float:
        """Reassign it once; return how many seconds that took, without looking at the plan."""
        self.turns += 1
        asked = {
            "actor": SYSTEM,
            "account_id": self.of.id,
            "license_id": self.license_id,
            "wish": Wish(self.emails[self.turns % 2]),
            "at": world.START + timedelta(minutes=self.turns),
        }
        plan = plan_reassignment(**asked)
        return seconds(lambda: reassign_license(**asked, confirmed=plan.hash))


def run() -> Iterator[Row]:
    """Yield the rows of reassigning."""
    of = world.account("reassign", full=40)
    one, many = (_passing(of, name, boxes) for name, boxes in (("one", 1), ("many", MANY)))
    one.pass_on(), many.pass_on()
    times = [(one.pass_on(), many.pass_on()) for _round in range(ROUNDS)]
    with_one, with_many = (statistics.median(column) * 1_000 for column in zip(*times, strict=True))
    yield Row(
        f"reassign a license with {MANY:,} boxes to somebody new",
        with_many,
        "ms",
        with_one,
        "the same with 1 box",
        "ratio ≤ 1.5",
        with_many <= 1.5 * with_one,
    )
    begin = time.perf_counter()
    reach_of(actor=SYSTEM, account_id=of.id, license_id=many.license_id)
    yield Row(
        f"… its preview counts who works in {MANY:,} boxes",
        (time.perf_counter() - begin) * 1_000,
        "ms",
    )
    moved = statistics.median(_unite(of, number) for number in range(3))
    yield Row(
        f"reassign {MOVED:,} boxes to a colleague, whose license gets them",
        moved,
        "s",
        goal="< 2 s",
        met=moved < 2,
    )


def _passing(of: AccountFacts, name: str, boxes: int) -> Passing:
    emails = (f"{name}-a@viele.example", f"{name}-b@viele.example")
    return Passing(of, _license(of, emails[0], boxes), emails)


def _unite(of: AccountFacts, number: int) -> float:
    leaver = _license(of, f"leaver{number}@viele.example", MOVED)
    email = f"successor{number}@viele.example"
    _license(of, email, 1)
    asked = {
        "actor": SYSTEM,
        "account_id": of.id,
        "license_id": leaver,
        "wish": Wish(email),
        "at": world.START + timedelta(days=1),
    }
    plan = plan_reassignment(**asked)
    return seconds(lambda: reassign_license(**asked, confirmed=plan.hash))


def _license(of: AccountFacts, email: str, boxes: int) -> UUID:
    """Give somebody a license that owns so many boxes, each with the administrator in it."""
    profiles = accounts.ensure_profiles(
        actor=SYSTEM, account_id=of.id, people=[PersonData(email)], at=world.START
    )
    (license_id,) = actions.assign_licenses(
        actor=SYSTEM,
        account_id=of.id,
        kind=PoolKind.FULL,
        holder_ids=[profiles[email].id],
        at=world.START,
        state=LicenseState.ACTIVE,
    )
    admin = License.objects.get(holder__account_id=of.id, holder__email__startswith="admin@").id
    ids = [new_id() for _box in range(boxes)]
    insert_rows(
        Box,
        ("id", "account", "owner", "kind", "name", "created_at", "files", "bytes"),
        [
            (id_, of.id, license_id, str(BoxKind.PRIVACY), f"Box {n}", world.START, 3, 5_000)
            for n, id_ in enumerate(ids)
        ],
    )
    flags = ("role", "reads", "writes", "deletes", "sees_members")
    insert_rows(
        BoxMember,
        ("id", "box", "license", *flags, "joined_at"),
        [
            (new_id(), id_, admin, str(MemberRole.MEMBER), True, True, False, True, world.START)
            for id_ in ids
        ],
    )
    actions.count_owned(license_id, boxes=boxes, owned_bytes=5_000 * boxes)
    return license_id
