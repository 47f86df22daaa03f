"""One answer for page, command and API, at any moment."""

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from siegel.accounts.permissions import OPERATOR_SHELL
from siegel.billing.items import Item
from siegel.core.refusal import Forbidden, NotFound, Refusal
from siegel.licensing import actions as licensing
from siegel.licensing.kinds import PoolKind
from siegel.licensing.queries.packages import booking_facts
from siegel.licensing.queries.status import PoolStatus
from siegel.licensing.rules import Quantities
from siegel.workflows.account_status import AccountStatus, account_status, status_data
from tests import cast, make
from tests.make import Somebody
from tests.workflows.test_change_booking import confirm, plan

pytestmark = pytest.mark.django_db


def status(who: Somebody, at: datetime | None = None) -> AccountStatus:
    return account_status(actor=who.actor, account=who.account, at=at)


def full(of: AccountStatus) -> PoolStatus:
    return of.licenses.of(PoolKind.FULL)


def test_now_says_package_term_dates_and_figures() -> None:
    people = cast.assemble()
    now = status(people.tom)
    assert now.package is not None
    assert now.subscription is not None
    assert (now.package.name, now.subscription.term.value) == ("Growth", "yearly")
    assert now.subscription.started_on == date(2026, 1, 15)
    assert [pool.kind for pool in now.pools] == list(PoolKind)
    assert (full(now).booked, full(now).used, full(now).available) == (10, 6, 4)
    assert now.planned == ()


def test_the_past_is_what_it_was() -> None:
    anna = make.account(full=10)
    make.people(anna.account, 2)
    confirm(anna, plan(anna, full=12))
    booked_at = datetime(2026, 7, 15, 10, tzinfo=UTC)
    before = status(anna, booked_at - timedelta(seconds=1))
    assert (full(before).booked, full(before).used, before.quantities.full) == (10, 3, 10)
    assert (full(status(anna, booked_at)).booked, status(anna, booked_at).quantities.full) == (
        12,
        12,
    )
    never = status(anna, make.START - timedelta(days=1))
    assert (never.package, never.subscription, never.quantities) == (None, None, Quantities())
    assert all((pool.booked, pool.used) == (0, 0) for pool in never.pools)


def plan_fewer(who: Somebody, total: int) -> datetime:
    booking = booking_facts(who.account.id)
    assert booking is not None
    effective_at = timezone.now() + timedelta(days=30)
    licensing.plan_change(
        actor=who.actor,
        account_id=who.account.id,
        quantities=Quantities(full=total),
        effective_at=effective_at,
        at=timezone.now(),
        plan="x",
    )
    return effective_at


def test_a_planned_change_is_shown_until_its_day_and_counted_from_it_on() -> None:
    anna = make.account(full=10)
    effective_at = plan_fewer(anna, 8)
    now = status(anna)
    (line,) = now.planned
    assert [(one.item, one.before, one.after) for one in line.changes] == [(Item.FULL, 10, 8)]
    assert {pool.kind: pool.available for pool in line.after} == {
        PoolKind.FULL: 7,
        PoolKind.GUEST: 40,
        PoolKind.STORAGE: 80 * 10**9,
    }
    assert line.planned_by == "Anna Krüger"
    assert full(now).booked == 10
    before, after = status(anna, effective_at - timedelta(seconds=1)), status(anna, effective_at)
    assert (full(before).booked, len(before.planned), before.quantities.full) == (10, 1, 10)
    assert (full(after).booked, len(after.planned), after.quantities.full) == (8, 0, 8)


def test_in_the_future_what_is_still_used_stays_booked_in_every_figure() -> None:
    anna = make.account(full=10)
    make.people(anna.account, 8)
    after = status(anna, plan_fewer(anna, 5))
    assert (full(after).booked, full(after).used, after.quantities.full) == (9, 9, 9)


def test_a_change_that_was_planned_later_is_not_shown_in_the_past() -> None:
    anna = make.account(full=10)
    plan_fewer(anna, 8)
    assert status(anna, make.START + timedelta(days=1)).planned == ()


def test_scarce_is_under_ten_percent_or_nothing_left() -> None:
    anna = make.account(full=20)
    make.people(anna.account, 17)
    assert not full(status(anna)).scarce  # 2 of 20
    make.person(anna.account, "one@more.test")
    assert full(status(anna)).scarce


@pytest.mark.parametrize(
    ("who", "refusal"),
    [("bea", Forbidden), ("otto", Forbidden), ("paul", Forbidden), ("xaver", NotFound)],
)
def test_only_administrators_of_the_account_see_it(who: str, refusal: type[Refusal]) -> None:
    people = cast.assemble()
    with pytest.raises(refusal):
        account_status(actor=getattr(people, who).actor, account=people.musterwerk)


def test_by_short_name_for_the_shell() -> None:
    anna = make.account(full=10)
    assert full(account_status(actor=OPERATOR_SHELL, account="musterwerk")).booked == 10
    with pytest.raises(NotFound, match="nirgendwo"):
        account_status(actor=OPERATOR_SHELL, account="nirgendwo")
    assert anna.account.slug == "musterwerk"


def test_the_data_for_programs_is_plain_and_says_the_same() -> None:
    anna = make.account(full=10)
    plan_fewer(anna, 8)
    data: dict[str, Any] = json.loads(json.dumps(status_data(status(anna))))
    assert data["account"] == {"slug": "musterwerk", "name": "Musterwerk GmbH"}
    assert data["licenses"]["full"] == {
        "booked": 10,
        "used": 1,
        "available": 9,
        "scarce": False,
        "unit": "licenses",
    }
    assert data["licenses"]["storage"]["unit"] == "bytes"
    assert data["subscription"]["renews_on"] == "2027-01-15"
    assert data["planned"][0]["changes"] == [{"item": "full", "before": 10, "after": 8}]
