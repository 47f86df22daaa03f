"""Removing and restoring by program: plan, confirmation, and what an old client gets."""

import pytest
from django.test import Client

from siegel.licensing.kinds import LicenseState
from siegel.licensing.models import License, Removal
from tests import cast, make
from tests.api.calls import ROOT, send, token_of

pytestmark = pytest.mark.django_db
REMOVALS = ROOT + "/musterwerk/removals"


def test_a_plan_is_shown_confirmed_and_undone(client: Client) -> None:
    world = cast.assemble()
    make.box(world.paul, members=(world.gina,), files=4, size=9)
    token = token_of(world.anna)
    body = {
        "licenses": [str(world.paul.license_id), str(world.anna.license_id)],
        "boxes": str(world.tom.license_id),
    }
    shown = send(client, "post", REMOVALS, token, body).json()
    assert (shown["carried_out"], shown["handed_over"], shown["undecided"]) == (False, 1, 0)
    (leaver,) = shown["people"]
    assert (leaver["files"], leaver["people_in_boxes"]) == (4, 1)
    assert leaver["boxes_go"] == str(world.tom.license_id)
    assert [one["code"] for one in shown["kept"]] == ["own-license"]
    other = send(client, "post", REMOVALS, token, body | {"boxes": "bin", "plan": shown["plan"]})
    assert (other.status_code, other.json()["code"]) == (409, "world-changed")
    for _again in range(2):
        done = send(client, "post", REMOVALS, token, body | {"plan": shown["plan"]})
        assert (done.status_code, done.json()["carried_out"]) == (200, True)
    removal = Removal.objects.get()
    for _again in range(2):
        back = send(client, "post", f"{REMOVALS}/{removal.id}/restore", token, None)
        assert back.status_code == 204
    assert License.objects.get(id=world.paul.license_id).boxes == 1


def test_undecided_boxes_are_counted_in_the_plan_and_refused_when_confirmed(
    client: Client,
) -> None:
    world = cast.assemble()
    make.box(world.paul)
    token, body = token_of(world.tom), {"licenses": [str(world.paul.license_id)]}
    shown = send(client, "post", REMOVALS, token, body).json()
    assert (shown["undecided"], shown["people"][0]["undecided"]) == (1, True)
    no = send(client, "post", REMOVALS, token, body | {"plan": shown["plan"]})
    assert (no.status_code, no.json()["code"]) == (409, "boxes-undecided")
    exception = {"boxes_of": {str(world.paul.license_id): "bin"}}
    assert send(client, "post", REMOVALS, token, body | exception).json()["binned"] == 1


def test_who_owns_boxes_is_deleted_only_with_a_decision(client: Client) -> None:
    world = cast.assemble()
    make.box(world.paul)
    token = token_of(world.tom)
    address = f"{ROOT}/musterwerk/holders/{world.paul.license_id}"
    no = send(client, "delete", address, token, None)
    assert (no.status_code, no.json()["code"]) == (409, "boxes-undecided")
    assert {way["code"] for way in no.json()["ways_out"]} == {"hand-over", "bin"}
    assert send(client, "delete", f"{address}?boxes=x", token, None).status_code == 422
    for _again in range(2):
        assert send(client, "delete", f"{address}?boxes=bin", token, None).status_code == 204
    assert License.objects.get(id=world.paul.license_id).state == LicenseState.RELEASED


def test_strangers_find_nothing_and_bad_input_changes_nothing(client: Client) -> None:
    world = cast.assemble()
    body = {"licenses": [str(world.paul.license_id)]}
    xaver = token_of(world.xaver)
    assert send(client, "post", REMOVALS, xaver, body).status_code == 404
    own = ROOT + "/anderswo/removals"
    assert send(client, "post", own, xaver, body).status_code == 404
    restore = f"{own}/{world.paul.license_id}/restore"
    assert send(client, "post", restore, xaver, None).status_code == 404
    token = token_of(world.tom)
    for wrong in ({"licenses": []}, {"licenses": ["x"]}, {"boxes": "nowhere"}, {"boxes_of": 3}):
        assert send(client, "post", REMOVALS, token, body | wrong).status_code == 422
    assert not Removal.objects.exists()
