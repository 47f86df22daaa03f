"""Guest ⇄ full, suspending and activating by program."""

import pytest
from django.test import Client

from siegel.licensing.kinds import PoolKind
from siegel.licensing.models import License
from tests import cast, make
from tests.api.calls import ROOT, get, send, token_of

pytestmark = pytest.mark.django_db


def address(whom, verb) -> str:
    return f"{ROOT}/musterwerk/holders/{whom.license_id}/{verb}"


def test_the_kind_is_changed_by_its_plan_once(client: Client) -> None:
    world = cast.assemble()
    token = token_of(world.tom)
    there = address(world.gina, "kind")
    plan = send(client, "post", there, token, {"kind": "full"}).json()
    assert (plan["carried_out"], plan["kind"]) == (False, "guest")
    assert plan["licenses_after"]["full"]["used"] == 7
    assert License.objects.get(id=world.gina.license_id).pool.kind == PoolKind.GUEST
    confirm = {"kind": "full", "plan": plan["plan"]}
    done = send(client, "post", there, token, confirm).json()
    assert (done["carried_out"], done["kind"]) == (True, "full")
    again = send(client, "post", there, token, confirm).json()
    assert (again["carried_out"], again["repeated"]) == (False, True)
    assert make.pool(world.musterwerk, PoolKind.FULL).used == 7


def test_each_no_has_its_code(client: Client) -> None:
    world = cast.assemble()
    make.box(world.paul)
    token = token_of(world.tom)
    for whom, body, status, code in (
        (world.paul, {"kind": "guest"}, 409, "owns-boxes"),
        (world.tom, {"kind": "guest"}, 409, "own-license"),
        (world.otto, {"kind": "guest", "plan": "0"}, 409, "world-changed"),
        (world.anna, {"kind": "guest"}, 403, "forbidden"),
        (world.xaver, {"kind": "guest"}, 404, "not-found"),
        (world.paul, {"kind": "storage"}, 422, "invalid-input"),
    ):
        answer = send(client, "post", address(whom, "kind"), token, body)
        assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_suspended_at_once_with_everything_kept_and_activated_again(client: Client) -> None:
    world = cast.assemble()
    token, theirs = token_of(world.anna), token_of(world.tom)
    used = make.pool(world.musterwerk, PoolKind.FULL).used
    for _twice in range(2):
        assert send(client, "post", address(world.tom, "suspend"), token).status_code == 204
    assert get(client, f"{ROOT}/musterwerk/licenses", theirs).status_code == 401
    assert make.pool(world.musterwerk, PoolKind.FULL).used == used
    assert send(client, "post", address(world.tom, "activate"), token).status_code == 204
    assert get(client, f"{ROOT}/musterwerk/licenses", theirs).status_code == 200
    assert send(client, "post", address(world.ines, "suspend"), token).status_code == 409
    assert send(client, "post", address(world.anna, "suspend"), theirs).status_code == 403
    assert send(client, "post", address(world.xaver, "suspend"), token).status_code == 404
