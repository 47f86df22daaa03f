"""What people use, beside their names: own boxes, boxes of others, guests, groups, registration."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from siegel.accounts import actions as accounts
from siegel.boxes.kinds import BoxKind
from siegel.boxes.queries.usage import shared_usage
from siegel.core.refusal import Forbidden
from siegel.licensing import actions
from siegel.licensing.queries.holder_filter import HolderFilter
from siegel.workflows.people_overview import EXTRAS, iterate_people, people_page
from tests import cast, make

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return cast.assemble()


def shown(world, **options):
    asked = {"narrow": HolderFilter(), "sort": "name", "page": "", "at": None, "extras": EXTRAS}
    _page, people = people_page(
        actor=world.anna.actor, account_id=world.musterwerk.id, **(asked | options)
    )
    return {one.row.email.split("@")[0]: one for one in people}


def test_storage_in_own_boxes_and_in_boxes_of_others_counts_apart(world):
    make.box(world.paul, size=100, members=(world.tom, world.gina, world.paul))
    make.box(world.tom, size=7, members=(world.gina,))
    make.box(world.tom, kind=BoxKind.DATA_ROOM)
    people = shown(world)
    paul, tom, gina = (people[name] for name in ("paul", "tom", "gina"))
    assert (paul.row.boxes, paul.row.owned_bytes, paul.shared.bytes) == (1, 100, 0)
    assert (tom.row.boxes, tom.row.data_rooms, tom.row.owned_bytes) == (2, 1, 7)
    assert (tom.shared.boxes, tom.shared.bytes) == (1, 100)
    assert (gina.row.owned_bytes, gina.shared.boxes, gina.shared.bytes) == (0, 2, 107)


def test_boxes_in_the_bin_are_nobodys_use(world):
    make.box(world.paul, size=100, members=(world.tom,))
    make.bin_boxes(world.paul)
    assert shown(world)["tom"].shared.bytes == 0


def test_guests_groups_and_the_day_of_registration_are_told(world):
    actions.add_sponsor(
        guest_ids=[world.gina.license_id], sponsor_id=world.paul.license_id, at=make.START
    )
    group = actions.create_group(
        actor=world.tom.actor, account_id=world.musterwerk.id, name="Recht", at=make.START
    )
    actions.change_groups(
        actor=world.tom.actor,
        account_id=world.musterwerk.id,
        license_ids=[world.paul.license_id],
        join=[group],
        at=make.START,
    )
    (link,) = accounts.create_registration_links(
        actor=world.tom.actor,
        account_id=world.musterwerk.id,
        profile_ids=[world.ines.profile_id],
        at=make.START,
    )
    accounts.use_registration_link(link_id=link.id, at=make.START)
    people = shown(world)
    assert (people["paul"].invited, people["tom"].invited) == (1, 0)
    assert people["paul"].groups == ((group, "Recht"),)
    assert people["ines"].registered_at == make.START
    assert people["tom"].registered_at is None


def test_what_no_column_shows_costs_no_statement(world):
    actor = world.anna.actor

    def count(extras):
        with CaptureQueriesContext(connection) as statements:
            people_page(
                actor=actor,
                account_id=world.musterwerk.id,
                narrow=HolderFilter(),
                sort="name",
                page="",
                at=None,
                extras=extras,
            )
        return len(statements)

    assert [count(EXTRAS[:n]) - count(()) for n in range(len(EXTRAS) + 1)] == [0, 1, 2, 3, 4]


def test_a_file_has_the_lines_of_the_pages_in_their_order(world):
    make.box(world.paul, size=9)
    for sort in ("name", "-owned", "status"):
        asked = {"narrow": HolderFilter(), "sort": sort, "at": None, "extras": EXTRAS}
        lines = iterate_people(actor=world.anna.actor, account_id=world.musterwerk.id, **asked)
        assert list(lines) == list(shown(world, sort=sort).values())


def test_nobody_else_sees_what_people_use(world):
    with pytest.raises(Forbidden):
        shared_usage(
            actor=world.paul.actor,
            account_id=world.musterwerk.id,
            license_ids=[world.tom.license_id],
        )
