"""An account's rules of access protection: defaults, bounds, two administrators at once."""

from dataclasses import replace

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from siegel.accounts.actions import ProtectionChanged, change_protection
from siegel.accounts.models import Protection
from siegel.accounts.protection import BOUNDS, ProtectionFacts, SecondFactor, strictest
from siegel.accounts.queries import protection_of
from siegel.audit.models import Event
from siegel.core.refusal import BadInput, Forbidden, NotFound
from tests import cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return cast.assemble()


def change(somebody, wanted, account=None):
    return change_protection(
        actor=somebody.actor,
        account_id=(account or somebody.account).id,
        wanted=wanted,
        at=timezone.now(),
    )


def test_the_defaults_hold_without_a_row(world):
    assert protection_of(world.musterwerk.id) == ProtectionFacts()
    assert not Protection.objects.exists()


def test_a_change_is_stored_and_recorded_with_old_and_new_value(world):
    wanted = ProtectionFacts(second_factor=SecondFactor.ENFORCED, session_idle_minutes=45)
    assert set(change(world.tom, wanted)) == {"second_factor", "session_idle_minutes"}
    assert protection_of(world.musterwerk.id) == replace(wanted, version=1)
    event = Event.objects.get(verb="protection.change")
    assert event.actor_id == world.tom.person_id
    assert event.data["changes"] == {
        "second_factor": ["offered", "enforced"],
        "session_idle_minutes": [20, 45],
    }


def test_saving_what_holds_changes_and_records_nothing(world):
    assert change(world.anna, ProtectionFacts()) == []
    assert not Event.objects.filter(verb="protection.change").exists()


def test_the_second_of_two_administrators_is_told_and_nothing_is_lost(world):
    seen = protection_of(world.musterwerk.id)
    change(world.anna, replace(seen, lockout_attempts=5))
    with pytest.raises(ProtectionChanged) as refused:
        change(world.tom, replace(seen, session_idle_minutes=60))
    assert refused.value.now.lockout_attempts == 5
    assert protection_of(world.musterwerk.id).session_idle_minutes == 20
    change(world.tom, replace(refused.value.now, session_idle_minutes=60))
    now = protection_of(world.musterwerk.id)
    assert (now.lockout_attempts, now.session_idle_minutes, now.version) == (5, 60, 2)


def test_two_who_want_the_same_do_not_disturb_each_other(world):
    wanted = ProtectionFacts(password_min_length=14)
    assert change(world.anna, wanted) == ["password_min_length"]
    assert change(world.tom, wanted) == []


@pytest.mark.parametrize("name", sorted(BOUNDS))
def test_numbers_out_of_bounds_are_refused_also_by_the_database(world, name):
    low, high = BOUNDS[name]
    for value in (low - 1, high + 1):
        with pytest.raises(BadInput) as refused:
            change(world.anna, replace(ProtectionFacts(), **{name: value}))
        assert refused.value.data["field"] == name
        with pytest.raises(IntegrityError), transaction.atomic():
            Protection.objects.create(account_id=world.musterwerk.id, **{name: value})
    for value in (low, high):
        now = protection_of(world.musterwerk.id)
        assert change(world.anna, replace(now, **{name: value})) == [name]


def test_only_administrators_change_it(world):
    for who in (world.bea, world.otto, world.paul, world.gina):
        with pytest.raises(Forbidden):
            change(who, ProtectionFacts(lockout_attempts=4))
    with pytest.raises(NotFound):
        change(world.xaver, ProtectionFacts(lockout_attempts=4), world.musterwerk)


def test_of_each_rule_the_strictest_holds_for_a_person():
    one = ProtectionFacts(password_min_length=16, session_idle_minutes=60, lockout_minutes=5)
    other = ProtectionFacts(
        second_factor=SecondFactor.ENFORCED,
        password_mixed=True,
        lockout_attempts=3,
        self_unlock=False,
        server_invitations=False,
    )
    assert strictest([one, other]) == ProtectionFacts(
        second_factor=SecondFactor.ENFORCED,
        password_min_length=16,
        password_mixed=True,
        session_idle_minutes=20,
        lockout_attempts=3,
        lockout_minutes=15,
        self_unlock=False,
    )
    assert strictest([]) == ProtectionFacts()
    off = ProtectionFacts(second_factor=SecondFactor.OFF)
    assert strictest([off, off]).second_factor is SecondFactor.OFF
    assert strictest([off, ProtectionFacts()]).second_factor is SecondFactor.OFFERED
