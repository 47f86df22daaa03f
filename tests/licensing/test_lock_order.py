"""Whoever needs the same rows at once waits for the others and not crosswise, which ends in errors.

What is tried here shows only on PostgreSQL: SQLite lets one writer in at a time.
"""

import threading
import time

import pytest
from django.db import transaction
from django.utils import timezone

from siegel.accounts import actions as accounts
from siegel.licensing import actions as licensing
from siegel.licensing.kinds import PoolKind
from siegel.licensing.models import Sponsorship
from siegel.workflows.accept_invitation import LinkNotOpen, register
from tests import cast, make
from tests.licensing.test_races import all_at_once

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.race]
#: Longer than the other one needs to come to where it waits.
MOMENT = 0.5


def test_inviting_a_guest_while_the_inviting_person_is_removed_ends_both_ways_well():
    world = cast.assemble()
    (profile,) = make.profiles(world.musterwerk, 1)
    invited = threading.Event()

    def invite():
        with transaction.atomic():
            guest = licensing.assign_license(
                actor=world.paul.actor,
                account_id=world.musterwerk.id,
                kind=PoolKind.GUEST,
                holder_id=profile,
                at=make.START,
            )
            licensing.add_sponsor(
                guest_ids=[guest], sponsor_id=world.paul.license_id, at=make.START
            )
            invited.set()
            time.sleep(MOMENT)

    def hold():
        invited.wait()
        with transaction.atomic():
            licensing.hold_licenses(
                account_id=world.musterwerk.id, license_ids=[world.paul.license_id]
            )

    assert all_at_once([invite, hold]) == [None, None]
    assert Sponsorship.objects.filter(sponsor=world.paul.license_id).count() == 1


def test_registering_while_an_administrator_ends_the_link_is_refused_and_no_error():
    world = cast.assemble()
    invitation = make.invited(world.anna, "neu@musterwerk.test", kind=PoolKind.FULL)
    token = invitation.link.rstrip("/").rpartition("/")[2]
    held = threading.Event()

    def end():
        with transaction.atomic():
            licensing.hold_licenses(
                account_id=world.musterwerk.id, license_ids=[invitation.license_id]
            )
            held.set()
            time.sleep(2 * MOMENT)
            accounts.end_access(profile_ids=[invitation.profile_id], at=timezone.now())

    def come():
        held.wait()
        register(token=token, password="viel-zu-lang-zum-raten", at=timezone.now())

    results = all_at_once([end, come])
    # SQLite lets the first one finish before the second one looks.
    assert None in results
    assert {type(one) for one in results} == {type(None), LinkNotOpen}
