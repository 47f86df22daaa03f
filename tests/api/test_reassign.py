"""Reassigning by program: looked at first, carried out by the plan's hash, once."""

import pytest
from django.test import Client

from siegel.licensing.models import License
from tests import cast, make
from tests.api.calls import ROOT, send, token_of

pytestmark = pytest.mark.django_db
NEW = {"email": "nora@musterwerk.test", "first_name": "Nora"}


def address(whom) -> str:
    return f"{ROOT}/musterwerk/licenses/{whom.license_id}/reassign"


def test_without_a_plan_nothing_changes_and_with_it_it_is_done_once(client: Client) -> None:
    world = cast.assemble()
    make.box(world.paul, members=(world.gina,))
    token = token_of(world.tom)
    plan = send(client, "post", address(world.paul), token, NEW).json()
    assert (plan["carried_out"], plan["way"]) == (False, "pass-on")
    assert plan["registration_link"] is None
    assert "1 Box geht über" in [one["text"] for one in plan["sentences"]]
    assert License.objects.get(id=world.paul.license_id).holder_id == world.paul.profile_id
    confirm = NEW | {"plan": plan["plan"]}
    done = send(client, "post", address(world.paul), token, confirm)
    assert done.status_code == 200
    assert done.json()["carried_out"]
    assert "/r/" in done.json()["registration_link"]
    again = send(client, "post", address(world.paul), token, confirm).json()
    assert (again["carried_out"], again["repeated"]) == (False, True)
    assert again["registration_link"] == done.json()["registration_link"]


def test_a_colleague_and_a_guest_get_no_link(client: Client) -> None:
    world = cast.assemble()
    token = token_of(world.tom)
    for leaver, to, way in ((world.ines, world.bea, "unite"), (world.paul, world.gina, "promote")):
        body = {"email": to.email}
        plan = send(client, "post", address(leaver), token, body).json()
        done = send(client, "post", address(leaver), token, body | {"plan": plan["plan"]}).json()
        assert (done["way"], done["registration_link"]) == (way, None)
        assert License.objects.get(id=done["license_id"]).holder_id == to.profile_id


def test_an_address_of_another_account_looks_like_any_new_one(client: Client) -> None:
    world = cast.assemble()
    token = token_of(world.tom)
    known = send(client, "post", address(world.paul), token, {"email": world.xaver.email})
    fresh = send(client, "post", address(world.paul), token, {"email": "niemand@anderswo.test"})
    left, right = known.json(), fresh.json()
    assert left.pop("plan") != right.pop("plan")
    assert str(left).replace(world.xaver.email, "niemand@anderswo.test") == str(right)


def test_each_no_has_its_code(client: Client) -> None:
    world = cast.assemble()
    token = token_of(world.tom)
    for whom, body, status, code in (
        (world.paul, {"email": world.paul.email}, 409, "same-person"),
        (world.paul, {"email": world.tom.email}, 409, "to-oneself"),
        (world.paul, {"email": "x"}, 422, "bad-input"),
        (world.paul, {}, 422, "invalid-input"),
        (world.paul, NEW | {"plan": "0" * 64}, 409, "world-changed"),
        (world.tom, NEW, 409, "own-license"),
        (world.anna, NEW, 403, "forbidden"),
        (world.xaver, NEW, 404, "not-found"),
    ):
        answer = send(client, "post", address(whom), token, body)
        assert (answer.status_code, answer.json()["code"]) == (status, code)
    stranger = send(client, "post", address(world.paul), token_of(world.xaver), NEW)
    assert stranger.status_code == 404
