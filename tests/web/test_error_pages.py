"""Pages that say no or sorry: readable, in the reader's language, without the database."""

import pytest
from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import include, path
from pytest_django import DjangoAssertNumQueries

from tests import cast


def fail(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("boom")


def suspect(request: HttpRequest) -> HttpResponse:
    raise SuspiciousOperation


def too_big(request: HttpRequest) -> HttpResponse:
    raise RequestDataTooBig


urlpatterns = [
    path("", include("config.urls")),
    path("fail/", fail),
    path("suspect/", suspect),
    path("too-big/", too_big),
]
handler400 = "siegel.web.errors.bad_request"
handler403 = "siegel.web.errors.forbidden"
handler404 = "siegel.web.errors.not_found"
handler500 = "siegel.web.errors.server_error"

pytestmark = pytest.mark.urls(__name__)


@pytest.fixture
def quiet() -> Client:
    """Return a client that shows the page of an exception instead of raising it."""
    return Client(raise_request_exception=False)


@pytest.mark.parametrize(
    ("address", "status", "german", "english"),
    [
        ("/fail/", 500, "Bei uns ist etwas schiefgegangen", "Something went wrong on our side"),
        ("/suspect/", 400, "Diese Anfrage ist nicht lesbar", "This request cannot be read"),
        ("/too-big/", 413, "Diese Datei ist zu groß", "This file is too large"),
        ("/nowhere/", 404, "Diese Seite gibt es nicht", "This page does not exist"),
    ],
)
def test_every_error_has_a_page_in_both_languages_without_a_query(
    quiet: Client, address: str, status: int, german: str, english: str
) -> None:
    # No database mark: a query would fail this test.
    page = quiet.get(address)
    assert page.status_code == status
    assert german in page.text
    quiet.cookies["siegel_language"] = "en"
    assert english in quiet.get(address).text


def test_a_request_that_is_too_large_is_told_the_limit(client: Client) -> None:
    page = client.generic("POST", "/sign-in/", b"x" * 20_000_001)
    assert page.status_code == 413
    assert "höchstens 20 MB" in page.text


def test_the_413_page_leads_back_to_our_form_and_nowhere_else(client: Client) -> None:
    for referer, back in (
        ("http://testserver/a/musterwerk/people/import/", True),
        ("http://evil.example/a/musterwerk/people/import/", False),
        ("http://testserver//evil.example/", False),
    ):
        page = client.generic(
            "POST",
            "/sign-in/",
            b"x" * 20_000_001,
            headers={"Referer": referer, "Host": "testserver"},
        )
        assert ('href="/a/musterwerk/people/import/"' in page.text) is back
        assert "evil" not in page.text


def test_a_length_that_is_no_number_is_refused_too(client: Client) -> None:
    assert client.generic("POST", "/sign-in/", b"", CONTENT_LENGTH="-1").status_code == 413


def test_the_413_page_is_in_the_readers_language(client: Client) -> None:
    client.cookies["siegel_language"] = "en"
    page = client.generic("POST", "/sign-in/", b"x" * 20_000_001)
    assert "At most 20 MB" in page.text


@pytest.mark.django_db
def test_a_form_without_its_token_says_what_to_do() -> None:
    strict = Client(enforce_csrf_checks=True)
    page = strict.post("/sign-in/", {"login": "x@y.test", "password": "x"})
    assert page.status_code == 403
    assert "Dieses Formular ist abgelaufen" in page.text


@pytest.mark.django_db
def test_error_pages_keep_the_chosen_theme(quiet: Client) -> None:
    quiet.cookies["siegel_theme"] = "dark"
    assert 'data-theme="dark"' in quiet.get("/fail/").text


@pytest.mark.django_db
def test_an_unknown_address_costs_a_signed_in_person_no_more_than_the_language(
    client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client.force_login(cast.assemble().anna.login)
    with django_assert_max_num_queries(2):
        assert client.get("/nowhere/").status_code == 404
