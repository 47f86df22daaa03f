"""Booking, planning and applying totals."""

from datetime import timedelta

import pytest

from siegel.accounts.permissions import SYSTEM
from siegel.core.refusal import Forbidden, NotFound, WorldChanged
from siegel.licensing import actions
from siegel.licensing.actions import bookings
from siegel.licensing.actions.bookings import BelowUsed, ContactSupport, NoDataRooms
from siegel.licensing.kinds import PoolKind
from siegel.licensing.models import Booking, LedgerEntry, PlannedChange
from siegel.licensing.queries.packages import booking_facts, current_package
from siegel.licensing.queries.status import license_status
from siegel.licensing.rules import Quantities
from tests import cast, make

pytestmark = pytest.mark.django_db
LATER = make.START + timedelta(days=30)


def booked(of):
    return {pool.kind: pool.booked for pool in license_status(of.id).pools}


def test_a_booking_changes_all_its_pools_at_once():
    anna = make.account(full=10, guest_packs=1, data_rooms=2, storage_packs=3)
    assert booked(anna.account) == {
        PoolKind.FULL: 10,
        PoolKind.GUEST: 55,
        PoolKind.DATA_ROOM: 3,
        PoolKind.STORAGE: 400_000_000_000,
    }
    actions.book(
        actor=anna.actor,
        account_id=anna.account.id,
        expected_number=1,
        quantities=Quantities(12, 1, 2, 3),
        at=LATER,
    )
    assert booked(anna.account) == {
        PoolKind.FULL: 12,
        PoolKind.GUEST: 65,
        PoolKind.DATA_ROOM: 3,
        PoolKind.STORAGE: 420_000_000_000,
    }
    entries = LedgerEntry.objects.filter(booking__number=2).values_list("pool__kind", flat=True)
    assert set(entries) == {"full", "guest", "storage"}


def test_of_two_bookings_from_the_same_view_the_second_is_told():
    anna = make.account()
    for_both = {"actor": anna.actor, "account_id": anna.account.id, "expected_number": 1}
    actions.book(**for_both, quantities=Quantities(full=12), at=LATER)
    with pytest.raises(WorldChanged):
        actions.book(**for_both, quantities=Quantities(full=13), at=LATER)
    assert booked(anna.account)[PoolKind.FULL] == 12


def test_less_than_is_used_is_refused_and_nothing_changes():
    anna = make.account(full=10)
    make.people(anna.account, 5)
    before = booked(anna.account)
    with pytest.raises(BelowUsed):
        make.book(anna.account, full=5)
    assert booked(anna.account) == before
    assert Booking.objects.filter(account_id=anna.account.id).count() == 1


def test_another_package_than_the_three_can_only_be_changed_by_support(settings):
    settings.SUPPORT_EMAIL = "hilfe@betreiber.test"
    anna = make.account(package="individual")
    with pytest.raises(ContactSupport, match=r"hilfe@betreiber\.test"):
        actions.book(
            actor=anna.actor,
            account_id=anna.account.id,
            expected_number=1,
            quantities=Quantities(full=11),
            at=LATER,
        )
    make.book(anna.account, full=11)
    assert booked(anna.account)[PoolKind.FULL] == 11


def test_essential_has_no_data_rooms():
    anna = make.account(package="essential")
    with pytest.raises(NoDataRooms):
        make.book(anna.account, data_rooms=1)


@pytest.mark.parametrize("who", ["tom", "otto", "paul", "gina"])
def test_only_registration_and_billing_administrators_book(who):
    world = cast.assemble()
    with pytest.raises(Forbidden):
        actions.book(
            actor=getattr(world, who).actor,
            account_id=world.musterwerk.id,
            expected_number=1,
            quantities=Quantities(full=11),
            at=LATER,
        )


def test_a_stranger_cannot_book():
    world = cast.assemble()
    with pytest.raises(NotFound):
        actions.book(
            actor=world.xaver.actor,
            account_id=world.musterwerk.id,
            expected_number=1,
            quantities=Quantities(full=11),
            at=LATER,
        )


def plan(anna, at=LATER, **totals):
    now = booking_facts(anna.account.id)
    wanted = Quantities(**(dict(now.quantities.items()) | totals))
    return actions.plan_change(
        actor=anna.actor,
        account_id=anna.account.id,
        quantities=wanted,
        effective_at=at,
        at=make.START,
        plan=f"{totals}",
    )


def test_a_planned_change_takes_effect_on_its_day_and_only_once():
    anna = make.account(full=10, storage_packs=2)
    plan(anna, full=8)
    assert actions.apply_due_changes(at=LATER - timedelta(seconds=1)) == 0
    assert actions.apply_due_changes(at=LATER) == 1
    assert actions.apply_due_changes(at=LATER) == 0
    assert booked(anna.account)[PoolKind.FULL] == 8
    assert Booking.objects.get(account_id=anna.account.id, number=2).at == LATER


def test_what_is_still_used_on_the_day_stays_booked():
    anna = make.account(full=10)
    make.people(anna.account, 6)
    plan(anna, full=4)
    actions.apply_due_changes(at=LATER)
    assert booked(anna.account)[PoolKind.FULL] == 7


def test_guests_in_use_keep_the_full_licenses_that_bring_them():
    anna = make.account(full=10)
    make.people(anna.account, 31, PoolKind.GUEST)
    plan(anna, full=2)
    actions.apply_due_changes(at=LATER)
    assert booked(anna.account)[PoolKind.FULL] == 7  # 6 bring 30, and 31 are used


def test_a_change_that_fails_does_not_hold_up_the_others(monkeypatch, caplog):
    first, second = (
        make.account(name, name, admin_email=f"anna@{name}.test", full=10) for name in ("k1", "k2")
    )
    broken = plan(first, full=8)
    plan(second, full=8)
    real = bookings._apply_change

    def apply(change_id, at):
        if change_id == broken:
            raise RuntimeError("broken")
        return real(change_id, at)

    monkeypatch.setattr(bookings, "_apply_change", apply)
    assert actions.apply_due_changes(at=LATER) == 1
    assert "planned change not applied" in caplog.text
    monkeypatch.undo()
    assert actions.apply_due_changes(at=LATER) == 1
    assert booked(first.account)[PoolKind.FULL] == booked(second.account)[PoolKind.FULL] == 8


def test_what_is_booked_meanwhile_is_not_undone_by_the_plan():
    anna = make.account(full=10, storage_packs=3)
    plan(anna, storage_packs=1)
    make.book(anna.account, full=15)
    actions.apply_due_changes(at=LATER)
    facts = booking_facts(anna.account.id)
    assert facts.quantities == Quantities(full=15, storage_packs=1)


def test_a_new_plan_replaces_the_old_one():
    anna = make.account(full=10)
    plan(anna, full=8)
    plan(anna, full=9)
    states = PlannedChange.objects.order_by("planned_at", "id").values_list("full", "state")
    assert sorted(states) == [(8, "withdrawn"), (9, "planned")]


def test_a_withdrawn_plan_does_nothing_and_withdrawing_twice_neither():
    anna = make.account(full=10)
    change = plan(anna, full=8)
    for _again in range(2):
        actions.withdraw_planned_change(
            actor=anna.actor, account_id=anna.account.id, change_id=change, at=make.START
        )
    assert actions.apply_due_changes(at=LATER) == 0
    assert booked(anna.account)[PoolKind.FULL] == 10


def test_a_plan_that_took_effect_cannot_be_withdrawn():
    anna = make.account(full=10)
    change = plan(anna, full=8)
    actions.apply_due_changes(at=LATER)
    with pytest.raises(WorldChanged):
        actions.withdraw_planned_change(
            actor=anna.actor, account_id=anna.account.id, change_id=change, at=LATER
        )


def test_the_future_shows_what_is_planned():
    anna = make.account(full=10)
    make.people(anna.account, 8)
    plan(anna, full=6)
    now = make.START + timedelta(days=1)
    before = license_status(anna.account.id, LATER - timedelta(seconds=1), now=now)
    after = license_status(anna.account.id, LATER, now=now)
    assert before.of(PoolKind.FULL).booked == 10
    assert (after.of(PoolKind.FULL).booked, after.of(PoolKind.FULL).used) == (9, 9)
    actions.apply_due_changes(at=LATER)
    assert license_status(anna.account.id).pools == after.pools


def test_a_new_package_version_leaves_bookings_as_they_are(tmp_path):
    anna = make.account(full=10)
    file = tmp_path / "packages.json"
    file.write_text(
        '[{"code": "growth", "version": 2, "name": "Growth", "self_service": true,'
        ' "guests_per_full": 7, "guests_per_pack": 5, "data_rooms_allowed": true,'
        ' "data_rooms_included": 1, "storage_per_full": 1, "storage_per_pack": 1, "features": []}]'
    )
    assert actions.load_packages(file) == 1
    assert actions.load_packages(file) == 0
    assert current_package("growth").version == 2
    make.book(anna.account, full=11)
    assert booked(anna.account)[PoolKind.GUEST] == 55


def test_the_system_opens_accounts_without_a_person():
    anna = make.account()
    first = Booking.objects.get(account_id=anna.account.id, number=1)
    assert (first.actor_id, first.door) == (None, SYSTEM.door)
