"""The pages of one's own second factor, and being led to them."""

import re

import pytest
from django.test import Client

from siegel.accounts.protection import SecondFactor
from siegel.accounts.second_factors import second_factors_of
from siegel.workflows.own_second_factor import set_up_passkey
from tests import cast, factors

pytestmark = pytest.mark.django_db
APP = "/me/second-factor/app/"


@pytest.fixture
def world():
    return cast.assemble()


@pytest.fixture
def paul(world, client):
    return factors.confirmed(client, world.paul)


def shown(page):
    """Return the app that has scanned the page, and the page's sealed secret."""
    secret = re.search(r"<code>([A-Z2-7 ]+)</code>", page.text)[1].replace(" ", "")
    return factors.App(secret), re.search(r'name="sealed" value="([^"]+)"', page.text)[1]


def test_an_app_is_connected_and_the_codes_are_shown_only_then(paul, world):
    page = paul.get(APP)
    app, sealed = shown(page)
    assert app.secret not in sealed
    assert 'src="data:image/svg+xml;base64,' in page.text
    done = paul.post(APP, {"code": app.code(), "sealed": sealed, "next": "/a/musterwerk/"})
    assert done.status_code == 200
    codes = re.findall(r"<code>(\d{4} \d{4})</code>", done.text)
    assert len(codes) == 10
    assert 'href="/a/musterwerk/"' in done.text
    assert f"{codes[0].replace(' ', '')}%0A" in done.text  # the file to save
    me = paul.get("/me/").text
    assert "noch 10 unbenutzte Wiederherstellungscodes" in me
    assert codes[0] not in me


def test_nothing_is_stored_before_the_app_has_shown_a_right_code(paul, world):
    app, sealed = shown(paul.get(APP))
    wrong = paul.post(APP, {"code": "000000", "sealed": sealed})
    assert wrong.status_code == 422
    assert "Dieser Code stimmt nicht" in wrong.text
    assert shown(wrong)[0].secret == app.secret  # it is scanned already
    assert second_factors_of(world.paul.person_id).factors == []
    assert paul.post(APP, {"code": app.code(), "sealed": shown(wrong)[1]}).status_code == 200


@pytest.mark.parametrize("sealed", ["", "x", "gAAAAABn"])
def test_a_forged_or_old_picture_is_replaced(paul, sealed):
    answer = paul.post(APP, {"code": "123456", "sealed": sealed})
    assert answer.status_code == 422
    assert "Das Bild war zu alt" in answer.text


def test_the_picture_of_somebody_else_connects_nothing(paul, world):
    tom = factors.confirmed(Client(), world.tom)
    app, sealed = shown(tom.get(APP))
    assert paul.post(APP, {"code": app.code(), "sealed": sealed}).status_code == 422
    assert second_factors_of(world.paul.person_id).factors == []


def test_sending_the_form_twice_is_refused_with_a_sentence(paul):
    app, sealed = shown(paul.get(APP))
    assert paul.post(APP, {"code": app.code(), "sealed": sealed}).status_code == 200
    again = paul.post(APP, {"code": app.code(), "sealed": sealed})
    assert again.status_code == 409
    assert "schon eine Authenticator-App verbunden" in again.text


def test_factors_are_named_removed_and_codes_made_anew(paul, world):
    factors.give_app(world.paul)
    (app,) = second_factors_of(world.paul.person_id).factors
    base = f"/me/second-factor/{app.id}/"
    assert paul.post(base + "name/", {"name": " "}).status_code == 422
    assert paul.post(base + "name/", {"name": "Diensthandy"})["Location"] == "/me/"
    assert "Diensthandy" in paul.get("/me/").text
    assert "noch 10 unbenutzte Codes" in paul.get("/me/second-factor/codes/").text
    assert len(re.findall(r"<code>\d", paul.post("/me/second-factor/codes/").text)) == 10
    assert "„Diensthandy“ entfernen?" in paul.get(base + "remove/").text
    assert paul.post(base + "remove/")["Location"] == "/me/"
    assert paul.get(base + "remove/").status_code == 404
    assert paul.post("/me/second-factor/codes/").status_code == 404


def test_the_factor_of_somebody_else_is_not_found(paul, world):
    factors.give_app(world.tom)
    (app,) = second_factors_of(world.tom.person_id).factors
    for page in ("name/", "remove/"):
        assert paul.get(f"/me/second-factor/{app.id}/{page}").status_code == 404
        assert paul.post(f"/me/second-factor/{app.id}/{page}", {"name": "x"}).status_code == 404
    assert second_factors_of(world.tom.person_id).factors


def test_the_last_one_is_kept_with_a_sentence_where_it_is_demanded(paul, world):
    factors.enforce(world.anna)
    factors.give_app(world.paul)
    (app,) = second_factors_of(world.paul.person_id).factors
    remove = f"/me/second-factor/{app.id}/remove/"
    assert "dieser ist Ihr einziger" in paul.get(remove).text
    refused = paul.post(remove)
    assert refused.status_code == 409
    assert "dieser ist Ihr einziger" in refused.text
    assert second_factors_of(world.paul.person_id).factors


@pytest.mark.parametrize("host", ["127.0.0.1", "[::1]", "127.0.0.1:8000"])
def test_under_an_ip_address_the_page_says_why_passkeys_cannot_work(paul, settings, host):
    settings.ALLOWED_HOSTS = ["*"]
    for page in ("/me/second-factor/", "/me/second-factor/passkey/"):
        text = paul.get(page, headers={"Host": host}).text
        assert "Passkeys funktionieren nur unter einem Namen" in text
        assert "passkeys.js" not in text


def test_under_a_name_passkeys_need_https(paul, settings):
    settings.ALLOWED_HOSTS = ["*"]
    page = "/me/second-factor/passkey/"
    plain = paul.get(page, headers={"Host": "siegel.example"}).text
    assert "brauchen eine verschlüsselte Verbindung" in plain
    assert "passkeys.js" in paul.get(page, headers={"Host": "siegel.example"}, secure=True).text
    assert "passkeys.js" in paul.get(page, headers={"Host": "localhost:8000"}).text


@pytest.mark.parametrize("credential", ["", "x", "{}", "[1]", '{"id": 5, "response": null}'])
def test_a_forged_passkey_is_refused(paul, world, settings, credential):
    settings.ALLOWED_HOSTS = ["localhost"]
    page = "/me/second-factor/passkey/"
    paul.get(page, headers={"Host": "localhost"})
    answer = paul.post(page, {"name": "x", "credential": credential}, headers={"Host": "localhost"})
    assert answer.status_code == 422
    assert second_factors_of(world.paul.person_id).factors == []


# --- demanded by an account -------------------------------------------------------------------


def test_open_sessions_are_led_to_the_set_up_on_their_next_page(paul, world):
    assert paul.get("/a/musterwerk/").status_code == 200
    factors.enforce(world.anna)
    for address in ("/a/musterwerk/", "/me/", "/a/musterwerk/people/"):
        answer = paul.get(address)
        assert answer["Location"] == f"/me/second-factor/?next={address}"
    assert paul.post("/me/", {"first_name": "Neu", "language": "de"}).status_code == 302
    assert world.paul.login.first_name == "Paul"
    page = paul.get("/me/second-factor/?next=/a/musterwerk/")
    assert "schreibt neben dem Passwort einen zweiten Faktor vor" in page.text
    assert "/me/second-factor/app/?next=%2Fa%2Fmusterwerk%2F" in page.text
    assert paul.get(APP).status_code == 200
    factors.give_app(world.paul)
    assert paul.get("/a/musterwerk/").status_code == 200


def test_after_the_sign_in_somebody_without_is_led_there_too(client, world):
    factors.enforce(world.anna)
    answer = client.post(
        "/sign-in/", {"login": world.paul.email, "password": "korrekt-pferd-batterie"}, follow=True
    )
    assert answer.redirect_chain[-1][0].startswith("/me/second-factor/")


def test_somebody_in_another_account_only_is_left_alone(client, world):
    factors.enforce(world.anna)
    client.force_login(world.xaver.login)
    assert client.get("/a/anderswo/").status_code == 200


def test_tokens_of_programs_keep_working(client, world):
    from tests.api.calls import token_of

    token = token_of(world.tom)
    factors.enforce(world.anna)
    answer = client.get(
        "/api/v1/accounts/musterwerk/licenses", headers={"Authorization": f"Bearer {token}"}
    )
    assert answer.status_code == 200


def test_where_it_is_off_the_profile_says_so_and_nobody_sets_one_up(paul, world):
    factors.protect(world.anna, second_factor=SecondFactor.OFF)
    assert "hat den zweiten Faktor ausgeschaltet" in paul.get("/me/").text
    app, sealed = shown(paul.get(APP))
    assert paul.post(APP, {"code": app.code(), "sealed": sealed}).status_code == 409
    with pytest.raises(Exception, match="ausgeschaltet"):
        set_up_passkey(
            actor=factors.own(world.paul),
            person_id=world.paul.person_id,
            name="x",
            credential={},
            at=None,
        )
