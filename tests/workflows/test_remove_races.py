"""Removing at once, and killed in the middle: all of it or nothing, and never an orphan."""

import random
import signal
import subprocess
import sys
import time

import pytest
from django.utils import timezone

from siegel.boxes import actions as boxes
from siegel.boxes.kinds import BoxKind
from siegel.boxes.models import Box
from siegel.core.refusal import Refusal
from siegel.licensing import actions as licensing
from siegel.licensing.kinds import LicenseState, PoolKind
from siegel.licensing.models import License, Removal
from siegel.workflows.removal_plan import BIN, Decisions, NoSuccessor, plan_removal
from siegel.workflows.remove_people import RemovalOvertaken, Removed, remove_people
from siegel.workflows.restore_people import restore_people
from siegel.workflows.verify import findings
from tests import cast, make
from tests.workflows.test_accept_invitation import at_once
from tests.workflows.test_remove_people import of, to

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]


def confirming(by, *whom, decisions=None):
    given = of(by, *whom, decisions=decisions)
    plan = plan_removal(**given)
    return lambda: remove_people(**given, confirmed=plan.hash)


def test_of_two_who_remove_overlapping_people_one_is_told():
    world = cast.assemble()
    uwe = make.person(world.musterwerk, "uwe@musterwerk.test", "Uwe", "Voss")
    for who in (world.paul, world.otto, uwe):
        make.box(who)
    first = confirming(world.anna, world.paul, world.otto, decisions=Decisions(BIN))
    second = confirming(world.tom, world.otto, uwe, decisions=Decisions(to(world.tom)))
    results = at_once(first, second)
    kinds = sorted(type(one).__name__ for one in results)
    assert kinds == ["RemovalOvertaken", "Removed"]
    (told,) = [one for one in results if isinstance(one, RemovalOvertaken)]
    assert [row.name for row in told.plan.gone] == ["Otto Lang"]
    assert Removal.objects.count() == 2


def test_the_same_confirmation_sent_many_times_at_once_counts_once():
    world = cast.assemble()
    make.box(world.paul)
    confirm = confirming(world.anna, world.paul, decisions=Decisions(BIN))
    results = at_once(*[confirm] * 6)
    assert set(results) == {Removed(1, 0, 1, 0)}
    assert Removal.objects.count() == 1


def test_a_box_that_the_leaver_creates_meanwhile_is_seen_or_refused():
    world = cast.assemble()
    actor = world.paul.actor

    def create():
        return boxes.create_box(
            actor=actor,
            account_id=world.musterwerk.id,
            kind=BoxKind.PRIVACY,
            name="Schnell noch",
            at=timezone.now(),
        )

    done, created = at_once(confirming(world.anna, world.paul), create)
    gone = License.objects.get(id=world.paul.license_id).state == LicenseState.RELEASED
    assert gone == isinstance(done, Removed)
    assert gone == isinstance(created, Refusal)
    assert Box.objects.filter(binned_at=None).count() == (0 if gone else 1)


def test_a_successor_who_is_removed_at_once_gets_nothing_that_is_lost():
    world = cast.assemble()
    for who in (world.paul, world.otto):
        make.box(who)
    results = at_once(
        confirming(world.anna, world.paul, decisions=Decisions(to(world.otto))),
        confirming(world.tom, world.otto, decisions=Decisions(to(world.tom))),
    )
    assert any(isinstance(one, Removed) for one in results)
    assert all(isinstance(one, Removed | RemovalOvertaken | NoSuccessor) for one in results)
    live = Box.objects.filter(binned_at=None)
    assert live.count() == 2
    assert not live.exclude(owner__released_at=None).exists()


def test_two_who_take_each_other_as_successor_do_not_both_go():
    world = cast.assemble()
    for who in (world.paul, world.otto):
        make.box(who)
    at_once(
        confirming(world.anna, world.paul, decisions=Decisions(to(world.otto))),
        confirming(world.tom, world.otto, decisions=Decisions(to(world.paul))),
    )
    assert Removal.objects.count() == 1
    assert Box.objects.filter(binned_at=None, owner__released_at=None).count() == 2


def test_restoring_while_the_successor_is_removed_keeps_every_box():
    world = cast.assemble()
    make.box(world.paul)
    confirming(world.anna, world.paul, decisions=Decisions(to(world.otto)))()
    removal = Removal.objects.get()
    given = {
        "actor": world.anna.actor,
        "account_id": world.musterwerk.id,
        "removal_ids": [removal.id],
        "at": timezone.now(),
    }
    at_once(
        lambda: restore_people(**given),
        confirming(world.tom, world.otto, decisions=Decisions(to(world.tom))),
    )
    assert Box.objects.filter(binned_at=None, owner__released_at=None).count() == 1


_REMOVE = """
import sys, django
django.setup()
from uuid import UUID
from django.utils import timezone
from siegel.accounts.permissions import SYSTEM
from siegel.workflows.removal_plan import Decisions, Destination, plan_removal
from siegel.workflows.remove_people import remove_people
account, to = UUID(sys.argv[1]), Destination(UUID(sys.argv[2]))
given = dict(actor=SYSTEM, account_id=account, license_ids=list(map(UUID, sys.argv[3].split(","))),
             at=timezone.now(), decisions=Decisions(to))
plan = plan_removal(**given)
print("begin", flush=True)
remove_people(**given, confirmed=plan.hash)
"""


def test_killed_at_any_moment_all_are_removed_or_nobody(process_env):
    people, luck, killed = 60, random.Random(5), 0
    anna = make.account(full=1_000)

    def run(number, patience):
        nonlocal killed
        ids = licensing.assign_licenses(
            actor=make.SYSTEM,
            account_id=anna.account.id,
            kind=PoolKind.FULL,
            holder_ids=make.profiles(anna.account, people, prefix=f"k{number}-"),
            at=make.START,
            state=LicenseState.ACTIVE,
        )
        for license_id in ids:
            make.box(make.Somebody(anna.account, ids[0], ids[0], "", license_id), size=5)
        before = Removal.objects.count()
        words = [str(anna.account.id), str(anna.license_id), ",".join(map(str, ids))]
        process = subprocess.Popen(
            [sys.executable, "-c", _REMOVE, *words],
            env=process_env,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert process.stdout.readline() == "begin\n"
        began = time.monotonic()
        try:
            process.communicate(timeout=patience)
            assert process.returncode == 0
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            process.communicate()
            killed += 1
        took = time.monotonic() - began
        gone = License.objects.filter(id__in=ids, state=LicenseState.RELEASED).count()
        assert gone in {0, people}
        assert Removal.objects.count() - before == gone
        assert Box.objects.filter(owner=anna.license_id).count() == Removal.objects.count()
        assert list(findings()) == []
        return took

    whole = run(0, None)
    for number in range(1, 6):
        run(number, whole * luck.uniform(0.1, 0.8))
    assert killed >= 2
