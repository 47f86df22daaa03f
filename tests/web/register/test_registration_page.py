"""The public page behind a registration link."""

import json
import logging

import pytest
from django.test import Client
from django.utils import timezone

from siegel.accounts.actions import PersonData
from siegel.accounts.models import Person
from siegel.core.logs import JsonFormatter
from siegel.licensing.kinds import PoolKind
from siegel.workflows.invite_person import invite_person
from tests import cast, factors, make

pytestmark = pytest.mark.django_db
GOOD = "viel-zu-lang-zum-raten"
FORM = {"password1": GOOD, "password2": GOOD}


@pytest.fixture
def world():
    return cast.assemble()


def invited(by, email="jonas@kanzlei.test"):
    invitation = invite_person(
        actor=by.actor,
        account_id=by.account.id,
        person=PersonData(email, "Jonas", "Okafor"),
        kind=PoolKind.GUEST,
        at=timezone.now(),
    )
    return invitation.link.removeprefix("http://127.0.0.1:8000")


def test_the_page_names_who_invites_and_asks_for_a_password_twice(world):
    response = Client().get(invited(world.tom))
    assert response.status_code == 200
    for words in ("Musterwerk GmbH lädt Sie ein", "Jonas Okafor", "Mindestens 12 Zeichen"):
        assert words in response.text


def test_a_second_factor_that_follows_is_named_before_the_password(world):
    factors.protect(world.anna, second_factor="enforced")
    text = Client().get(invited(world.tom)).text
    assert "Danach richten Sie einen zweiten Faktor ein" in text
    assert "schon sind Sie dabei" not in text


def test_after_registering_one_is_signed_in_and_at_the_start(world):
    client, link = Client(), invited(world.tom)
    response = client.post(link, FORM, follow=True)
    assert response.redirect_chain == [("/a/musterwerk/", 302)]
    assert "Willkommen bei Musterwerk GmbH" in response.text
    person = Person.objects.get(email="jonas@kanzlei.test")
    assert person.last_login is not None


@pytest.mark.parametrize(
    "form",
    [
        {},
        {"password1": GOOD, "password2": GOOD + "x"},
        {"password1": "kurz", "password2": "kurz"},
        {"password1": "1234567890123", "password2": "1234567890123"},
        {"password1": "p" * 2000, "password2": "p" * 2000},
    ],
)
def test_a_wrong_form_is_422_and_sets_no_password(world, form):
    client, link = Client(), invited(world.tom)
    response = client.post(link, form)
    assert response.status_code == 422
    assert 'class="field-error"' in response.text
    assert not Person.objects.get(email="jonas@kanzlei.test").has_usable_password()


def test_a_used_link_says_so_to_everybody_else(world):
    link = invited(world.tom)
    own, other = Client(), Client()
    own.post(link, FORM)
    assert "Machen Sie einfach weiter" in own.get(link).text
    for response in (other.get(link), other.post(link, FORM)):
        assert response.status_code == 410
        assert "bereits verwendet" in response.text
    assert "_auth_user_id" not in other.session


def test_a_forged_link_is_404_with_its_sentence(world):
    for token in ("x", "x" * 43, "%C3%A4", "..%2f"):
        response = Client().get(f"/r/{token}/")
        assert response.status_code == 404
    assert "kein Registrierungslink" in Client().get(f"/r/{'x' * 43}/").text


def test_who_has_a_login_signs_in_first_and_then_accepts(world):
    client, link = Client(), invited(world.tom, world.xaver.email)
    page = client.get(link)
    assert "password1" not in page.text
    assert f"/sign-in/?next={link.replace('/', '%2F')}" in page.text
    refused = client.post(link, FORM)
    assert refused.status_code == 403
    assert Person.objects.get(email=world.xaver.email).check_password(make.PASSWORD)
    assert "_auth_user_id" not in client.session
    client.post(f"/sign-in/?next={link}", {"login": world.xaver.email, "password": make.PASSWORD})
    assert "Einladung annehmen" in client.get(link).text
    response = client.post(link, follow=True)
    assert response.redirect_chain == [("/a/musterwerk/", 302)]


def test_somebody_else_who_is_signed_in_is_asked_to_sign_out(world):
    client, link = Client(), invited(world.tom)
    client.force_login(world.paul.login)
    page = client.get(link)
    assert world.paul.email in page.text
    assert "password1" not in page.text
    assert client.post(link, FORM).status_code == 403
    assert not Person.objects.get(email="jonas@kanzlei.test").has_usable_password()


def test_the_address_stays_secret(world, caplog):
    link = invited(world.tom)
    response = Client().get(link)
    assert response.headers["Referrer-Policy"] == "strict-origin"
    assert "no-store" in response.headers["Cache-Control"]
    token = link.split("/")[2]
    for text in (f"Gone: {link}", f"next=%2Fr%2F{token}%2F", f"/sign-in/password/new/1-{token}/"):
        record = logging.LogRecord("x", logging.WARNING, "x", 1, text, (), None)
        assert token not in JsonFormatter().format(record)
        assert json.loads(JsonFormatter().format(record))["level"] == "WARNING"


def test_the_page_speaks_the_accounts_language_until_one_chooses(world):
    from siegel.accounts.models import Account

    Account.objects.filter(id=world.musterwerk.id).update(language="en")
    client, link = Client(), invited(world.tom)
    assert "Musterwerk GmbH invites you" in client.get(link).text
    client.cookies["siegel_language"] = "de"
    assert "lädt Sie ein" in client.get(link).text


def test_the_page_asks_for_the_pass_code_and_counts_wrong_ones(world):
    link = make.invited(world.tom, "jonas@kanzlei.test", pass_code="Wald 4711").link[21:]
    client = Client()
    assert 'name="pass_code"' in client.get(link).text
    missing = client.post(link, FORM)
    assert missing.status_code == 422
    wrong = client.post(link, FORM | {"pass_code": "falsch"})
    assert wrong.status_code == 422
    assert "noch 9 Versuche" in wrong.text
    for _try in range(9):
        locked = client.post(link, FORM | {"pass_code": "falsch"})
    for answer in (locked, client.get(link), client.post(link, FORM | {"pass_code": "wald4711"})):
        assert answer.status_code == 410
        assert "gesperrt" in answer.text
    assert not Person.objects.get(email="jonas@kanzlei.test").has_usable_password()


def test_with_the_pass_code_one_is_in(world):
    link = make.invited(world.tom, "jonas@kanzlei.test", pass_code="Wald 4711").link[21:]
    answer = Client().post(link, FORM | {"pass_code": "wald-4711"}, follow=True)
    assert answer.redirect_chain == [("/a/musterwerk/", 302)]


def test_mail_scanners_that_open_the_link_never_use_it_up(world):
    link = invited(world.tom)
    for _scan in range(20):
        assert Client().get(link, HTTP_USER_AGENT="Mail Scanner").status_code == 200
        assert Client().head(link).status_code == 200
    assert Client().post(link, FORM).status_code == 302


def test_each_link_that_has_ended_says_which_way(world):
    from datetime import timedelta

    from siegel.accounts.actions import withdraw_registration_links
    from siegel.accounts.models import Profile

    old = make.invited(world.tom, "alt@kanzlei.test", at=timezone.now() - timedelta(days=15))
    gone = make.invited(world.tom, "weg@kanzlei.test")
    profile = Profile.objects.get(email="weg@kanzlei.test")
    withdraw_registration_links(profile_id=profile.id, at=timezone.now())
    for invitation, words in ((old, "abgelaufen"), (gone, "gilt nicht mehr")):
        for answer in (Client().get(invitation.link[21:]), Client().post(invitation.link[21:])):
            assert answer.status_code == 410
            assert words in answer.text


@pytest.mark.parametrize("typed", ["XAVER@Anderswo.TEST", "  xaver@anderswo.test "])
def test_a_known_address_in_any_case_is_the_same_person(world, typed):
    count = Person.objects.count()
    link = make.invited(world.tom, typed).link[21:]
    assert Person.objects.count() == count
    client = Client()
    client.force_login(world.paul.login)  # somebody else's browser
    assert client.post(link).status_code == 403
    client.force_login(world.xaver.login)
    assert client.post(link).status_code == 302
    assert Person.objects.count() == count
