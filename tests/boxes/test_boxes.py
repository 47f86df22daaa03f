"""Boxes belong to licenses: created, handed over, binned, brought back, destroyed."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from siegel.accounts.permissions import SYSTEM
from siegel.boxes import actions as boxes
from siegel.boxes.access import rights_in
from siegel.boxes.actions.members import GuestsManageNothing
from siegel.boxes.actions.moves import CannotOwnBoxes
from siegel.boxes.kinds import BoxKind, MemberRole
from siegel.boxes.models import Box, BoxMember, BoxMove
from siegel.boxes.rules import MANAGER, Rights
from siegel.core.refusal import BadInput, Forbidden, NotFound
from siegel.licensing import actions as licensing
from siegel.licensing.actions.licenses import NoFreeLicense
from siegel.licensing.kinds import PoolKind
from siegel.licensing.models import License
from tests import cast, make
from tests.make import START, Somebody

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def owned(of: Somebody) -> tuple[int, int, int]:
    row = License.objects.get(id=of.license_id)
    return row.boxes, row.data_rooms, row.owned_bytes


def test_who_holds_a_full_license_creates_a_box_and_owns_it():
    world = cast.assemble()
    box = boxes.create_box(
        actor=world.paul.actor,
        account_id=world.musterwerk.id,
        kind=BoxKind.PRIVACY,
        name="  Verträge   2026 ",
        at=START,
    )
    assert Box.objects.get(id=box).name == "Verträge 2026"
    assert rights_in(box, world.paul.license_id).owns
    assert owned(world.paul) == (1, 0, 0)


def test_guests_create_no_boxes():
    world = cast.assemble()
    with pytest.raises(Forbidden):
        boxes.create_box(
            actor=world.gina.actor,
            account_id=world.musterwerk.id,
            kind=BoxKind.PRIVACY,
            name="Meine",
            at=START,
        )


@pytest.mark.parametrize(
    ("kind", "name", "days"),
    [
        (BoxKind.PRIVACY, " ", None),
        (BoxKind.PRIVACY, "x" * 65, None),
        (BoxKind.PRIVACY, "Box", 3),
        (BoxKind.TEMPORARY, "Box", None),
        (BoxKind.TEMPORARY, "Box", 0),
        (BoxKind.TEMPORARY, "Box", 366),
    ],
)
def test_a_box_with_a_wrong_name_or_end_is_refused(kind, name, days):
    world = cast.assemble()
    with pytest.raises(BadInput):
        boxes.create_box(
            actor=world.paul.actor,
            account_id=world.musterwerk.id,
            kind=kind,
            name=name,
            at=START,
            ends_at=START + days * DAY if days is not None else None,
        )


def test_a_data_room_takes_a_license_and_the_bin_gives_it_back():
    world = cast.assemble()
    make.box(world.paul, kind=BoxKind.DATA_ROOM)
    with pytest.raises(NoFreeLicense):
        make.box(world.tom, kind=BoxKind.DATA_ROOM)
    removal = make.bin_boxes(world.paul)
    other = make.box(world.tom, kind=BoxKind.DATA_ROOM)
    with pytest.raises(NoFreeLicense), transaction.atomic():
        boxes.restore_boxes(
            actor=SYSTEM, account_id=world.musterwerk.id, removal_id=removal, at=START
        )
    assert make.pool(world.musterwerk, PoolKind.DATA_ROOM).used == 1
    assert Box.objects.get(id=other).room_license_id


def test_boxes_go_to_another_license_and_nobody_loses_a_right():
    world = cast.assemble()
    box = make.box(world.paul, members=(world.tom, world.gina), files=3, size=5_000)
    members = set(BoxMember.objects.values_list("box", "license", "role"))
    moved = boxes.move_boxes(
        actor=world.anna.actor,
        account_id=world.musterwerk.id,
        from_license=world.paul.license_id,
        to_license=world.tom.license_id,
        at=START + DAY,
    )
    assert moved == 1
    assert rights_in(box, world.tom.license_id).owns
    assert rights_in(box, world.paul.license_id) is None
    assert set(BoxMember.objects.values_list("box", "license", "role")) == members
    assert (owned(world.paul), owned(world.tom)) == ((0, 0, 0), (1, 0, 5_000))
    assert BoxMove.objects.get().to_license_id == world.tom.license_id


@pytest.mark.parametrize("to", ["gina", "xaver"])
def test_boxes_go_to_no_guest_and_to_no_other_account(to):
    world = cast.assemble()
    make.box(world.paul)
    with pytest.raises((CannotOwnBoxes, NotFound)):
        boxes.move_boxes(
            actor=world.anna.actor,
            account_id=world.musterwerk.id,
            from_license=world.paul.license_id,
            to_license=getattr(world, to).license_id,
            at=START + DAY,
        )
    assert owned(world.paul) == (1, 0, 0)


def test_boxes_that_a_removal_handed_over_come_back_but_not_those_passed_on_since():
    world = cast.assemble()
    kept, gone = make.box(world.paul, "Bleibt", size=7, files=1), make.box(world.paul, "Geht")
    removal = make.bin_boxes(world.bea)  # a removal to hang the hand-over on
    boxes.move_boxes(
        actor=SYSTEM,
        account_id=world.musterwerk.id,
        from_license=world.paul.license_id,
        to_license=world.tom.license_id,
        at=START + DAY,
        removal_id=removal,
    )
    Box.objects.filter(id=gone).update(owner=world.anna.license_id)
    License.objects.filter(id=world.tom.license_id).update(boxes=1)
    License.objects.filter(id=world.anna.license_id).update(boxes=1)
    back = boxes.move_back(
        actor=SYSTEM, account_id=world.musterwerk.id, removal_id=removal, at=START + 2 * DAY
    )
    assert back == 1
    assert Box.objects.get(id=kept).owner_id == world.paul.license_id
    assert Box.objects.get(id=gone).owner_id == world.anna.license_id


def test_boxes_in_the_bin_are_out_of_reach_and_come_back_as_they_were():
    world = cast.assemble()
    box = make.box(world.paul, members=(world.gina,), files=1, size=10)
    before = Box.objects.filter(id=box).values().get()
    removal = make.bin_boxes(world.paul)
    assert rights_in(box, world.paul.license_id) is None
    assert rights_in(box, world.gina.license_id) is None
    assert owned(world.paul) == (0, 0, 10)
    boxes.restore_boxes(
        actor=SYSTEM, account_id=world.musterwerk.id, removal_id=removal, at=START + DAY
    )
    assert Box.objects.filter(id=box).values().get() == before
    assert rights_in(box, world.gina.license_id) == Rights()


def test_destroyed_boxes_keep_a_row_without_name_and_content():
    world = cast.assemble()
    box = make.box(world.paul, files=1, size=10)
    removal = make.bin_boxes(world.paul)
    assert boxes.destroy_boxes(removal_id=removal, at=START + DAY) == 1
    assert boxes.destroy_boxes(removal_id=removal, at=START + DAY) == 0
    row = Box.objects.get(id=box)
    assert (row.name, row.files, row.bytes) == ("", 0, 0)
    assert owned(world.paul) == (0, 0, 0)


def test_places_in_boxes_pass_on_united_where_the_successor_has_one():
    world = cast.assemble()
    both = make.box(world.anna, "Beide", members=(world.paul, world.tom))
    only = make.box(world.anna, "Nur Paul", members=(world.paul,))
    boxes.change_member(
        actor=world.anna.actor, box_id=both, license_id=world.paul.license_id, rights=MANAGER
    )
    new = boxes.pass_on_memberships(
        from_license=world.paul.license_id, to_license=world.tom.license_id
    )
    assert new == 1
    assert rights_in(both, world.tom.license_id) == MANAGER
    assert rights_in(only, world.tom.license_id) == Rights()
    assert not BoxMember.objects.filter(license=world.paul.license_id).exists()


def test_members_decide_about_no_members_and_strangers_see_nothing():
    world = cast.assemble()
    box = make.box(world.anna, members=(world.paul,))
    for who, no in ((world.paul, Forbidden), (world.tom, NotFound), (world.xaver, NotFound)):
        with pytest.raises(no):
            boxes.join_boxes(
                actor=who.actor, box_ids=[box], license_id=world.gina.license_id, at=START
            )
    boxes.remove_member(actor=world.paul.actor, box_id=box, license_id=world.paul.license_id)
    assert rights_in(box, world.paul.license_id) is None


def test_the_database_refuses_a_room_without_license_and_a_member_who_may_nothing():
    world = cast.assemble()
    box = make.box(world.anna, members=(world.paul,))
    for change in (
        lambda: Box.objects.filter(id=box).update(kind=BoxKind.DATA_ROOM),
        lambda: BoxMember.objects.update(reads=False, writes=False),
        lambda: BoxMember.objects.update(role=MemberRole.MANAGER),
        lambda: License.objects.filter(id=world.anna.license_id).update(
            state="released", released_at=START
        ),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            change()


def test_guests_manage_nothing_also_where_they_did_as_full_users():
    world = cast.assemble()
    box = make.box(world.anna, members=(world.paul, world.gina))
    with pytest.raises(GuestsManageNothing):
        boxes.change_member(
            actor=world.anna.actor, box_id=box, license_id=world.gina.license_id, rights=MANAGER
        )
    boxes.change_member(
        actor=world.anna.actor, box_id=box, license_id=world.paul.license_id, rights=MANAGER
    )
    for to, manages in ((PoolKind.GUEST, False), (PoolKind.FULL, True)):
        licensing.change_kind(
            actor=world.anna.actor,
            account_id=world.musterwerk.id,
            license_id=world.paul.license_id,
            to=to,
            at=START + DAY,
        )
        assert rights_in(box, world.paul.license_id).manages is manages


@pytest.mark.parametrize("who", ["xaver", "released"])
def test_nobody_of_another_account_and_no_ended_license_joins(who):
    world = cast.assemble()
    box = make.box(world.anna)
    licensing.release_license(
        actor=SYSTEM, account_id=world.musterwerk.id, license_id=world.gina.license_id, at=START
    )
    license_id = (world.xaver if who == "xaver" else world.gina).license_id
    with pytest.raises(NotFound):
        boxes.join_boxes(actor=world.anna.actor, box_ids=[box], license_id=license_id, at=START)
