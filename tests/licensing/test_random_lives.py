"""Random lives of an account against a model of ten lines, on the real database."""

from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from siegel.accounts.permissions import SYSTEM
from siegel.licensing import actions
from siegel.licensing.actions.bookings import BelowUsed
from siegel.licensing.actions.licenses import AlreadyLicensed, NoFreeLicense
from siegel.licensing.invariants import check
from siegel.licensing.kinds import LicenseState, PoolKind
from siegel.licensing.models import License
from siegel.licensing.queries.packages import booking_facts
from siegel.licensing.queries.status import license_status
from siegel.licensing.rules import Quantities
from tests import make
from tests.examples import examples

PEOPLE = 8
KINDS = st.sampled_from([PoolKind.FULL, PoolKind.GUEST])


class Lives(RuleBasedStateMachine):
    """Growth: 5 guests a full license, 5 a pack, one data room included."""

    def __init__(self):
        super().__init__()
        self.life = (
            transaction.atomic()
        )  # taken back at the end: each life begins in an empty house
        self.life.__enter__()
        name = f"konto-{Lives.count}"
        Lives.count += 1
        self.anna = make.account(name, name, admin_email=f"anna@{name}.test", full=3)
        self.of = self.anna.account
        self.free = make.profiles(self.of, PEOPLE, prefix=name)
        self.now = make.START
        # The model: totals, who holds what, what is planned, and what was true when.
        self.full, self.packs, self.plan = 3, 0, None
        self.held = {}
        self.seen = []

    count = 0

    def booked(self):
        return {PoolKind.FULL: self.full, PoolKind.GUEST: 5 * self.full + 5 * self.packs}

    def used(self, kind):
        return sum(k == kind for k, _id, _state in self.held.values()) + (kind == PoolKind.FULL)

    def tick(self):
        self.seen.append((self.now, self.expected()))
        self.now += timedelta(hours=1)

    def expected(self):
        return {kind: (self.booked()[kind], self.used(kind)) for kind in self.booked()}

    @rule(full=st.integers(0, 6), packs=st.integers(0, 2))
    def book(self, full, packs):
        self.tick()
        before = self.full, self.packs
        self.full, self.packs = full, packs
        fits = all(self.used(kind) <= booked for kind, booked in self.booked().items())
        try:
            actions.book(
                actor=SYSTEM,
                account_id=self.of.id,
                expected_number=booking_facts(self.of.id).number,
                quantities=Quantities(full=full, guest_packs=packs),
                at=self.now,
            )
            assert fits
        except BelowUsed:
            assert not fits
            self.full, self.packs = before

    @rule(full=st.integers(0, 6), hours=st.integers(1, 6))
    def plan_fewer(self, full, hours):
        self.tick()
        self.plan = (full if full < self.full else None, self.now + timedelta(hours=hours))
        actions.plan_change(
            actor=SYSTEM,
            account_id=self.of.id,
            quantities=Quantities(full=full, guest_packs=self.packs),
            effective_at=self.plan[1],
            at=self.now,
            plan=f"{self.now}",
        )

    @rule()
    def run_the_worker(self):
        self.tick()
        actions.apply_due_changes(at=self.now)
        actions.seal_ledger(at=self.now)
        if self.plan and self.plan[1] <= self.now:
            target, self.plan = self.plan[0], None
            if target is not None and target < self.full:
                guests = max(0, self.used(PoolKind.GUEST) - 5 * self.packs)
                self.full = max(target, self.used(PoolKind.FULL), -(-guests // 5))

    @rule(who=st.integers(0, PEOPLE - 1), kind=KINDS)
    def assign(self, who, kind):
        self.tick()
        free = self.used(kind) < self.booked()[kind]
        try:
            made = actions.assign_license(
                actor=SYSTEM,
                account_id=self.of.id,
                kind=kind,
                holder_id=self.free[who],
                at=self.now,
                state=LicenseState.ACTIVE,
            )
            assert free and who not in self.held
            self.held[who] = (kind, made, LicenseState.ACTIVE)
        except AlreadyLicensed:
            assert who in self.held
        except NoFreeLicense:
            assert not free and who not in self.held

    @rule(who=st.integers(0, PEOPLE - 1))
    def release(self, who):
        self.tick()
        if who in self.held:
            actions.release_license(
                actor=SYSTEM, account_id=self.of.id, license_id=self.held.pop(who)[1], at=self.now
            )

    @rule(who=st.integers(0, PEOPLE - 1), to=st.sampled_from(["active", "suspended"]))
    def suspend_or_activate(self, who, to):
        self.tick()
        if who in self.held:
            kind, license_id, _state = self.held[who]
            actions.change_state(
                actor=SYSTEM,
                account_id=self.of.id,
                license_id=license_id,
                to=LicenseState(to),
                at=self.now,
            )
            self.held[who] = (kind, license_id, LicenseState(to))
            assert License.objects.get(id=license_id).state == to

    @invariant()
    def the_figures_are_the_model(self):
        status = license_status(self.of.id, now=self.now + timedelta(minutes=1))
        assert {kind: self.figures(status, kind) for kind in self.booked()} == self.expected()

    def teardown(self):
        try:
            self.look_back()
        finally:
            transaction.set_rollback(True)
            self.life.__exit__(None, None, None)

    def look_back(self):
        self.tick()
        assert list(check()) == []
        for at, expected in self.seen[:: max(1, len(self.seen) // 10)]:
            status = license_status(
                self.of.id, at + timedelta(minutes=30), now=self.now + timedelta(days=1)
            )
            found = {kind: self.figures(status, kind) for kind in expected}
            later = [e for t, e in self.seen if t <= at + timedelta(minutes=30)]
            assert found == later[-1], at

    @staticmethod
    def figures(status, kind):
        pool = status.of(kind)
        return pool.booked, pool.used


@pytest.mark.django_db
def test_random_lives_agree_with_the_model_at_every_step_and_moment():
    run_state_machine_as_test(
        Lives,
        settings=settings(
            max_examples=examples(20),
            stateful_step_count=30,
            deadline=None,
            # Shrinking on a database takes minutes; the failing life is printed as it is.
            phases=[Phase.explicit, Phase.reuse, Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )
