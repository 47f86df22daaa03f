"""The page on which people are removed: what was chosen stays chosen, and wrong rows say why."""

import re

import pytest
from django.test import Client
from django.utils import timezone

from siegel.licensing.models import License
from siegel.workflows.suspend_license import suspend_license
from tests import cast, make

pytestmark = pytest.mark.django_db
REMOVE = "/a/musterwerk/people/remove/"


@pytest.fixture
def world():
    world = cast.assemble()
    for who in (world.paul, world.otto):
        make.box(who)
    return world


@pytest.fixture
def client(world) -> Client:
    client = Client()
    client.force_login(world.anna.login)
    return client


def select_of(text, name):
    """Return the value that a list shows, and the reason that stands below it."""
    found = re.search(rf'(<select id="{name}".*?</select>)(.*?)</span>', text, re.S)
    inside, after = found.groups()
    chosen = re.search(r'<option value="([^"]*)" selected', inside)
    return (chosen[1] if chosen else ""), after


def suspend(world, who):
    suspend_license(
        actor=world.anna.actor,
        account_id=world.musterwerk.id,
        license_id=who.license_id,
        at=timezone.now(),
    )


def test_a_choice_that_is_no_longer_possible_is_undecided_and_says_why(client, world):
    uwe = make.person(world.musterwerk, "uwe@musterwerk.test", "Uwe", "Voss")
    paul, otto = world.paul.license_id, world.otto.license_id
    data = {
        "license": [paul, otto],
        "to": world.tom.license_id,
        f"to-{paul.hex}": uwe.license_id,
        "do": "plan",
    }
    plan = re.search(r'name="plan" value="(\w+)"', client.post(REMOVE, data).text)[1]
    suspend(world, uwe)

    answer = client.post(REMOVE, data | {"do": "remove", "plan": plan})
    assert answer.status_code == 409
    assert select_of(answer.text, "to")[0] == str(world.tom.license_id)
    value, why = select_of(answer.text, f"to-{paul.hex}")
    assert value == "open"
    assert "Uwe Voss ist gesperrt" in why
    assert select_of(answer.text, f"to-{otto.hex}") == ("", "")
    # Only the wrong row is open: the other box still goes to the successor for all.
    assert "Tom Brandt übernimmt 1 Box" in answer.text
    assert License.objects.get(id=paul).released_at is None

    # What the page then sends does not go where all others go.
    again = client.post(REMOVE, data | {f"to-{paul.hex}": "open"})
    assert "Tom Brandt übernimmt 1 Box" in again.text
    assert select_of(again.text, f"to-{paul.hex}")[0] == "open"
    assert 'value="remove"' not in again.text


def test_a_wrong_address_leaves_the_other_choices_decided(client, world):
    paul, otto = world.paul.license_id, world.otto.license_id
    data = {
        "license": [paul, otto],
        "to": "bin",
        f"to-{paul.hex}": "other",
        f"other-{paul.hex}": "nobody@nowhere.test",
        "do": "remove",
        "plan": "x",
    }
    answer = client.post(REMOVE, data)
    assert answer.status_code == 409
    value, why = select_of(answer.text, f"to-{otto.hex}")
    assert (value, why) == ("", "")
    assert "nobody@nowhere.test" in answer.text.split('class="field-error"')[-1]
    assert "1 Box kommt in den Papierkorb" in answer.text


def test_somebody_else_without_an_address_is_not_what_was_chosen_for_all(client, world):
    paul, otto = world.paul.license_id, world.otto.license_id
    data = {"license": [paul, otto], "to": "bin", f"to-{paul.hex}": "other", "do": "plan"}
    assert "1 Box kommt in den Papierkorb" in client.post(REMOVE, data).text
