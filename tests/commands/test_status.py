"""siegel status: the same figures as the page."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from click.testing import CliRunner, Result
from django.test import Client
from django.utils import timezone

from siegel.commands.main import main
from siegel.workflows.account_status import account_status, status_data
from tests import cast, make
from tests.workflows.test_account_status import plan_fewer

pytestmark = pytest.mark.django_db


def run(*words: str) -> Result:
    return CliRunner().invoke(main, ["status", *words])


def test_the_table_shows_booked_used_available_for_every_kind() -> None:
    people = cast.assemble()
    plan_fewer(people.anna, 8)
    result = run("musterwerk")
    assert result.exit_code == 0, result.output
    lines = [line.split() for line in result.output.splitlines()]
    assert ["Volllizenzen", "10", "6", "4"] in lines
    assert ["Gastlizenzen", "50", "1", "49"] in lines
    assert ["Datenräume", "1", "0", "1"] in lines
    assert "Musterwerk GmbH" in result.output
    assert "Growth, jährlich. Verlängert sich am 15. Januar 20" in result.output
    assert "Volllizenzen 10 → 8 (Anna Krüger)" in result.output


@pytest.mark.parametrize(
    ("day", "sentence"),
    [
        (-400, "Diese Laufzeit begann am 15. Januar 2025, die nächste am 15. Januar 2026."),
        (+9, "Verlängert sich am 15. Januar 2027; kündbar bis zum 16. Dezember 2026."),
        (
            +36,
            "Verlängert sich am 15. Januar 2027; kündbar war der Vertrag bis zum 16. Dezember 2026",
        ),
    ],
)
def test_page_and_command_say_the_contract_in_one_sentence_at_any_moment(
    client: Client, monkeypatch: pytest.MonkeyPatch, day: int, sentence: str
) -> None:
    now = datetime(2026, 11, 30, 12, tzinfo=UTC)
    anna = make.account(at=datetime(2023, 1, 15, 9, tzinfo=UTC))
    at = (now + timedelta(days=day)).date().isoformat()
    monkeypatch.setattr(timezone, "now", lambda: now)
    client.force_login(anna.login)
    shell = run("musterwerk", "--at", at).output
    page = client.get("/a/musterwerk/settings/account/", {"at": at}).text
    assert f"Growth, jährlich. {sentence}" in shell
    assert f"<b>Growth</b>, jährlich. {sentence}" in page


def test_scarce_is_said_in_a_word() -> None:
    anna = make.account(full=3)
    make.people(anna.account, 2)
    assert "knapp" in run("musterwerk").output


def test_json_is_what_the_workflow_says() -> None:
    people = cast.assemble()
    data = json.loads(run("musterwerk", "--json").output)
    expected = status_data(account_status(actor=people.tom.actor, account=people.musterwerk))
    assert data.pop("at") <= expected.pop("at")
    assert data == expected


def test_a_day_means_its_end_where_the_account_is() -> None:
    anna = make.account(full=10, at=datetime(2026, 3, 1, 9, tzinfo=UTC))
    make.book(anna.account, full=12, at=datetime(2026, 6, 1, 21, 30, tzinfo=UTC))
    for day, booked in (("2026-05-31", 10), ("01.06.2026", 12), ("2026-06-01T23:00", 10)):
        data = json.loads(run("musterwerk", "--at", day, "--json").output)
        assert data["licenses"]["full"]["booked"] == booked, day
    assert json.loads(run("musterwerk", "--at", "2026-02-01", "--json").output)["package"] is None


def test_the_future_counts_what_is_planned() -> None:
    anna = make.account(full=10)
    day = (plan_fewer(anna, 8) + timedelta(days=1)).date().isoformat()
    data = json.loads(run("musterwerk", "--at", day, "--json").output)
    assert (data["licenses"]["full"]["booked"], data["planned"]) == (8, [])


@pytest.mark.parametrize(
    ("words", "sentence"),
    [(("nirgends",), "nirgends"), (("musterwerk", "--at", "gestern"), "„gestern“ ist kein")],
)
def test_what_cannot_be_answered_is_one_sentence(words: tuple[str, ...], sentence: str) -> None:
    make.account()
    result = run(*words)
    assert result.exit_code == 1
    assert sentence in result.output
    assert "Traceback" not in result.output
