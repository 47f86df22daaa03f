"""Booking more and less: shown first, carried out as shown, once."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from threading import Barrier, Thread
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.utils import translation

from siegel.accounts.permissions import OPERATOR_SHELL, Role
from siegel.billing.items import Item, Term
from siegel.billing.models import Subscription
from siegel.core.money import Money
from siegel.core.refusal import BadInput, Forbidden, NotFound, Refusal
from siegel.licensing import actions as licensing
from siegel.licensing.actions.bookings import ContactSupport, NoDataRooms
from siegel.licensing.kinds import PoolKind
from siegel.licensing.models import Booking, License, PlannedChange
from siegel.licensing.queries.packages import booking_facts
from siegel.licensing.queries.status import license_status
from siegel.licensing.rules import Quantities
from siegel.workflows.booking_plan import (
    BookingPlan,
    NoContract,
    NothingChanged,
    plan_booking,
    target_of,
)
from siegel.workflows.change_booking import BookingDone, BookingOvertaken, change_booking
from tests import cast, make
from tests.make import Somebody

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 7, 15, 10, tzinfo=UTC)  # day 181 of a year that began on 15 January
TERM_END = datetime(2027, 1, 14, 23, tzinfo=UTC)  # 15 January 2027, 0:00 in Berlin


def plan(who: Somebody, at: datetime = NOW, **totals: int) -> BookingPlan:
    return plan_booking(actor=who.actor, account=who.account, wanted=wanted(who, **totals), at=at)


def wanted(who: Somebody, **totals: int) -> Quantities:
    booking = booking_facts(who.account.id)
    assert booking is not None
    return replace(target_of(booking), **totals)


def confirm(who: Somebody, shown: BookingPlan, at: datetime = NOW) -> BookingDone:
    return change_booking(
        actor=who.actor,
        account=who.account,
        wanted=shown.wanted,
        plan_hash=shown.hash,
        at=at,
    )


def booked(who: Somebody, kind: PoolKind) -> int:
    return make.pool(who.account, kind).booked


# --- More -----------------------------------------------------------------------------------


def test_more_is_there_at_once_and_brings_its_guests() -> None:
    anna = make.account(full=10)
    shown = plan(anna, full=12, guest_packs=1)
    done = confirm(anna, shown)
    assert not done.repeated
    assert {pool.kind: pool.booked for pool in shown.status_now} == {
        PoolKind.FULL: 12,
        PoolKind.GUEST: 12 * 5 + 5,
        PoolKind.DATA_ROOM: 1,
        PoolKind.STORAGE: 120 * 10**9,
    }
    assert license_status(anna.account.id).pools == shown.status_now
    booking = Booking.objects.get(account_id=anna.account.id, number=2)
    assert (booking.full, booking.guest_packs, booking.plan) == (12, 1, shown.hash)
    assert booking.actor_id == anna.person_id


def test_the_plan_names_unit_price_difference_and_the_rest_of_the_term() -> None:
    anna = make.account(full=10)
    shown = plan(anna, full=12, data_rooms=1)
    full, _packs, rooms, _storage = shown.lines
    assert (full.item, full.before, full.after, full.unit) == (Item.FULL, 10, 12, Money(18_900))
    assert (full.difference, rooms.difference) == (Money(37_800), Money(83_500))
    assert shown.total is not None
    assert shown.total.before == Money(189_000)
    assert shown.total.after == Money(310_300)
    assert shown.total.difference == Money(121_300)
    assert shown.days_left == 184
    assert shown.charge == Money(37_800).part(184, 365) + Money(83_500).part(184, 365)


def test_a_plan_changes_nothing() -> None:
    anna = make.account(full=10)
    plan(anna, full=500)
    assert booked(anna, PoolKind.FULL) == 10
    assert Booking.objects.filter(account_id=anna.account.id).count() == 1


# --- Less -----------------------------------------------------------------------------------


def test_less_is_planned_for_the_first_day_of_the_next_term() -> None:
    anna = make.account(full=10, guest_packs=3)
    shown = plan(anna, full=8)
    confirm(anna, shown)
    assert (shown.books_now, shown.later_at, shown.later_on) == (False, TERM_END, date(2027, 1, 15))
    assert shown.charge == Money(0)
    assert booked(anna, PoolKind.FULL) == 10
    assert license_status(anna.account.id, TERM_END).pools == shown.status_later
    licensing.apply_due_changes(at=TERM_END - timedelta(seconds=1))
    assert booked(anna, PoolKind.FULL) == 10
    licensing.apply_due_changes(at=TERM_END)
    assert booked(anna, PoolKind.FULL) == 8
    assert license_status(anna.account.id).pools == shown.status_later


def test_a_monthly_term_ends_with_its_month() -> None:
    anna = make.account(term=Term.MONTHLY, guest_packs=3)
    assert plan(anna, guest_packs=1).later_on == date(2026, 8, 15)
    assert plan(anna, guest_packs=4).lines[1].unit == Money(990)


def test_more_of_one_and_less_of_another_happen_each_at_its_time() -> None:
    anna = make.account(full=10, guest_packs=3)
    shown = plan(anna, full=12, guest_packs=0)
    confirm(anna, shown)
    assert booked(anna, PoolKind.GUEST) == 12 * 5 + 3 * 5
    licensing.apply_due_changes(at=TERM_END)
    assert (booked(anna, PoolKind.FULL), booked(anna, PoolKind.GUEST)) == (12, 60)


def test_what_is_still_used_on_the_day_stays_booked_and_the_plan_says_so_before() -> None:
    anna = make.account(full=10)
    make.people(anna.account, 8)  # and Anna: 9 used
    with translation.override("en"):
        shown = plan(anna, full=5)
    (warning,) = shown.warnings
    assert warning.rule == "still-used-full"
    assert "9 are used; only 5 would be booked from January 15, 2027" in warning.sentence
    assert {pool.kind: pool.booked for pool in shown.status_later}[PoolKind.FULL] == 9
    confirm(anna, shown)
    licensing.release_license(
        actor=anna.actor,
        account_id=anna.account.id,
        license_id=used_by_others(anna)[0],
        at=NOW,
    )
    licensing.apply_due_changes(at=TERM_END)
    pool = make.pool(anna.account, PoolKind.FULL)
    assert (pool.booked, pool.used) == (8, 8)


def test_if_nothing_fits_fewer_the_lines_say_that_nothing_is_saved() -> None:
    anna = make.account(full=10)
    make.people(anna.account, 9)
    shown = plan(anna, full=5)
    (line,) = shown.changed_lines
    assert (line.before, line.after, shown.to_free) == (10, 10, ((PoolKind.FULL, 5),))
    assert shown.total is not None
    assert shown.total_if_freed is not None
    assert (shown.total.difference, shown.total_if_freed.after) == (Money(0), Money(94_500))
    confirm(anna, shown)
    assert PlannedChange.objects.get(state="planned").full == 5


def used_by_others(who: Somebody) -> list[UUID]:
    live = License.objects.filter(pool__account_id=who.account.id, released_at=None)
    return list(live.exclude(id=who.license_id).values_list("id", flat=True))


def test_a_planned_change_can_be_withdrawn_and_planned_again() -> None:
    anna = make.account(full=10)
    first = plan(anna, full=8)
    confirm(anna, first)
    change = PlannedChange.objects.get(state="planned")
    licensing.withdraw_planned_change(
        actor=anna.actor, account_id=anna.account.id, change_id=change.id, at=NOW
    )
    again = plan(anna, full=8)
    assert again.hash != first.hash
    assert not confirm(anna, again).repeated
    assert PlannedChange.objects.filter(state="planned").count() == 1
    licensing.apply_due_changes(at=TERM_END)
    assert booked(anna, PoolKind.FULL) == 8


def test_a_new_plan_replaces_the_planned_change_and_says_so() -> None:
    anna = make.account(full=10)
    confirm(anna, plan(anna, full=8))
    shown = plan(anna, full=7)
    assert [warning.rule for warning in shown.warnings] == ["replaces-planned-change"]
    confirm(anna, shown)
    assert PlannedChange.objects.get(state="planned").full == 7


def test_asking_for_what_is_booked_withdraws_what_was_planned() -> None:
    anna = make.account(full=10)
    confirm(anna, plan(anna, full=8))
    shown = plan(anna, full=10)
    assert (shown.books_now, shown.later_at) == (False, None)
    confirm(anna, shown)
    assert not PlannedChange.objects.filter(state="planned").exists()
    licensing.apply_due_changes(at=TERM_END)
    assert booked(anna, PoolKind.FULL) == 10


def test_booking_something_else_leaves_the_planned_change_as_it_is() -> None:
    anna = make.account(full=10)
    confirm(anna, plan(anna, full=8))
    planned = PlannedChange.objects.get(state="planned")
    shown = plan(anna, data_rooms=2)
    assert shown.warnings == ()
    assert shown.wanted == Quantities(full=8, data_rooms=2)
    confirm(anna, shown)
    assert PlannedChange.objects.get(state="planned").id == planned.id
    assert booked(anna, PoolKind.DATA_ROOM) == 3


# --- As shown, and once ---------------------------------------------------------------------


def test_the_same_confirmed_plan_twice_books_once() -> None:
    anna = make.account(full=10, guest_packs=2)
    shown = plan(anna, full=12, guest_packs=0)
    assert not confirm(anna, shown).repeated
    assert confirm(anna, shown).repeated
    assert Booking.objects.filter(account_id=anna.account.id).count() == 2
    assert PlannedChange.objects.count() == 1


def test_of_two_administrators_the_second_sees_the_new_plan_and_nothing_is_booked_twice() -> None:
    people = cast.assemble()
    first, second = plan(people.anna, full=12), plan(people.bea, full=15)
    confirm(people.anna, first)
    with pytest.raises(BookingOvertaken) as overtaken:
        confirm(people.bea, second)
    assert booked(people.anna, PoolKind.FULL) == 12
    fresh = overtaken.value.plan
    assert (fresh.lines[0].before, fresh.lines[0].after) == (12, 15)
    assert confirm(people.bea, fresh).plan == fresh
    assert booked(people.anna, PoolKind.FULL) == 15


def test_a_plan_of_yesterday_costs_something_else_today_and_is_shown_again() -> None:
    anna = make.account(full=10)
    shown = plan(anna, full=12)
    with pytest.raises(BookingOvertaken) as overtaken:
        confirm(anna, shown, at=NOW + timedelta(days=1))
    assert overtaken.value.plan.charge.cents < shown.charge.cents
    assert booked(anna, PoolKind.FULL) == 10


def test_an_invitation_between_preview_and_confirmation_does_not_disturb() -> None:
    anna = make.account(full=10)
    shown = plan(anna, full=12)
    make.people(anna.account, 3)
    confirm(anna, shown)
    assert booked(anna, PoolKind.FULL) == 12


def test_a_plan_for_other_totals_is_not_carried_out() -> None:
    anna = make.account(full=10)
    shown = plan(anna, full=12)
    with pytest.raises(BookingOvertaken):
        change_booking(
            actor=anna.actor,
            account=anna.account,
            wanted=Quantities(full=900),
            plan_hash=shown.hash,
            at=NOW,
        )
    assert booked(anna, PoolKind.FULL) == 10


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("total", [12, 8], ids=["more", "fewer"])
def test_eight_clicks_at_once_book_once(total: int) -> None:
    anna = make.account(full=10)
    shown = plan(anna, full=total)
    outcomes = race([lambda: confirm(anna, shown)] * 8)
    assert all(isinstance(outcome, BookingDone) for outcome in outcomes), outcomes
    assert sum(not outcome.repeated for outcome in outcomes) == 1
    rows: Any = Booking.objects if total == 12 else PlannedChange.objects
    assert rows.filter(account_id=anna.account.id, plan=shown.hash).count() == 1


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_of_eight_administrators_at_once_one_books_and_seven_are_told() -> None:
    anna = make.account(full=10)
    plans = [plan(anna, full=20 + number, guest_packs=number) for number in range(8)]
    outcomes = race([lambda one=one: confirm(anna, one) for one in plans])
    done = [outcome for outcome in outcomes if isinstance(outcome, BookingDone)]
    assert len(done) == 1
    assert sum(isinstance(outcome, BookingOvertaken) for outcome in outcomes) == 7, outcomes
    assert done[0].plan is not None
    assert booked(anna, PoolKind.FULL) == done[0].plan.wanted.full


def race(calls: list[Any]) -> list[Any]:
    """Run all calls at once, each in its thread; return what came back or was raised."""
    barrier, outcomes = Barrier(len(calls)), [None] * len(calls)

    def run(number: int) -> None:
        barrier.wait()
        try:
            outcomes[number] = calls[number]()
        except Exception as error:
            outcomes[number] = error
        finally:
            connection.close()

    threads = [Thread(target=run, args=(number,)) for number in range(len(calls))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


# --- No -------------------------------------------------------------------------------------


def test_what_is_booked_already_is_no_change() -> None:
    anna = make.account(full=10)
    with pytest.raises(NothingChanged):
        plan(anna)
    confirm(anna, plan(anna, full=8))
    with pytest.raises(NothingChanged, match=r"planned|vorgemerkt"):
        plan(anna, full=8)


def test_one_full_license_always_stays_for_the_registration_administrator() -> None:
    anna = make.account(full=10)
    with pytest.raises(BadInput, match="1 Volllizenz") as refused:
        plan(anna, full=0)
    assert refused.value.data == {"field": "full"}


@pytest.mark.parametrize("total", [-1, 1_000_001, 10**30])
def test_totals_below_zero_or_absurdly_large_are_refused(total: int) -> None:
    anna = make.account(full=10)
    with pytest.raises(BadInput) as refused:
        plan(anna, storage_packs=total)
    assert refused.value.data == {"field": "storage_packs"}


def test_essential_has_no_data_rooms() -> None:
    anna = make.account(package="essential", full=3)
    with pytest.raises(NoDataRooms, match="Essential"):
        plan(anna, data_rooms=1)
    assert [line.item for line in plan(anna, full=4).lines] == [
        Item.FULL,
        Item.GUEST_PACKS,
        Item.STORAGE_PACKS,
    ]


def test_other_packages_are_told_to_write_to_support_and_the_operator_may_book() -> None:
    anna = make.account(package="individual", full=10)
    with pytest.raises(ContactSupport) as refused:
        plan(anna, full=12)
    assert refused.value.data["email"] in str(refused.value)
    shown = plan_booking(
        actor=OPERATOR_SHELL, account=anna.account, wanted=Quantities(full=12), at=NOW
    )
    assert shown.total is None
    change_booking(
        actor=OPERATOR_SHELL,
        account=anna.account,
        wanted=shown.wanted,
        plan_hash=shown.hash,
        at=NOW,
    )
    assert booked(anna, PoolKind.FULL) == 12


def test_without_a_contract_nothing_can_be_booked() -> None:
    anna = make.account(full=10)
    Subscription.objects.all().delete()
    with pytest.raises(NoContract) as refused:
        plan(anna, full=12)
    assert refused.value.ways_out


@pytest.mark.parametrize(
    ("who", "refusal"),
    [("tom", Forbidden), ("otto", Forbidden), ("paul", Forbidden), ("xaver", NotFound)],
)
def test_only_registration_and_billing_administrators_book(
    who: str, refusal: type[Refusal]
) -> None:
    people = cast.assemble()
    shown = plan(people.bea, full=12)
    with pytest.raises(refusal):
        plan_booking(
            actor=getattr(people, who).actor,
            account=people.musterwerk,
            wanted=shown.wanted,
            at=NOW,
        )
    with pytest.raises(refusal):
        change_booking(
            actor=getattr(people, who).actor,
            account=people.musterwerk,
            wanted=shown.wanted,
            plan_hash=shown.hash,
            at=NOW,
        )
    assert booked(people.anna, PoolKind.FULL) == 10
    assert Role.BILLING_ADMIN in people.bea.actor.roles
