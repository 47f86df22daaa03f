"""Giving a license to somebody else: everything passes on, nobody is left out or left in."""

from datetime import timedelta

import pytest
from django.apps import apps
from django.contrib.sessions.models import Session
from django.core import mail
from django.utils import timezone

from siegel.accounts import actions as accounts
from siegel.accounts.models import ApiToken, Profile, RegistrationLink
from siegel.accounts.queries import roles_of
from siegel.audit.models import Event
from siegel.boxes import actions as boxes
from siegel.boxes.access import rights_in
from siegel.boxes.kinds import BoxKind
from siegel.boxes.models import Box, BoxMember
from siegel.boxes.queries.reach import reach_of
from siegel.boxes.rules import MANAGER, OWNER, Rights
from siegel.jobs.worker import run_jobs
from siegel.licensing import actions as licensing
from siegel.licensing.kinds import LicenseState, PoolKind
from siegel.licensing.models import GroupMember, License, Sponsorship
from siegel.licensing.queries.holders import holders
from siegel.licensing.queries.seats import seats_of
from siegel.workflows.accept_invitation import accept_invitation, register
from siegel.workflows.admin_log import LogFilter, log_page
from siegel.workflows.invite_person import invite_person, open_invitation
from siegel.workflows.reassign_license import reassign_license
from siegel.workflows.reassignment_plan import (
    Way,
    Wish,
    plan_reassignment,
)
from siegel.workflows.remove_people import remove_person
from tests import cast, make

pytestmark = pytest.mark.django_db
NEW = "nora@musterwerk.test"
GOOD = "viel-zu-lang-zum-raten"


def about(by, whom, email=NEW, at=None, **wish):
    return {
        "actor": by.actor,
        "account_id": whom.account.id,
        "license_id": whom.license_id,
        "wish": Wish(email, **wish),
        "at": at or timezone.now(),
    }


def reassign(by, whom, email=NEW, **wish):
    request = about(by, whom, email, **wish)
    return reassign_license(**request, confirmed=plan_reassignment(**request).hash)


def fill(of):
    pool = make.pool(of, PoolKind.FULL)
    make.people(of, pool.booked - pool.used)
    assert make.pool(of, PoolKind.FULL).used == pool.booked


def figures(of):
    return {kind: make.pool(of, kind).used for kind in PoolKind}


def dump(without=()):
    """Return every row of every table but those, by table."""
    return {
        model.__name__: {
            tuple(sorted((key, str(value)) for key, value in row.items()))
            for row in model._base_manager.values()
        }
        for model in apps.get_models()
        if model not in {Session, *without}
    }


def changed(before, after):
    """Return by table what went and what came, where anything did."""
    return {
        name: ([dict(row) for row in rows - after[name]], [dict(row) for row in after[name] - rows])
        for name, rows in before.items()
        if rows != after[name]
    }


def furnish(world):
    """Give Paul boxes, a place in Anna's, a group, a guest, a data room and other rights."""
    make.box(world.paul, "Verträge", members=(world.tom, world.gina), files=3, size=5_000)
    make.box(world.paul, kind=BoxKind.TEMPORARY)
    make.box(world.paul, kind=BoxKind.DATA_ROOM, files=1, size=7)
    theirs = make.box(world.anna, "Annas", members=(world.paul, world.gina))
    ids = {"account_id": world.musterwerk.id}
    licensing.change_rights(
        actor=world.anna.actor,
        **ids,
        license_ids=[world.paul.license_id],
        changes={"creates_data_rooms": True, "sees": "own"},
        at=make.START,
    )
    group = licensing.create_group(actor=world.anna.actor, **ids, name="Recht", at=make.START)
    licensing.change_groups(
        actor=world.anna.actor,
        **ids,
        license_ids=[world.paul.license_id],
        join=[group],
        at=make.START,
    )
    licensing.add_sponsor(
        guest_ids=[world.gina.license_id],
        sponsor_id=world.paul.license_id,
        at=make.START,
    )
    return theirs


# --- Somebody new here ----------------------------------------------------------------------


def test_a_full_dump_before_and_after_differs_only_in_the_pointer():
    world = cast.assemble()
    furnish(world)
    fill(world.musterwerk)
    # The successor is known from before, so that not even a profile is new.
    nora = make.profiles(world.musterwerk, 1, "nora")[0]
    email = Profile.objects.get(id=nora).email
    before = dump()
    plan = plan_reassignment(**about(world.tom, world.paul, email))
    assert dump() == before  # looking changes nothing
    assert (plan.way, plan.belongings.boxes, plan.belongings.groups) == (Way.PASS_ON, 3, ("Recht",))
    assert plan.pools_after == plan.pools_before
    reassign(world.tom, world.paul, email)
    difference = changed(before, dump())
    # Boxes, members, groups, guests, roles, bookings: not one row of theirs is touched.
    assert set(difference) == {
        "License",
        "LedgerEntry",
        "Pool",
        "Event",
        "IdempotencyKey",
        "RegistrationLink",
        "Person",
    }
    (person_before,), (person_after,) = difference["Person"]  # whose sessions have ended
    assert {key for key in person_before if person_before[key] != person_after[key]} == {
        "session_epoch"
    }
    (gone,), came = difference["License"]
    now = next(row for row in came if row["id"] == gone["id"])
    assert {name for name in gone if gone[name] != now[name]} == {
        "holder_id",
        "state",
        "assigned_at",
        "assigned_by_id",
        "last_active_at",
    }
    assert now["holder_id"] == str(nora)
    (past,) = (row for row in came if row["id"] != gone["id"])  # so that past lists stay true
    assert (past["continued_by_id"], past["holder_id"]) == (gone["id"], str(world.paul.profile_id))
    (pool_before,), (pool_after,) = difference["Pool"]
    assert (pool_before["booked"], pool_before["used"]) == (
        pool_after["booked"],
        pool_after["used"],
    )


def test_somebody_new_registers_with_the_link_and_owns_the_boxes_also_in_a_full_account():
    world = cast.assemble()
    theirs = furnish(world)
    fill(world.musterwerk)
    done = reassign(world.tom, world.paul, first_name="Nora", last_name="Neu")
    assert (done.license_id, done.invited) == (world.paul.license_id, True)
    link = open_invitation(
        actor=world.tom.actor,
        account_id=world.musterwerk.id,
        profile_id=done.profile_id,
        at=timezone.now(),
    )
    assert link is not None
    accepted = register(
        token=link.link.split("/r/")[1].strip("/"), password=GOOD, at=timezone.now()
    )
    (seat,) = seats_of(accepted.login.pk)
    assert seat.license_id == world.paul.license_id
    own = Box.objects.filter(owner=seat.license_id).values_list("id", flat=True)
    assert [rights_in(box, seat.license_id) for box in own] == [OWNER] * 3
    assert rights_in(theirs, seat.license_id) == Rights()
    assert Profile.objects.get(id=done.profile_id).name == "Nora Neu"


def test_who_loses_the_license_keeps_no_access():
    world = cast.assemble()
    accounts.create_api_token(
        actor=world.tom.actor,
        account_id=world.musterwerk.id,
        label="Skript",
        days=30,
        at=timezone.now(),
    )
    plan = plan_reassignment(**about(world.anna, world.tom))
    assert plan.tokens == ("Skript",)
    reassign(world.anna, world.tom)
    assert seats_of(world.tom.person_id) == []
    assert roles_of(world.tom.profile_id) == frozenset()
    assert not ApiToken.objects.filter(revoked_at=None).exists()


def test_open_sessions_end_unless_the_login_is_for_other_accounts_as_well(client):
    world = cast.assemble()
    for who, address in ((world.paul, NEW), (world.bea, "nina@musterwerk.test")):
        if who == world.bea:
            make.person(world.anderswo, world.bea.email)
        client.force_login(who.login)
        assert client.get("/me/").status_code == 200
        assert client.get("/a/musterwerk/").status_code == 200
        reassign(world.tom if who == world.paul else world.anna, who, address)
        if who == world.paul:
            assert client.get("/me/").status_code == 302  # to the sign-in
        else:
            assert client.get("/me/").status_code == 200
            assert client.get("/a/musterwerk/").status_code == 404
            assert client.get("/a/anderswo/").status_code == 200


def test_an_address_that_only_another_account_knows_is_a_new_person():
    """Nothing tells that it exists elsewhere; whoever has it accepts by signing in."""
    world = cast.assemble()
    known = plan_reassignment(**about(world.tom, world.paul, world.xaver.email))
    unknown = plan_reassignment(**about(world.tom, world.paul))
    assert (known.way, known.held, known.successor_name) == (
        unknown.way,
        unknown.held,
        world.xaver.email,
    )
    done = reassign(world.tom, world.paul, world.xaver.email)
    assert done.invited
    assert [seat.account.slug for seat in seats_of(world.xaver.person_id)] == ["anderswo"]
    link = open_invitation(
        actor=world.tom.actor,
        account_id=world.musterwerk.id,
        profile_id=done.profile_id,
        at=timezone.now(),
    )
    assert link is not None
    accept_invitation(
        token=link.link.split("/r/")[1].strip("/"),
        person_id=world.xaver.person_id,
        at=timezone.now(),
    )
    assert {seat.account.slug for seat in seats_of(world.xaver.person_id)} == {
        "anderswo",
        "musterwerk",
    }


def test_an_invitation_to_a_mistyped_address_goes_to_the_right_one():
    world = cast.assemble()
    wrong = invite_person(
        actor=world.tom.actor,
        account_id=world.musterwerk.id,
        person=accounts.PersonData("jonsa@kanzlei.test"),
        kind=PoolKind.GUEST,
        at=timezone.now(),
    )
    somebody = make.Somebody(
        world.musterwerk,
        wrong.profile_id,
        Profile.objects.get(id=wrong.profile_id).person_id,
        "jonsa@kanzlei.test",
        wrong.license_id,
    )
    before = figures(world.musterwerk)
    assert plan_reassignment(**about(world.tom, somebody, "jonas@kanzlei.test")).open_link
    done = reassign(world.tom, somebody, "jonas@kanzlei.test")
    assert figures(world.musterwerk) == before
    open_ = RegistrationLink.objects.filter(used_at=None, withdrawn_at=None)
    assert not open_.filter(profile=wrong.profile_id).exists()
    assert open_.filter(profile=done.profile_id).exists()
    assert License.objects.get(id=done.license_id).pool.kind == PoolKind.GUEST


# --- A colleague ----------------------------------------------------------------------------


def test_a_colleague_gets_the_boxes_and_the_license_becomes_free():
    world = cast.assemble()
    theirs = furnish(world)
    boxes.join_boxes(
        actor=world.anna.actor,
        box_ids=[theirs],
        license_id=world.bea.license_id,
        at=make.START,
        rights=MANAGER,
    )
    before = figures(world.musterwerk)
    plan = plan_reassignment(**about(world.tom, world.paul, world.bea.email))
    assert (plan.way, plan.freed) == (Way.UNITE, PoolKind.FULL)
    done = reassign(world.tom, world.paul, world.bea.email)
    assert (done.license_id, done.invited) == (world.bea.license_id, False)
    after = {pool.kind: pool.used for pool in plan.pools_after}
    assert figures(world.musterwerk) == after
    assert after == before | {PoolKind.FULL: before[PoolKind.FULL] - 1}
    row = License.objects.get(id=world.bea.license_id)
    assert (row.boxes, row.data_rooms, row.owned_bytes) == (3, 1, 5_007)
    assert rights_in(theirs, world.bea.license_id) == MANAGER  # united, nothing lost
    assert Sponsorship.objects.get(guest=world.gina.license_id).sponsor_id == row.id
    assert GroupMember.objects.get().license_id == row.id
    assert License.objects.get(id=world.paul.license_id).state == LicenseState.RELEASED
    assert seats_of(world.paul.person_id) == []


def test_places_of_two_licenses_unite_to_whatever_either_may():
    world = cast.assemble()
    kinds = [
        Rights(reads=reads, writes=writes, deletes=deletes, sees_members=sees)
        for reads in (True, False)
        for writes in (True, False)
        for deletes in (True, False)
        for sees in (True, False)
        if reads or writes
    ] + [MANAGER]
    expected = {}
    for paul in kinds:
        for tom in kinds:
            box = make.box(world.anna)
            for who, rights in ((world.paul, paul), (world.tom, tom)):
                boxes.join_boxes(
                    actor=world.anna.actor,
                    box_ids=[box],
                    license_id=who.license_id,
                    at=make.START,
                    rights=rights,
                )
            expected[box] = (
                MANAGER
                if MANAGER in {paul, tom}
                else Rights(
                    reads=paul.reads or tom.reads,
                    writes=paul.writes or tom.writes,
                    deletes=paul.deletes or tom.deletes,
                    sees_members=paul.sees_members or tom.sees_members,
                )
            )
    reassign(world.anna, world.paul, world.tom.email)
    assert {box: rights_in(box, world.tom.license_id) for box in expected} == expected
    assert not BoxMember.objects.filter(license=world.paul.license_id).exists()


def test_the_preview_counts_who_is_here_and_not_who_lies_in_the_bin():
    world = cast.assemble()
    furnish(world)
    seen = []
    for _before_and_after in range(2):
        plan = plan_reassignment(**about(world.tom, world.paul))
        reach = reach_of(
            actor=world.tom.actor,
            account_id=world.musterwerk.id,
            license_id=world.paul.license_id,
        )
        seen.append((plan.belongings.guests, reach.members, reach.places))
        remove_person(
            actor=world.tom.actor,
            account_id=world.musterwerk.id,
            license_id=world.gina.license_id,
            at=timezone.now(),
        )
    assert seen == [(1, 2, 1), (0, 1, 1)]


# --- What is written down -------------------------------------------------------------------


def test_both_people_find_it_in_their_history_and_past_lists_stay_true():
    world = cast.assemble()
    done = reassign(world.tom, world.paul)
    successor = Profile.objects.get(id=done.profile_id).person_id
    lost = Event.objects.get(verb="license.reassign")
    got = Event.objects.get(verb="license.take-over")
    assert (lost.subject_id, lost.data["other"]) == (world.paul.person_id, str(successor))
    assert (got.subject_id, got.data["other"]) == (successor, str(world.paul.person_id))
    past = holders(
        actor=world.tom.actor,
        account_id=world.musterwerk.id,
        at=make.START + timedelta(days=1),
    )
    assert "Paul Özdemir" in {row.name for row in past.rows}
    assert NEW not in {row.email for row in past.rows}


def test_somebody_who_works_here_already_is_told_by_mail():
    world = cast.assemble()
    make.box(world.paul)
    reassign(world.tom, world.paul, world.gina.email)
    run_jobs()
    (told,) = (message for message in mail.outbox if message.to == [world.gina.email])
    assert told.subject == "Sie haben die Boxen von Paul Özdemir übernommen"
    assert "Ihnen gehört jetzt 1 Box." in told.body


def test_the_log_names_both_who_lost_the_license_and_who_has_it():
    world = cast.assemble()
    reassign(world.anna, world.paul, world.tom.email)
    page = log_page(actor=world.anna.actor, account_id=world.musterwerk.id, which=LogFilter())
    told = {
        line.event.verb: (line.subject.name, line.event.data["other"])
        for line in page.lines
        if "other" in line.event.data
    }
    assert told == {
        "license.reassign": ("Paul Özdemir", "Tom Brandt"),
        "license.take-over": ("Tom Brandt", "Paul Özdemir"),
    }
