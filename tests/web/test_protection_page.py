"""The tab "Zugangsschutz"."""

import html
import re

import pytest
from django.test import Client

from siegel.accounts.protection import SecondFactor
from siegel.accounts.queries import protection_of
from tests import cast, factors

pytestmark = pytest.mark.django_db
PAGE = "/a/musterwerk/settings/protection/"
FORM = {
    "second_factor": "offered",
    "password_min_length": "12",
    "session_idle_minutes": "20",
    "lockout_attempts": "10",
    "lockout_minutes": "15",
    "self_unlock": "on",
    "server_invitations": "on",
    "version": "0",
}


@pytest.fixture
def world():
    return cast.assemble()


@pytest.fixture
def tom(world, client):
    client.force_login(world.tom.login)
    return client


def sent_by(page):
    """Return what a browser would send if the form is left as it is."""
    fields = {}
    for tag in re.findall(r"<input[^>]+>", page.text.split('<form method="post" novalidate')[1]):
        value = dict(re.findall(r'(name|value|type)="([^"]*)"', tag))
        if value["type"] in {"checkbox", "radio"} and " checked" not in tag:
            continue
        fields[value["name"]] = html.unescape(value.get("value", "on"))
    return fields


def rules(world):
    return protection_of(world.musterwerk.id)


def test_the_page_shows_the_defaults(tom):
    page = tom.get(PAGE).text
    for words in (
        "Zugangsschutz",
        "Einladungen vom Server versenden",
        "Zugangscode bei Registrierungslinks verlangen",
        'name="password_min_length" value="12"',
        'name="session_idle_minutes" value="20"',
        "Benutzern haben noch keinen zweiten Faktor",
    ):
        assert words in page


def test_everything_can_be_changed(tom, world):
    values = FORM | {
        "second_factor": "offered",
        "password_min_length": "16",
        "password_mixed": "on",
        "session_idle_minutes": "480",
        "lockout_attempts": "3",
        "lockout_minutes": "1440",
        "pass_code_required": "on",
    }
    del values["server_invitations"], values["self_unlock"]
    assert tom.post(PAGE, values)["Location"] == PAGE
    assert "Der Zugangsschutz ist gespeichert." in tom.get(PAGE).text
    now = rules(world)
    assert (now.password_min_length, now.password_mixed, now.session_idle_minutes) == (
        16,
        True,
        480,
    )
    assert (now.lockout_attempts, now.lockout_minutes, now.self_unlock) == (3, 1440, False)
    assert (now.server_invitations, now.pass_code_required) == (False, True)


def test_who_enforces_it_without_having_one_is_led_to_the_set_up_at_once(tom, world):
    assert tom.post(PAGE, FORM | {"second_factor": "enforced"})["Location"] == PAGE
    assert tom.get(PAGE)["Location"] == f"/me/second-factor/?next={PAGE}"
    assert rules(world).second_factor is SecondFactor.ENFORCED


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("second_factor", "sometimes"),
        ("second_factor", ""),
        ("password_min_length", "7"),
        ("password_min_length", "65"),
        ("password_min_length", "zwölf"),
        ("session_idle_minutes", "9"),
        ("session_idle_minutes", "481"),
        ("session_idle_minutes", "-20"),
        ("lockout_attempts", "2"),
        ("lockout_attempts", "21"),
        ("lockout_minutes", "0"),
        ("lockout_minutes", "1441"),
        ("lockout_minutes", "9" * 30),
        ("version", "x"),
    ],
)
def test_values_out_of_range_change_nothing_and_are_named(tom, world, field, value):
    answer = tom.post(PAGE, FORM | {"password_mixed": "on", field: value})
    assert answer.status_code == 422
    assert rules(world).version == 0
    if field != "version":
        assert 'aria-invalid="true"' in answer.text


def test_two_at_the_same_time_the_second_sees_both_and_decides(world):
    tom, anna = Client(), Client()
    tom.force_login(world.tom.login)
    anna.force_login(world.anna.login)
    seen = sent_by(tom.get(PAGE))
    assert anna.post(PAGE, FORM | {"lockout_attempts": "5"}).status_code == 302
    late = tom.post(PAGE, seen | {"session_idle_minutes": "60"})
    assert late.status_code == 409
    assert "Jemand anderes hat diese Einstellungen inzwischen geändert" in late.text
    assert "Abmelden nach … Minuten ohne Aktivität" in late.text
    assert 'name="version" value="1"' in late.text
    assert rules(world).session_idle_minutes == 20
    # What Tom left alone follows Anna; only his own change is shown beside what holds.
    assert 'name="lockout_attempts" value="5"' in late.text
    assert 'name="session_idle_minutes" value="60"' in late.text
    assert re.findall(r"<td>(\w+)</td><td><b>(\w+)</b>", late.text) == [("20", "60")]
    assert tom.post(PAGE, sent_by(late)).status_code == 302
    assert (rules(world).session_idle_minutes, rules(world).lockout_attempts) == (60, 5)


def test_auditors_read_and_change_nothing(world, client):
    client.force_login(world.otto.login)
    page = client.get(PAGE).text
    assert "Ändern können sie Administratoren" in page
    assert "Zugangsschutz speichern" not in page
    assert client.post(PAGE, FORM | {"lockout_attempts": "5"}).status_code == 403
    assert rules(world).version == 0


def test_new_passwords_keep_the_accounts_rules(world, client):
    factors.protect(world.anna, password_min_length=20, password_mixed=True)
    client.force_login(world.paul.login)
    assert "Mindestens 20 Zeichen" in client.get("/sign-in/password/").text
    new = "pferd-batterie-klammer"
    values = {"oldpassword": "korrekt-pferd-batterie", "password1": new, "password2": new}
    refused = client.post("/sign-in/password/", values)
    assert refused.status_code == 422
    assert "Groß- und Kleinbuchstaben" in refused.text
    new = new.title()
    assert (
        client.post("/sign-in/password/", values | {"password1": new, "password2": new}).status_code
        == 302
    )
