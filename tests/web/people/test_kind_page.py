"""Guest ⇄ full on the page: shown with both pools, then done as shown or refused with ways out."""

import re

import pytest
from django.test import Client

from siegel.accounts.permissions import Role
from siegel.licensing.kinds import PoolKind
from siegel.licensing.models import License
from siegel.workflows.change_roles import grant_role
from tests import cast, make
from tests.make import START

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return cast.assemble()


@pytest.fixture
def client(world):
    browser = Client()
    browser.force_login(world.anna.login)
    return browser


def address(whom, kind):
    return f"/a/musterwerk/people/{whom.license_id}/kind/{kind}/"


def text_of(response):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def plan_of(response):
    return re.search(r'name="plan" value="(\w+)"', response.content.decode())[1]


def kind_of(whom):
    return License.objects.get(id=whom.license_id).pool.kind


def test_a_guest_becomes_a_full_user_as_shown_and_a_second_click_changes_nothing(client, world):
    make.box(world.anna, members=(world.gina,))
    License.objects.filter(id=world.gina.license_id).update(ends_at=make.START)
    access = client.get(f"/a/musterwerk/people/{world.gina.license_id}/access/")
    assert "Zum Vollnutzer machen" in text_of(access)
    shown = client.get(address(world.gina, "full"))
    for said in (
        "Gina Rossi bekommt eine Volllizenz",
        "Der Platz in 1 Box von anderen bleibt",
        "Die Befristung entfällt",
        "Gastlizenz wird frei Jetzt sind 49 von 50 verfügbar, danach 50 von 50.",
        "Volllizenz wird vergeben Jetzt sind 4 von 10 verfügbar, danach 3 von 10.",
    ):
        assert said in text_of(shown)
    assert kind_of(world.gina) == PoolKind.GUEST
    for _twice in range(2):
        done = client.post(address(world.gina, "full"), {"plan": plan_of(shown)}, follow=True)
        assert done.status_code == 200
    assert kind_of(world.gina) == PoolKind.FULL
    assert make.pool(world.musterwerk, PoolKind.FULL).used == 7


def test_a_full_user_becomes_a_guest_and_the_page_names_the_roles_that_end(client, world):
    shown = client.get(address(world.tom, "guest"))
    assert "Die Rolle „Administrator“ wird entzogen" in text_of(shown)
    done = client.post(address(world.tom, "guest"), {"plan": plan_of(shown)}, follow=True)
    assert "Tom Brandt ist jetzt Gast." in text_of(done)


def test_what_changed_meanwhile_is_shown_again_and_not_done(client, world):
    shown = client.get(address(world.paul, "guest"))
    grant_role(
        actor=world.anna.actor,
        account_id=world.musterwerk.id,
        license_id=world.paul.license_id,
        role=Role.AUDITOR,
        at=START,
    )
    again = client.post(address(world.paul, "guest"), {"plan": plan_of(shown)})
    assert again.status_code == 409
    assert "Die Rolle „Auditor“ wird entzogen" in text_of(again)
    assert kind_of(world.paul) == PoolKind.FULL


def test_without_a_plan_nothing_is_done(client, world):
    assert client.post(address(world.paul, "guest")).status_code == 409
    assert kind_of(world.paul) == PoolKind.FULL


def test_no_free_license_boxes_and_the_own_license_each_have_their_sentence(client, world):
    make.box(world.paul)
    make.people(world.musterwerk, 4)
    full = client.get(address(world.gina, "full"))
    assert full.status_code == 409
    assert "10 gebucht, 10 verbraucht" in text_of(full)
    assert 'href="/a/musterwerk/portal/"' in full.content.decode()
    boxes = client.get(address(world.paul, "guest"))
    assert boxes.status_code == 409
    assert "Zu dieser Lizenz gehört 1 Box" in text_of(boxes)
    own = client.get(address(world.anna, "guest"))
    assert "Das ist Ihre eigene Lizenz" in text_of(own)
    assert client.get(address(world.gina, "storage")).status_code == 404
