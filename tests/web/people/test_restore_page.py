"""The card on the tab, the link, and the page behind it."""

import re

import pytest
from django.test import Client

from siegel.accounts.models import Person, RestoreLink
from siegel.accounts.tokens import restore_token
from tests import cast, factors, make

pytestmark = pytest.mark.django_db
GOOD = "viel-zu-lang-zum-raten"


@pytest.fixture
def world():
    return cast.assemble()


@pytest.fixture
def client(world):
    browser = Client()
    browser.force_login(world.anna.login)
    return browser


def plan(client, whom):
    return client.get(f"/a/musterwerk/people/{whom.license_id}/restore/").content.decode()


def page(client, whom, how=None):
    address = f"/a/musterwerk/people/{whom.license_id}/"
    if how is None:
        return client.get(address + "access/").content.decode()
    return client.post(address + "restore/", {"how": how}, follow=True).content.decode()


def test_the_link_is_shown_used_and_then_the_new_password_signs_in(client, world):
    assert "Zugang wiederherstellen" in page(client, world.paul)
    shown = page(client, world.paul, "show")
    path = re.search(r'value="http://[^/]+(/sign-in/restore/[\w-]{43}/)"', shown)[1]
    browser = Client()
    asked = browser.get(path)
    assert asked.status_code == 200
    assert asked.headers["Referrer-Policy"] == "strict-origin"
    for first, second in (("kurz", "kurz"), (GOOD, "anders")):
        answer = browser.post(path, {"password1": first, "password2": second})
        assert answer.status_code == 422
    done = browser.post(path, {"password1": GOOD, "password2": GOOD}, follow=True)
    assert "Ihr neues Passwort" in done.content.decode()
    assert browser.get(path).status_code == 410
    assert Person.objects.get(id=world.paul.person_id).check_password(GOOD)


def test_what_happens_is_shown_before_any_session_ends(client, world):
    factors.give_app(world.paul)
    browser = Client()
    browser.force_login(world.paul.login)
    assert "Zugang wiederherstellen…" in page(client, world.paul)
    shown = plan(client, world.paul)
    for words in (
        "Das wird geschehen",
        "Alle offenen Sitzungen enden sofort",
        "Der zweite Faktor wird entfernt",
        'value="show"',
    ):
        assert words in shown
    assert not RestoreLink.objects.exists()
    assert browser.get("/me/").status_code == 200
    link = re.search(r"(/sign-in/restore/[\w-]{43}/)", page(client, world.paul, "show"))[1]
    assert browser.get("/me/").status_code == 302
    assert "Ihr zweiter Faktor wird dabei entfernt" in Client().get(link).text


def test_a_login_of_other_accounts_offers_the_mail_only(client, world):
    make.person(world.anderswo, world.paul.email)
    card = plan(client, world.paul)
    assert "gilt nicht nur für dieses Konto" in card
    assert 'value="show"' not in card
    assert "nur an paul@musterwerk.test" in page(client, world.paul, "show")
    assert not RestoreLink.objects.exists()
    assert "unterwegs" in page(client, world.paul, "mail")
    path = f"/sign-in/restore/{restore_token(RestoreLink.objects.get().id)}/"
    assert Client().get(path).status_code == 200


def test_there_is_no_card_for_oneself_the_invited_and_those_above(client, world):
    for whom in (world.anna, world.ines):
        assert "Zugang wiederherstellen" not in page(client, whom)
    tom = Client()
    tom.force_login(world.tom.login)
    assert "Zugang wiederherstellen" not in page(tom, world.anna)


def test_a_forged_link_is_a_calm_page():
    for token in ("x" * 43, "%00", "a b"):
        assert Client().get(f"/sign-in/restore/{token}/").status_code in {404, 410}
