"""Booking by program: previewed, confirmed as shown, repeated without harm."""

import pytest
from django.test import Client

from siegel.licensing.kinds import PoolKind
from siegel.licensing.models import Booking
from tests import cast, make
from tests.api.calls import ROOT, get, send, token_of

pytestmark = pytest.mark.django_db
BOOKING = ROOT + "/musterwerk/booking"
MORE = {"full": 15, "guest_packs": 1, "data_rooms": 0, "storage_packs": 0}


def test_a_dry_run_says_what_would_happen_and_changes_nothing(client: Client) -> None:
    world = cast.assemble()
    token = token_of(world.anna)
    plan = send(client, "put", BOOKING + "?dry_run=true", token, MORE).json()
    assert plan["licenses_now"]["full"]["booked"] == 15
    assert plan["licenses_now"]["guest"]["booked"] == 80
    assert plan["charge_cents"] > 0 and not plan["carried_out"]
    assert Booking.objects.filter(account_id=world.musterwerk.id).count() == 1


def test_a_confirmed_plan_is_carried_out_as_shown_and_once(client: Client) -> None:
    world = cast.assemble()
    token = token_of(world.anna)
    plan = send(client, "put", BOOKING + "?dry_run=true", token, MORE).json()
    done = send(client, "put", BOOKING, token, MORE | {"plan": plan["plan"]}).json()
    assert done == plan | {"carried_out": True}
    again = send(client, "put", BOOKING, token, MORE | {"plan": plan["plan"]}).json()
    assert again["repeated"] and not again["carried_out"]
    status = get(client, f"{ROOT}/musterwerk/licenses", token).json()
    assert status["licenses"] == plan["licenses_now"]
    assert Booking.objects.filter(account_id=world.musterwerk.id).count() == 2


def test_a_plan_that_the_world_has_overtaken_is_a_conflict(client: Client) -> None:
    world = cast.assemble()
    token = token_of(world.anna)
    plan = send(client, "put", BOOKING + "?dry_run=true", token, MORE).json()
    make.book(world.musterwerk, full=12)
    response = send(client, "put", BOOKING, token, MORE | {"plan": plan["plan"]})
    assert response.status_code == 409
    assert response.json()["data"]["plan_hash"] != plan["plan"]
    assert make.pool(world.musterwerk, PoolKind.FULL).booked == 12


def test_without_a_plan_the_totals_are_set_and_setting_them_again_is_no_mistake(
    client: Client,
) -> None:
    world = cast.assemble()
    token = token_of(world.anna)
    assert send(client, "put", BOOKING, token, MORE).json()["carried_out"]
    again = send(client, "put", BOOKING, token, MORE)
    assert (again.status_code, again.json()["repeated"]) == (200, True)
    fewer = send(client, "put", BOOKING, token, MORE | {"full": 9}).json()
    assert fewer["later"]["full"] == 9 and fewer["later_on"]
    status = get(client, f"{ROOT}/musterwerk/licenses", token).json()
    assert status["planned"][0]["changes"][0] == {"item": "full", "before": 15, "after": 9}


def test_rules_of_booking_hold_here_too(client: Client) -> None:
    world = cast.assemble()
    forbidden = send(client, "put", BOOKING, token_of(world.tom), MORE)
    assert (forbidden.status_code, forbidden.json()["code"]) == (403, "forbidden")
    token = token_of(world.anna)
    assert send(client, "put", BOOKING, token, MORE | {"full": -1}).status_code == 422
    ina = make.account("indi", "Individuell GmbH", "individual", "ina@indi.test", full=5)
    response = send(client, "put", ROOT + "/indi/booking", token_of(ina), MORE)
    assert (response.status_code, response.json()["code"]) == (409, "contact-support")
    assert response.json()["ways_out"][0]["code"] == "contact-support"
