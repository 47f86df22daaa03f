"""German by default, English by choice; the theme likewise; both lead back to our own pages."""

import pytest
from django.test import Client

from tests import cast

pytestmark = pytest.mark.django_db


def test_the_browsers_language_is_not_asked(client: Client) -> None:
    page = client.get("/sign-in/", headers={"Accept-Language": "en"})
    assert '<html lang="de"' in page.text
    assert page["Content-Language"] == "de"


def test_english_by_switch_stays_for_the_browser(client: Client) -> None:
    answer = client.post("/language/", {"language": "en", "next": "/sign-in/"})
    assert (answer.status_code, answer["Location"]) == (302, "/sign-in/")
    assert '<html lang="en"' in client.get("/sign-in/").text


def test_the_choice_of_a_signed_in_person_holds_in_other_browsers(client: Client) -> None:
    anna = cast.assemble().anna
    client.force_login(anna.login)
    client.post("/language/", {"language": "en"})

    other = Client()
    other.force_login(anna.login)

    assert '<html lang="en"' in other.get("/me/").text


@pytest.mark.parametrize("language", ["", "fr", "../x"])
def test_an_unknown_language_changes_nothing(client: Client, language: str) -> None:
    client.post("/language/", {"language": language})
    assert '<html lang="de"' in client.get("/sign-in/").text


@pytest.mark.parametrize(
    "elsewhere", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:x", ""]
)
@pytest.mark.parametrize("switch", ["language", "theme"])
def test_next_leads_nowhere_else(client: Client, switch: str, elsewhere: str) -> None:
    assert client.post(f"/{switch}/", {"next": elsewhere})["Location"] == "/"


@pytest.mark.parametrize("switch", ["language", "theme"])
def test_a_get_switches_nothing(client: Client, switch: str) -> None:
    assert client.get(f"/{switch}/", {switch: "en"}).status_code == 405


def test_the_theme_is_kept_in_the_browser_and_needs_no_script(client: Client) -> None:
    assert "data-theme" not in client.get("/sign-in/").text
    client.post("/theme/", {"theme": "dark"})
    assert 'data-theme="dark"' in client.get("/sign-in/").text
    client.post("/theme/", {"theme": "auto"})
    assert "data-theme" not in client.get("/sign-in/").text


def test_a_forged_theme_cookie_is_ignored(client: Client) -> None:
    client.cookies["siegel_theme"] = '"><script>'
    assert "data-theme" not in client.get("/sign-in/").text
