"""Whom people without a role may find: what their license lets them see, and never more."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from siegel.accounts.permissions import SYSTEM
from siegel.core.refusal import NotFound
from siegel.licensing import actions
from siegel.licensing.kinds import PoolKind
from siegel.licensing.queries.visible import visible_licenses, visible_people
from tests import cast, make

pytestmark = pytest.mark.django_db
EVERYBODY = {"anna", "tom", "bea", "otto", "paul", "gina", "ines"}


@pytest.fixture
def world():
    return cast.assemble()


def let_see(world, who, sees):
    actions.change_rights(
        actor=SYSTEM,
        account_id=world.musterwerk.id,
        license_ids=[who.license_id],
        changes={"sees": sees},
        at=make.START,
    )


def found(world, who, **options):
    people = visible_people(actor=who.actor, account_id=world.musterwerk.id, **options)
    return {one.email.split("@")[0] for one in people}


def test_usually_everybody_of_the_account_is_found_and_nobody_else(world):
    assert found(world, world.paul) == EVERYBODY
    assert found(world, world.paul, search="özd") == {"paul"}
    assert found(world, world.paul, search="%") == set()
    assert found(world, world.paul, kinds=[PoolKind.GUEST]) == {"gina"}


def test_who_sees_colleagues_finds_only_those_guests_that_are_theirs(world):
    let_see(world, world.paul, "colleagues")
    assert found(world, world.paul) == EVERYBODY - {"gina"}
    actions.add_sponsor(
        guest_ids=[world.gina.license_id],
        sponsor_id=world.paul.license_id,
        at=make.START,
    )
    assert found(world, world.paul) == EVERYBODY


def test_who_sees_only_own_guests_finds_these_and_themselves(world):
    let_see(world, world.paul, "own")
    assert found(world, world.paul) == {"paul"}
    actions.add_sponsor(
        guest_ids=[world.gina.license_id],
        sponsor_id=world.paul.license_id,
        at=make.START,
    )
    assert found(world, world.paul) == {"paul", "gina"}
    asked = [world.gina.license_id, world.tom.license_id, world.xaver.license_id]
    assert visible_licenses(
        actor=world.paul.actor, account_id=world.musterwerk.id, license_ids=asked
    ) == {world.gina.license_id}


def test_administrators_find_everybody_whatever_their_license_says(world):
    let_see(world, world.tom, "own")
    assert found(world, world.tom) == EVERYBODY


def test_guests_find_nobody_and_strangers_no_account(world):
    assert found(world, world.gina) == set()
    with pytest.raises(NotFound):
        visible_people(actor=world.xaver.actor, account_id=world.musterwerk.id)


def test_finding_people_takes_as_many_statements_as_finding_one(world):
    actor = world.paul.actor
    make.book(world.musterwerk, full=60)

    def count():
        with CaptureQueriesContext(connection) as statements:
            visible_people(actor=actor, account_id=world.musterwerk.id)
        return len(statements)

    few = count()
    make.people(world.musterwerk, 40)
    assert count() == few <= 3
