"""The second step of the sign-in: codes, recovery codes, locks; and the password once more."""

import re

import pytest
from django.core import mail
from django.test import Client

from siegel.accounts.second_factors import second_factors_of
from siegel.jobs.worker import run_jobs
from siegel.licensing.models import License
from siegel.web.signin.confirm import CONFIRMED_SECONDS
from tests import cast, factors, make

pytestmark = pytest.mark.django_db
CODE = "/sign-in/code/"


@pytest.fixture
def world():
    return cast.assemble()


@pytest.fixture
def app_and_codes(world):
    return factors.give_app(world.paul)


def is_in(client):
    return client.get("/me/").status_code == 200


def test_the_password_alone_does_not_let_in(client, world, app_and_codes):
    assert factors.sign_in(client, world.paul)["Location"] == CODE
    assert not is_in(client)
    page = client.get(CODE)
    assert page.status_code == 200
    assert world.paul.email in page.text
    assert "Sechs Ziffern aus Ihrer Authenticator-App" in page.text


def test_the_code_lets_in_and_leads_to_the_page_that_was_asked_for(client, world, app_and_codes):
    app, _codes = app_and_codes
    before = License.objects.get(id=world.paul.license_id).last_active_at
    factors.sign_in(client, world.paul, next="/me/")
    answer = client.post(CODE, {"code": app.code()})
    assert answer["Location"] == "/me/"
    assert is_in(client)
    assert License.objects.get(id=world.paul.license_id).last_active_at > before
    assert second_factors_of(world.paul.person_id).factors[0].last_used_at is not None


def test_the_same_code_does_not_let_in_twice(world, app_and_codes):
    app, _codes = app_and_codes
    code = app.code()
    for expected in (302, 422):
        client = Client()
        factors.sign_in(client, world.paul)
        answer = client.post(CODE, {"code": code})
        assert answer.status_code == expected
    assert "oder wurde schon benutzt" in answer.text
    assert code not in answer.text


def test_a_recovery_code_lets_in_once(world, app_and_codes):
    _app, codes = app_and_codes
    for expected in (True, False):
        client = Client()
        factors.sign_in(client, world.paul)
        client.post(CODE, {"code": f"{codes[0][:4]} {codes[0][4:]}"})
        assert is_in(client) == expected


NO_KEY = '{"id": "AA", "rawId": "AA", "type": "public-key", "response": {}}'


@pytest.mark.parametrize(
    ("field", "value"),
    [("nothing", ""), ("code", ""), ("code", "x" * 21), ("code", "000000"), ("credential", "")]
    + [("credential", text) for text in ("[]", "{}", "no json", "5", "null", NO_KEY)],
)
def test_nothing_else_lets_in(client, world, app_and_codes, field, value):
    factors.sign_in(client, world.paul)
    answer = client.post(CODE, {field: value})
    assert answer.status_code == 422
    assert not is_in(client)


def test_wrong_codes_lock_and_then_the_right_one_does_not_help(client, world, app_and_codes):
    app, _codes = app_and_codes
    factors.protect(world.anna, lockout_attempts=3)
    factors.sign_in(client, world.paul)
    for _attempt in range(2):
        assert client.post(CODE, {"code": "000000"}).status_code == 422
    answer = client.post(CODE, {"code": "000000"})
    assert answer["Location"] == "/sign-in/?ended=locked"
    assert "vorerst gesperrt" in client.get(answer["Location"]).text
    assert client.post(CODE, {"code": app.code()})["Location"] == "/sign-in/"
    assert factors.sign_in(Client(), world.paul).status_code == 422


def test_a_right_password_between_wrong_codes_does_not_begin_the_count_anew(world, app_and_codes):
    factors.protect(world.anna, lockout_attempts=4)
    for _attempt in range(4):
        client = Client()
        factors.sign_in(client, world.paul)
        answer = client.post(CODE, {"code": "000000"})
    assert answer["Location"] == "/sign-in/?ended=locked"


def test_one_can_leave_and_sign_in_as_somebody_else(client, world, app_and_codes):
    factors.sign_in(client, world.paul)
    assert client.post(CODE, {"leave": "1"})["Location"] == "/sign-in/"
    assert client.get(CODE)["Location"] == "/sign-in/"
    assert factors.sign_in(client, world.tom).status_code == 302
    assert is_in(client)


def test_a_new_password_by_mail_does_not_replace_the_second_factor(client, world, app_and_codes):
    new = "ein-ganz-neues-passwort"
    client.post("/sign-in/password/forgotten/", {"email": world.paul.email})
    run_jobs()
    link = re.search(r"(/sign-in/password/new/\S+)", str(mail.outbox[0].body))[1]
    form = client.get(link, follow=True).redirect_chain[-1][0]
    client.post(form, {"password1": new, "password2": new})
    assert factors.sign_in(client, world.paul, new)["Location"] == CODE
    assert not is_in(client)


def test_a_locked_login_uses_up_no_recovery_code(client, world, app_and_codes):
    _app, codes = app_and_codes
    factors.protect(world.anna, lockout_attempts=3)
    factors.sign_in(client, world.paul)
    for _wrong in range(3):
        factors.sign_in(Client(), world.paul, password="falsch")
    assert client.post(CODE, {"code": codes[0]})["Location"] == "/sign-in/?ended=locked"
    assert second_factors_of(world.paul.person_id).codes_left == len(codes)


# --- locked by wrong passwords ----------------------------------------------------------------


@pytest.mark.parametrize("known", [True, False])
def test_known_and_unknown_addresses_get_the_same_answers_until_and_after_the_lock(world, known):
    email = world.paul.email if known else "niemand@musterwerk.test"
    factors.protect(world.anna, lockout_attempts=5)
    told = []
    for _attempt in range(12):
        answer = Client().post("/sign-in/", {"login": email, "password": "falsch"})
        told.append((answer.status_code, "oder dieser Zugang ist nach zu vielen" in answer.text))
    assert told == [(422, False)] * 2 + [(422, True)] * 10


def test_a_locked_login_refuses_the_right_password_and_the_link_of_the_mail_helps(client, world):
    factors.protect(world.anna, lockout_attempts=3)
    for _attempt in range(3):
        factors.sign_in(client, world.paul, "falsch")
    refused = factors.sign_in(client, world.paul)
    assert refused.status_code == 422
    assert "Neues Passwort wählen" in refused.text
    run_jobs()
    link = re.search(r"http://127\.0\.0\.1:8000(/sign-in/unlock/\S+)", str(mail.outbox[0].body))[1]
    page = client.get(link)
    assert page["Referrer-Policy"] == "strict-origin"
    assert "Jetzt entsperren" in page.text
    assert factors.sign_in(client, world.paul).status_code == 422  # looking unlocks nothing
    assert "Ihr Zugang ist entsperrt" in client.post(link).text
    assert client.get(link).status_code == client.post(link).status_code == 410
    assert factors.sign_in(client, world.paul).status_code == 302


def test_a_forged_link_says_that_it_no_longer_works(client, db):
    answer = client.get("/sign-in/unlock/irgendwas/")
    assert answer.status_code == 410
    assert "Dieser Link gilt nicht mehr" in answer.text


# --- the password once more -------------------------------------------------------------------


def test_before_second_factors_change_the_password_is_asked_for(client, world):
    client.force_login(world.paul.login)
    answer = client.get("/me/second-factor/app/?next=/a/musterwerk/")
    assert answer["Location"] == (
        "/sign-in/confirm/?next=/me/second-factor/app/%3Fnext%3D/a/musterwerk/"
    )
    wrong = client.post(answer["Location"], {"password": "falsch"})
    assert wrong.status_code == 422
    assert "Das ist nicht Ihr Passwort" in wrong.text
    right = client.post(answer["Location"], {"password": make.PASSWORD})
    assert right["Location"] == "/me/second-factor/app/?next=/a/musterwerk/"
    assert client.get(right["Location"]).status_code == 200


def test_a_confirmation_grows_old(client, world):
    factors.confirmed(client, world.paul)
    assert client.get("/me/second-factor/app/").status_code == 200
    session = client.session
    session["siegel_confirmed"] -= CONFIRMED_SECONDS
    session.save()
    assert client.get("/me/second-factor/app/").status_code == 302


def test_a_confirmation_leads_to_no_other_site(client, world):
    client.force_login(world.paul.login)
    answer = client.post("/sign-in/confirm/?next=//evil.example", {"password": make.PASSWORD})
    assert answer["Location"] == "/me/"


def test_wrong_confirmations_and_present_passwords_count_as_wrong_entries(client, world):
    factors.protect(world.anna, lockout_attempts=3)
    client.force_login(world.paul.login)
    client.post("/sign-in/confirm/", {"password": "falsch"})
    new = {"password1": "ein-neues-passwort", "password2": "ein-neues-passwort"}
    client.post("/sign-in/password/", new | {"oldpassword": "falsch"})
    client.post("/sign-in/confirm/", {"password": "falsch"})
    locked = client.post("/sign-in/confirm/", {"password": make.PASSWORD})
    assert locked.status_code == 422
    assert "Ihr Zugang ist vorerst gesperrt" in locked.text
    assert (
        client.post("/sign-in/password/", new | {"oldpassword": make.PASSWORD}).status_code == 422
    )
