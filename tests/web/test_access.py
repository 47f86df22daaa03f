"""Pages of an account: strangers see nothing, members what their roles allow."""

import re

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import include, path

from siegel.accounts.permissions import Permission
from siegel.core.refusal import BadInput, Refusal, WayOut
from siegel.web.access import AccountRequest, account_page
from tests import cast

pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]


@account_page(Permission.STATUS_VIEW)
def show(request: AccountRequest) -> HttpResponse:
    return HttpResponse(f"{request.account.name}, {request.actor.door}")


@account_page()
def refuse(request: AccountRequest) -> HttpResponse:
    raise Refusal("Alles ist vergeben.", rows=("Zeile",), ways_out=(WayOut("book-more", "Buchen"),))


@account_page()
def misread(request: AccountRequest) -> HttpResponse:
    raise BadInput("Das ist kein Datum.")


urlpatterns = [
    path("", include("config.urls")),
    path("a/<slug:slug>/show/", show),
    path("a/<slug:slug>/refuse/", refuse),
    path("a/<slug:slug>/misread/", misread),
]


def test_an_administrator_gets_the_page(client: Client) -> None:
    client.force_login(cast.assemble().tom.login)
    assert client.get("/a/musterwerk/show/").content == b"Musterwerk GmbH, web"


def test_a_member_without_the_permission_gets_403_and_a_sentence(client: Client) -> None:
    client.force_login(cast.assemble().paul.login)
    response = client.get("/a/musterwerk/show/")
    assert response.status_code == 403
    assert 'role="alert"' in response.text
    assert "Dafür fehlt Ihnen die Berechtigung" in response.text
    assert "Tom Brandt, Anna Krüger" in response.text


def test_a_stranger_gets_the_same_404_as_for_an_account_that_is_none(client: Client) -> None:
    client.force_login(cast.assemble().xaver.login)
    here, nowhere = client.get("/a/musterwerk/show/"), client.get("/a/nirgends/show/")
    assert (here.status_code, nowhere.status_code) == (404, 404)
    secret = re.compile(r'name="csrfmiddlewaretoken" value="\w+"')
    here_text, nowhere_text = (secret.sub("", page.text) for page in (here, nowhere))
    assert "gehört zu einem anderen Konto" in here_text
    assert "Anna Krüger" not in here_text
    assert here_text.replace("musterwerk", "nirgends") == nowhere_text


def test_who_is_invited_but_has_not_accepted_is_a_stranger(client: Client) -> None:
    client.force_login(cast.assemble().ines.login)
    assert client.get("/a/musterwerk/show/").status_code == 404


def test_who_is_not_signed_in_is_led_to_the_sign_in_page(client: Client) -> None:
    cast.assemble()
    response = client.get("/a/musterwerk/show/")
    assert response.status_code == 302
    assert response["Location"].endswith("?next=/a/musterwerk/show/")


def test_a_refusal_becomes_a_page_with_rows_and_ways_out(client: Client) -> None:
    client.force_login(cast.assemble().anna.login)
    response = client.get("/a/musterwerk/refuse/")
    assert response.status_code == 409
    for part in ("Alles ist vergeben.", "Zeile", 'href="/a/musterwerk/portal/"', "Buchen"):
        assert part in response.text


def test_a_way_out_that_the_person_may_not_go_is_only_words(client: Client) -> None:
    client.force_login(cast.assemble().paul.login)
    response = client.get("/a/musterwerk/refuse/")
    assert response.status_code == 409
    assert "Buchen" in response.text
    assert 'href="/a/musterwerk/portal/"' not in response.text


def test_bad_input_is_422(client: Client) -> None:
    client.force_login(cast.assemble().paul.login)
    assert client.get("/a/musterwerk/misread/").status_code == 422
