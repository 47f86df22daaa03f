"""Whatever is booked one after another: the last totals hold, and the day comes as was said."""

from dataclasses import astuple

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from siegel.core import formats
from siegel.licensing import actions as licensing
from siegel.licensing.kinds import PoolKind
from siegel.licensing.models import Booking
from siegel.licensing.queries.packages import booking_facts
from siegel.licensing.queries.status import license_status
from siegel.licensing.rules import Quantities, entitlement
from siegel.workflows.booking_plan import (
    NothingChanged,
    plan_booking,
    target_of,
)
from tests import make
from tests.examples import examples
from tests.workflows.test_change_booking import NOW, TERM_END, booked, confirm

pytestmark = pytest.mark.django_db

# --- Any sequence ---------------------------------------------------------------------------

small = st.builds(
    Quantities,
    full=st.integers(1, 30),
    guest_packs=st.integers(0, 5),
    data_rooms=st.integers(0, 3),
    storage_packs=st.integers(0, 3),
)


@settings(
    max_examples=examples(25),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(steps=st.lists(small, min_size=1, max_size=5))
def test_whatever_is_booked_one_after_another_the_last_totals_hold_in_the_end(
    steps: list[Quantities],
) -> None:
    slug = f"k{Booking.objects.count()}"
    anna = make.account(slug, slug, admin_email=f"{slug}@k.test", full=10)
    highest = astuple(Quantities(full=10))
    for step in steps:
        try:
            shown = plan_booking(actor=anna.actor, account=anna.account, wanted=step, at=NOW)
        except NothingChanged:
            continue
        assert shown.total is not None
        assert shown.total.difference == shown.total.after - shown.total.before
        confirm(anna, shown)
        highest = tuple(map(max, highest, astuple(step)))
        booking = booking_facts(anna.account.id)
        assert booking is not None
        assert target_of(booking) == step
        assert astuple(booking.quantities) == highest
    licensing.apply_due_changes(at=TERM_END)
    booking = booking_facts(anna.account.id)
    assert booking is not None
    assert booking.quantities == (steps[-1] if steps else Quantities(full=10))


@settings(
    max_examples=examples(10),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    start=small,
    wish=small,
    full=st.integers(0, 12),
    guests=st.integers(0, 40),
)
def test_prices_warnings_and_status_say_the_same_and_the_day_comes_as_they_say(
    start: Quantities, wish: Quantities, full: int, guests: int
) -> None:
    slug = f"k{Booking.objects.count()}"
    anna = make.account(slug, slug, admin_email=f"{slug}@k.test", **dict(start.items()))
    make.people(anna.account, min(full, booked(anna, PoolKind.FULL) - 1))
    licensing.assign_licenses(
        actor=anna.actor,
        account_id=anna.account.id,
        kind=PoolKind.GUEST,
        holder_ids=make.profiles(anna.account, min(guests, booked(anna, PoolKind.GUEST)), slug),
        at=NOW,
    )
    try:
        shown = plan_booking(actor=anna.actor, account=anna.account, wanted=wish, at=NOW)
    except NothingChanged:
        return
    after = {line.item.value: line.after for line in shown.lines}
    assert all(total == after.get(name, 0) for name, total in shown.settled.items())
    in_the_end = shown.status_later or shown.status_now
    brings = entitlement(shown.package, shown.settled)
    assert {pool.kind: pool.booked for pool in in_the_end} == brings
    short = {
        kind: f"bleiben {formats.number(brings[kind], 'de')} gebucht" for kind, _ in shown.to_free
    }
    assert [warning.rule for warning in shown.warnings] == [f"still-used-{kind}" for kind in short]
    for warning, said in zip(shown.warnings, short.values(), strict=True):
        assert said in warning.sentence
    assert (shown.settled == wish) is (not short)
    assert shown.total is not None
    assert sum(line.amount_after.cents for line in shown.lines if line.amount_after) == (
        shown.total.after.cents
    )
    confirm(anna, shown)
    licensing.apply_due_changes(at=TERM_END)
    booking = booking_facts(anna.account.id)
    assert booking is not None
    assert booking.quantities == shown.settled
    assert license_status(anna.account.id).pools == in_the_end
