"""Random comings and goings of people with boxes: nothing is orphaned, lost or unlike its plan."""

from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from siegel.accounts.models import Profile
from siegel.accounts.permissions import SYSTEM, Role
from siegel.boxes import actions as boxes
from siegel.boxes.kinds import BoxKind
from siegel.boxes.models import Box
from siegel.core.refusal import Refusal
from siegel.licensing import actions as licensing
from siegel.licensing.kinds import LicenseState, PoolKind
from siegel.licensing.models import License, Removal
from siegel.licensing.queries.status import license_status
from siegel.workflows.change_roles import grant_role
from siegel.workflows.erase_people import erase_due
from siegel.workflows.invite_person import invite_person
from siegel.workflows.removal_plan import BIN, Decisions, Destination, plan_removal
from siegel.workflows.remove_people import end_licenses, remove_people
from siegel.workflows.restore_people import plan_restore, restore_people
from siegel.workflows.suspend_license import activate_license, suspend_license
from siegel.workflows.verify import findings
from tests import make
from tests.dump import dump
from tests.examples import examples
from tests.make import PersonData

NUMBER = st.integers(0, 30)
FEW = st.lists(NUMBER, min_size=1, max_size=4)


class Goings(RuleBasedStateMachine):
    """One account with eight full licenses, ten guests and three data rooms."""

    count = 0

    def __init__(self):
        super().__init__()
        self.life = transaction.atomic()
        self.life.__enter__()
        Goings.count += 1
        slug = f"haus-{Goings.count}"
        self.anna = make.account(slug, slug, admin_email=f"anna@{slug}.test", full=8, data_rooms=2)
        self.of, self.now, self.people = self.anna.account, make.START, 0
        self.former = 0  # who lost a license to a successor, and is not erased yet
        for _n in range(4):
            self.invite(full=True)
        self.accept(0)
        self.accept(1)
        make.box(self.anna)

    def tick(self):
        self.now += timedelta(hours=1)
        return {"actor": self.anna.actor, "account_id": self.of.id, "at": self.now}

    def live(self, **narrow):
        rows = License.objects.filter(
            pool__account_id=self.of.id, holder__isnull=False, released_at=None, **narrow
        )
        return list(rows.order_by("id").values_list("id", flat=True))

    def one(self, number, **narrow):
        found = self.live(**narrow)
        return found[number % len(found)] if found else None

    def some(self, numbers, **narrow):
        return list({self.one(number, **narrow) for number in numbers} - {None})

    @rule(full=st.booleans())
    def invite(self, *, full):
        about = self.tick()
        self.people += 1
        person = PersonData(f"p{self.people}@{self.of.slug}.test", f"P{self.people}")
        kind = PoolKind.FULL if full else PoolKind.GUEST
        self.attempt(lambda: invite_person(**about, person=person, kind=kind, mail=False))

    def attempt(self, act):
        """Do it, or be refused without a trace."""
        before = dump()
        try:
            with transaction.atomic():
                return act()
        except Refusal:
            assert dump() == before
            return None

    @rule(number=NUMBER)
    def accept(self, number):
        self.tick()
        license_id = self.one(number, state=LicenseState.INVITED)
        if license_id:
            holder = License.objects.get(id=license_id).holder_id
            licensing.accept_license(holder_id=holder, at=self.now)

    @rule(number=NUMBER, kind=st.sampled_from(BoxKind), size=st.integers(0, 10**6))
    def create_box(self, number, kind, size):
        self.tick()
        owner = self.one(number, pool__kind=PoolKind.FULL)
        who = make.Somebody(self.of, self.anna.profile_id, self.anna.person_id, "", owner)
        self.attempt(lambda: make.box(who, kind=kind, files=1, size=size, at=self.now))

    @rule(number=NUMBER, numbers=FEW)
    def join(self, number, numbers):
        self.tick()
        live = Box.objects.filter(account_id=self.of.id, binned_at=None).order_by("id")
        ids = list(live.values_list("id", flat=True))
        license_id = self.one(number)
        chosen = {ids[n % len(ids)] for n in numbers} if ids else set()
        owned = set(live.filter(owner=license_id).values_list("id", flat=True))
        boxes.join_boxes(
            actor=SYSTEM, box_ids=sorted(chosen - owned), license_id=license_id, at=self.now
        )

    @rule(number=NUMBER, numbers=FEW)
    def bring_guests(self, number, numbers):
        self.tick()
        licensing.add_sponsor(
            guest_ids=self.some(numbers, pool__kind=PoolKind.GUEST),
            sponsor_id=self.one(number, pool__kind=PoolKind.FULL),
            at=self.now,
        )

    @rule(number=NUMBER)
    def pass_on(self, number):
        about = self.tick()
        license_id = self.one(number)
        if license_id != self.anna.license_id:
            self.people += 1
            (new,) = make.profiles(self.of, 1, prefix=f"{self.of.slug}-{self.people}-")
            licensing.pass_on_license(**about, license_id=license_id, to_profile_id=new)
            self.former += 1  # nobody of these is ever invited again

    @rule(number=NUMBER, to=st.sampled_from([PoolKind.FULL, PoolKind.GUEST]))
    def change_kind(self, number, to):
        about, license_id = self.tick(), self.one(number)
        if license_id != self.anna.license_id:
            self.attempt(lambda: licensing.change_kind(**about, license_id=license_id, to=to))

    @rule(number=NUMBER, other=NUMBER)
    def move(self, number, other):
        about = self.tick()
        one, to = self.one(number, pool__kind=PoolKind.FULL), self.one(other)
        if one != to:
            self.attempt(lambda: boxes.move_boxes(**about, from_license=one, to_license=to))

    @rule(number=NUMBER, role=st.sampled_from([Role.ADMIN, Role.AUDITOR]))
    def give_a_role(self, number, role):
        about, license_id = self.tick(), self.one(number, pool__kind=PoolKind.FULL)
        self.attempt(lambda: grant_role(**about, license_id=license_id, role=role))

    @rule(number=NUMBER, away=st.booleans())
    def suspend_or_activate(self, number, *, away):
        about, license_id = self.tick(), self.one(number)
        act = suspend_license if away else activate_license
        self.attempt(lambda: act(**about, license_id=license_id))

    @rule(numbers=FEW, to=NUMBER, binned=FEW, undo=st.booleans())
    def remove(self, numbers, to, binned, *, undo):
        about, chosen = self.tick(), self.some(numbers)
        successor = self.one(to, pool__kind=PoolKind.FULL)
        choice = Decisions(Destination(successor), dict.fromkeys(self.some(binned), BIN))
        given = about | {"license_ids": chosen, "decisions": choice}
        before, removals = dump(), set(Removal.objects.values_list("id", flat=True))
        try:
            plan = plan_removal(**given)
        except Refusal:
            assert dump() == before
            return
        assert not plan.undecided
        used = {pool.kind: pool.used for pool in license_status(self.of.id).pools}
        done = remove_people(**given, confirmed=plan.hash)
        sums = plan.totals
        assert (done.people, done.handed_over, done.binned) == (
            sums.people,
            sums.handed_over,
            sums.binned,
        )
        freed = dict(sums.freed) | (
            {PoolKind.DATA_ROOM: sums.binned_data_rooms} if sums.binned_data_rooms else {}
        )
        now = {pool.kind: pool.used for pool in license_status(self.of.id).pools}
        assert {kind: used[kind] - now[kind] for kind in used if used[kind] != now[kind]} == freed
        fresh = set(Removal.objects.values_list("id", flat=True)) - removals
        if undo and fresh:
            restore_people(**self.tick(), removal_ids=sorted(fresh))
            assert dump() == before

    @rule(numbers=FEW, back=st.booleans(), roles=st.booleans())
    def restore(self, numbers, *, back, roles):
        about = self.tick()
        ids = self.in_bin()
        if not ids:
            return
        given = {
            "actor": self.anna.actor,
            "account_id": self.of.id,
            "removal_ids": list({ids[n % len(ids)] for n in numbers}),
            "take_back": back,
            "roles": roles,
        }
        plan = plan_restore(**given)
        done = self.attempt(lambda: restore_people(**given, at=about["at"], confirmed=plan.hash))
        if done is None:
            assert plan.missing or any(one.blocked for one in plan.people)
            return
        assert done.people == len(plan.people)
        assert done.boxes == sum(one.boxes.in_bin for one in plan.people)
        assert done.back == sum(one.boxes.handed_over for one in plan.people)

    def in_bin(self):
        rows = Removal.objects.filter(account_id=self.of.id, restored_at=None, erased_at=None)
        return list(rows.order_by("id").values_list("id", flat=True))

    @rule(number=NUMBER)
    def expire(self, number):
        about = self.tick() | {"actor": SYSTEM}
        guest = self.one(number, pool__kind=PoolKind.GUEST)
        if guest:
            end_licenses(**about, license_ids=[guest])

    @rule()
    def let_the_grace_period_end(self):
        self.now += timedelta(days=31)
        totals = license_status(self.of.id, now=self.now).pools
        waiting = len(self.in_bin())
        assert erase_due(at=self.now) == waiting + self.former
        self.former = 0
        assert license_status(self.of.id, now=self.now).pools == totals

    @invariant()
    def everything_agrees(self):
        assert list(findings()) == []
        live = Box.objects.filter(account_id=self.of.id, binned_at=None)
        assert not live.exclude(owner__released_at=None).exists()
        assert Profile.objects.filter(account_id=self.of.id).exists()

    def teardown(self):
        transaction.set_rollback(True)
        self.life.__exit__(None, None, None)


@pytest.mark.django_db
def test_whatever_people_do_no_box_is_lost_and_plans_hold():
    run_state_machine_as_test(
        Goings,
        settings=settings(
            max_examples=examples(12),
            stateful_step_count=25,
            deadline=None,
            # Shrinking on a database takes minutes; the failing life is printed as it is.
            phases=[Phase.explicit, Phase.reuse, Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )
