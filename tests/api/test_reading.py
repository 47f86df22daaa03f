"""The API reads what the page shows, for whom it may, and says no in a way programs understand."""

import json
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError
from django.test import Client
from django.utils import timezone

from siegel.accounts import actions as accounts
from siegel.accounts.models import ApiToken
from siegel.accounts.permissions import SYSTEM, Role
from siegel.licensing import actions as licensing
from siegel.licensing.kinds import PoolKind
from siegel.licensing.models import LedgerEntry
from siegel.licensing.rules import Quantities
from tests import cast, make
from tests.api.calls import ROOT, get, token_of

pytestmark = pytest.mark.django_db
LICENSES = ROOT + "/musterwerk/licenses"


def test_a_token_reads_its_account_and_no_other(client: Client) -> None:
    world = cast.assemble()
    token = token_of(world.tom)
    assert get(client, ROOT, token).json() == [
        {
            "slug": "musterwerk",
            "name": "Musterwerk GmbH",
            "language": "de",
            "time_zone": "Europe/Berlin",
            "roles": ["admin"],
        }
    ]
    for slug in ("anderswo", "nirgends"):
        response = get(client, f"{ROOT}/{slug}/licenses", token)
        assert response.status_code == 404
        assert response.json()["code"] == "not-found"


def test_the_figures_are_those_of_the_page_and_the_command_at_any_moment(
    client: Client, capsys: pytest.CaptureFixture[str]
) -> None:
    world = cast.assemble()
    make.book(world.musterwerk, at=datetime(2026, 3, 1, 9, tzinfo=UTC), full=14, guest_packs=2)
    licensing.plan_change(
        actor=SYSTEM,
        account_id=world.musterwerk.id,
        quantities=Quantities(full=8),
        effective_at=datetime(2099, 1, 1, tzinfo=UTC),
        at=timezone.now(),
        plan="p" * 64,
    )
    token = token_of(world.tom)
    client.force_login(world.tom.login)
    for at in ("", "2026-02-01", "2020-01-01", "2099-06-01"):
        api = get(client, LICENSES, token, at=at).json()
        page = client.get("/a/musterwerk/settings/account/", {"at": at}).text
        shown = re.findall(r'aria-valuemax="(\d+)" aria-valuenow="(\d+)"', page)
        kinds = ("full", "guest", "data_room", "storage")
        figures = [
            (api["licenses"][kind]["booked"], api["licenses"][kind]["used"]) for kind in kinds
        ]
        # A gauge needs a maximum: of nothing booked it is 1.
        assert [(max(booked, 1), used) for booked, used in figures] == [
            (int(booked), int(used)) for booked, used in shown
        ]
        command = _command(capsys, at)
        assert command["licenses"] == api["licenses"]
        assert command["booked"] == api["booked"]
        assert len(command["planned"]) == len(api["planned"])
        for ours, theirs in zip(command["planned"], api["planned"], strict=True):
            moments = (ours.pop("effective_at"), theirs.pop("effective_at"))
            assert len({datetime.fromisoformat(moment) for moment in moments}) == 1
            assert ours == theirs


def _command(capsys: pytest.CaptureFixture[str], at: str) -> Any:
    from siegel.commands.main import main

    capsys.readouterr()
    arguments = ["status", "musterwerk", "--json", *(["--at", at] if at else [])]
    with pytest.raises(SystemExit) as end:
        main(arguments)
    assert end.value.code == 0
    return json.loads(capsys.readouterr().out)


def test_a_date_that_cannot_be_read_is_a_problem_in_the_language_asked_for(client: Client) -> None:
    token = token_of(cast.assemble().tom)
    german = get(client, LICENSES, token, at="gestern")
    english = get(client, LICENSES, token, language="en-US,en;q=0.9", at="gestern")
    for response in (german, english):
        assert response.status_code == 422
        assert response["Content-Type"] == "application/problem+json"
        assert response.json()["code"] == "bad-input"
    assert "kein lesbares Datum" in german.json()["detail"]
    assert "cannot be read as a date" in english.json()["detail"]
    assert english["Content-Language"] == "en"


def test_without_a_valid_token_everything_is_401_and_says_how(client: Client) -> None:
    world = cast.assemble()
    expired, revoked = token_of(world.tom, days=1), token_of(world.tom)
    rows = ApiToken.objects.order_by("created_at")
    rows.filter(id=rows[0].id).update(expires_at=timezone.now() - timedelta(seconds=1))
    rows.filter(id=rows[1].id).update(revoked_at=timezone.now())
    for header in ({}, {"Authorization": "Basic eDp5"}, *_bearers("", "x", expired, revoked)):
        response = client.get(LICENSES, headers=header)
        assert response.status_code == 401
        assert response["WWW-Authenticate"].startswith("Bearer")
        assert response.json()["code"] == "no-valid-token"


def _bearers(*tokens: str) -> list[dict[str, str]]:
    return [{"Authorization": f"Bearer {token}"} for token in tokens]


def test_a_token_ends_with_its_persons_license_or_login(client: Client) -> None:
    world = cast.assemble()
    token = token_of(world.tom)
    assert get(client, LICENSES, token).status_code == 200
    licensing.change_state(
        actor=world.anna.actor,
        account_id=world.musterwerk.id,
        license_id=world.tom.license_id,
        to="suspended",
        at=timezone.now(),
    )
    assert get(client, LICENSES, token).status_code == 401


def test_a_token_has_the_roles_that_its_person_has_today(client: Client) -> None:
    world = cast.assemble()
    token = token_of(world.tom)
    accounts.withdraw_role(
        actor=SYSTEM,
        profile_id=world.tom.profile_id,
        account_id=world.musterwerk.id,
        role=Role.ADMIN,
        at=timezone.now(),
    )
    response = get(client, LICENSES, token)
    assert response.status_code == 403
    assert response.json()["code"] == "forbidden"
    assert get(client, ROOT, token).json()[0]["roles"] == []


def test_the_use_of_a_token_is_noted_at_most_once_a_minute(client: Client) -> None:
    token = token_of(cast.assemble().tom)
    get(client, ROOT, token)
    first = ApiToken.objects.get().last_used_at
    assert first is not None
    get(client, ROOT, token)
    assert ApiToken.objects.get().last_used_at == first


def test_nothing_of_a_session_is_read_or_set(client: Client) -> None:
    world = cast.assemble()
    client.force_login(world.tom.login)
    response = client.get(LICENSES)
    assert response.status_code == 401
    assert not get(client, LICENSES, token_of(world.tom)).cookies


def test_the_ledger_comes_in_pages_newest_first_and_whole(client: Client) -> None:
    world = cast.assemble()
    make.people(world.musterwerk, 4)
    token, seen, cursor = token_of(world.tom), [], ""
    while True:
        page = get(client, f"{ROOT}/musterwerk/ledger", token, limit=3, cursor=cursor).json()
        seen += page["items"]
        if not (cursor := page["older"]):
            break
    assert len(seen) == LedgerEntry.objects.filter(pool__account_id=world.musterwerk.id).count()
    assert [line["at"] for line in seen] == sorted((line["at"] for line in seen), reverse=True)
    full = [line for line in seen if line["kind"] == "full"]
    assert full[0]["used"] == make.pool(world.musterwerk, PoolKind.FULL).used
    guests = get(client, f"{ROOT}/musterwerk/ledger", token, kind="guest").json()["items"]
    assert guests == [line for line in seen if line["kind"] == "guest"]


def test_the_ledger_is_limited_to_a_stretch_of_time(client: Client) -> None:
    world = cast.assemble()
    make.person(world.musterwerk, "neu@musterwerk.test", at=datetime(2026, 5, 5, 9, tzinfo=UTC))
    token = token_of(world.tom)
    address = f"{ROOT}/musterwerk/ledger"
    lines = get(client, address, token, since="2026-03-01", until="2026-06-01").json()["items"]
    assert [line["holder"] for line in lines] == ["neu@musterwerk.test"]
    day = get(client, address, token, since="2026-05-05", until="2026-05-05").json()["items"]
    assert day == lines  # a day is all of it, as on the page
    today = timezone.localdate().isoformat()
    assert get(client, address, token, since=today).json()["items"] == []
    assert get(client, address, token, since="nie").status_code == 422
    assert get(client, address, token, limit=0).status_code == 422
    assert get(client, address, token, kind="gold").json()["code"] == "invalid-input"


def test_unknown_addresses_and_methods_are_problems(client: Client) -> None:
    cast.assemble()
    for address in ("/api/v1/nothing", "/api/v2/accounts", "/api/"):
        response = client.get(address)
        assert (response.status_code, response["Content-Type"]) == (404, "application/problem+json")
    assert client.delete(ROOT).status_code == 405


def test_a_refusal_of_the_database_is_a_conflict(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = token_of(cast.assemble().tom)

    def refuse(**_arguments: Any) -> None:
        raise IntegrityError("pool_never_overbooked")

    monkeypatch.setattr("siegel.api.accounts.account_status", refuse)
    response = get(client, LICENSES, token)
    assert response.status_code == 409
    assert response.json()["code"] == "conflict"
    assert "pool_never_overbooked" not in response.text


def test_a_fault_is_recorded_and_tells_nothing(
    client: Client, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    token = token_of(cast.assemble().tom)

    def fail(**_arguments: Any) -> None:
        raise RuntimeError("secret detail")

    monkeypatch.setattr("siegel.api.accounts.account_status", fail)
    response = get(client, LICENSES, token)
    assert (response.status_code, response.json()["code"]) == (500, "fault")
    assert "secret detail" not in response.text
    assert "The API failed" in caplog.text


def test_the_documentation_lists_every_operation_without_scripts(client: Client) -> None:
    schema = client.get("/api/v1/openapi.json").json()
    assert schema["openapi"].startswith("3.1")
    page = client.get("/api/v1/").text
    for path, methods in schema["paths"].items():
        for method in methods:
            assert f"<code>{method.upper()} {path}</code>" in page
    for methods in schema["paths"].values():
        for operation in methods.values():
            assert {"401", "403", "404", "422"} <= set(operation["responses"])
