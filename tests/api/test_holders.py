"""Inviting and releasing by program: the same rules, retry-proof, explained."""

import re

import pytest
from django.core import mail
from django.test import Client

from siegel.accounts.models import RegistrationLink
from siegel.accounts.pass_codes import is_pass_code
from siegel.audit.models import Event, IdempotencyKey
from siegel.licensing.kinds import LicenseState, PoolKind
from siegel.licensing.models import LedgerEntry, License
from tests import cast, make
from tests.api.calls import ROOT, get, send, token_of

pytestmark = pytest.mark.django_db
HOLDERS = ROOT + "/musterwerk/holders"
NEW = {"email": "neu@musterwerk.test", "kind": "full", "first_name": "Nele", "mail": False}


def test_an_invitation_takes_a_license_and_gives_the_link(client: Client) -> None:
    world = cast.assemble()
    token = token_of(world.tom)
    response = send(client, "post", HOLDERS, token, NEW)
    assert response.status_code == 201
    made = response.json()
    license_ = License.objects.get(id=made["license_id"])
    assert (license_.state, license_.assigned_by_id) == (
        LicenseState.INVITED,
        world.tom.person_id,
    )
    assert re.fullmatch(r"http://[^/]+/r/[\w-]{43}/", made["registration_link"])
    assert (
        client.get(made["registration_link"].partition("/r/")[2].join(["/r/", ""])).status_code
        == 200
    )
    assert LedgerEntry.objects.order_by("-id")[0].door == "api"
    assert Event.objects.filter(verb="license.invite", door="api").count() == 1
    assert mail.outbox == []


def test_the_same_key_invites_once_and_is_answered_the_same(client: Client) -> None:
    world = cast.assemble()
    token, before = token_of(world.tom), make.pool(world.musterwerk, PoolKind.FULL).used
    first = send(client, "post", HOLDERS, token, NEW, key="a1")
    again = send(client, "post", HOLDERS, token, NEW, key="a1")
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    assert make.pool(world.musterwerk, PoolKind.FULL).used == before + 1
    # Whoever reads the database learns no link.
    assert "/r/" not in str(IdempotencyKey.objects.get().answer)


def test_a_key_for_another_request_and_a_second_license_are_conflicts(client: Client) -> None:
    token = token_of(cast.assemble().tom)
    send(client, "post", HOLDERS, token, NEW, key="a1")
    other = send(client, "post", HOLDERS, token, NEW | {"kind": "guest"}, key="a1")
    assert (other.status_code, other.json()["code"]) == (409, "idempotency-key-reused")
    twice = send(client, "post", HOLDERS, token, NEW)
    assert (twice.status_code, twice.json()["code"]) == (409, "already-licensed")


def test_when_none_is_free_the_answer_says_how_many_and_what_would_help(client: Client) -> None:
    world = cast.assemble()
    pool = make.pool(world.musterwerk, PoolKind.FULL)
    make.people(world.musterwerk, pool.booked - pool.used)
    response = send(client, "post", HOLDERS, token_of(world.tom), NEW, key="k")
    body = response.json()
    assert (response.status_code, body["code"]) == (409, "no-free-license")
    assert {way["code"] for way in body["ways_out"]} == {"book-more", "free-one"}
    assert body["data"]["missing"] == 1
    assert not IdempotencyKey.objects.exists()


@pytest.mark.parametrize(
    "wrong", [{"email": "nobody"}, {"kind": "data_room"}, {"kind": None}, {"email": "a\x00@b.de"}]
)
def test_bad_values_are_422_and_change_nothing(client: Client, wrong: dict[str, str]) -> None:
    world = cast.assemble()
    before = License.objects.count()
    response = send(client, "post", HOLDERS, token_of(world.tom), NEW | wrong)
    assert response.status_code == 422
    assert response["Content-Type"] == "application/problem+json"
    assert License.objects.count() == before


def test_a_body_that_is_no_json_is_a_problem(client: Client) -> None:
    token = token_of(cast.assemble().tom)
    response = client.post(
        HOLDERS,
        "{",
        content_type="application/json",
        headers={"Authorization": f"Bearer {token}"},
    )
    assert (response.status_code, response.json()["code"]) == (400, "unreadable-request")


def test_the_list_counts_what_the_status_says_also_in_the_past(client: Client) -> None:
    world = cast.assemble()
    make.people(world.musterwerk, 3)
    token = token_of(world.tom)
    for at in ("", "2026-01-20", "2025-01-01"):
        status = get(client, f"{ROOT}/musterwerk/licenses", token, at=at).json()
        for kind in ("full", "guest"):
            found = get(client, HOLDERS, token, kind=kind, at=at, limit=2).json()
            assert found["total"] == status["licenses"][kind]["used"]


def test_the_list_is_read_in_pages_and_searched(client: Client) -> None:
    world = cast.assemble()
    long_name = ("Maximiliane-Theodora", "von und zu Guttenberg-Sachsenhausen")
    make.person(world.musterwerk, "mt@musterwerk.test", *long_name)
    token, names, cursor = token_of(world.tom), [], ""
    while True:
        page = get(client, HOLDERS, token, limit=2, cursor=cursor).json()
        names += [row["email"] for row in page["items"]]
        if not (cursor := page["next"]):
            break
    assert len(names) == len(set(names)) == 8
    (found,) = get(client, HOLDERS, token, q="öz").json()["items"]
    assert (found["name"], found["kind"], found["state"]) == ("Paul Özdemir", "full", "active")
    assert get(client, HOLDERS, token, state="invited").json()["total"] == 1


def test_releasing_frees_the_license_and_a_second_time_changes_nothing(client: Client) -> None:
    world = cast.assemble()
    token, before = token_of(world.tom), make.pool(world.musterwerk, PoolKind.FULL).used
    address = f"{HOLDERS}/{world.paul.license_id}"
    for _twice in range(2):
        response = send(client, "delete", address, token)
        assert (response.status_code, response.content) == (204, b"")
    assert make.pool(world.musterwerk, PoolKind.FULL).used == before - 1


def test_other_accounts_licenses_do_not_exist_and_the_own_one_is_refused(client: Client) -> None:
    world = cast.assemble()
    token = token_of(world.tom)
    for license_id in (world.xaver.license_id, "00000000-0000-0000-0000-000000000000", "x"):
        assert send(client, "delete", f"{HOLDERS}/{license_id}", token).status_code == 404
    assert send(client, "delete", f"{HOLDERS}/{world.tom.license_id}", token).status_code == 409
    assert License.objects.get(id=world.tom.license_id).released_at is None


def test_programs_hand_out_links_with_a_pass_code_that_is_kept_nowhere(client: Client) -> None:
    world = cast.assemble()
    token = token_of(world.tom)
    body = NEW | {"pass_code": "Wald 4711", "days": 3, "language": "en", "message": "Hello"}
    first = send(client, "post", HOLDERS, token, body, key="p1")
    assert first.status_code == 201
    link = RegistrationLink.objects.get(profile_id=first.json()["profile_id"])
    assert (link.expires_at - link.created_at).days == 3
    assert (link.language, link.message) == ("en", "Hello")
    assert is_pass_code("wald4711", link.pass_code)
    assert send(client, "post", HOLDERS, token, body, key="p1").json() == first.json()
    other = send(client, "post", HOLDERS, token, body | {"pass_code": "Berg 4711"}, key="p1")
    assert other.status_code == 409
    kept = IdempotencyKey.objects.get(key="p1")
    assert "4711" not in f"{kept.answer}{kept.fingerprint}"
    bad = NEW | {"email": "x@y.test"}
    assert send(client, "post", HOLDERS, token, bad | {"pass_code": "ab"}).status_code in {400, 422}
    assert send(client, "post", HOLDERS, token, bad | {"days": 91}).status_code in {400, 422}
