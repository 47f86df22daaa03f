"""The tab "Anpassung": the invitation text with its example."""

import re

import pytest
from django.test import Client
from playwright.sync_api import Page, expect

from siegel.accounts.models import InvitationText
from tests import cast, make

PAGE = "/a/gross/settings/customization/"
OWN = {
    "subject": "Zugang für {name}",
    "body": "Hallo {name},\r\n\r\n{link}\r\n\r\n<b>{account}</b>",
}


def erna():
    return make.account("gross", "Groß AG", "enterprise", "erna@gross.test", ("Erna", "Groß"))


@pytest.fixture
def client(db) -> Client:
    client = Client()
    client.force_login(erna().login)
    return client


def test_the_default_text_is_shown_with_an_example_in_each_language(client):
    german, english = client.get(PAGE).text, client.get(f"{PAGE}?language=en").text
    assert "Guten Tag {name}," in german
    assert "Guten Tag Erika Beispiel," in german
    assert "Hello {name}," in english
    assert "Hello Erika Example," in english
    assert "Das ist der Standardtext" in german


def test_an_example_is_shown_before_anything_is_saved(client):
    page = client.post(PAGE, OWN | {"do": "preview"})
    assert page.status_code == 200
    assert "Zugang für Erika Beispiel" in page.text
    assert "noch nicht gespeichert" in page.text
    assert not InvitationText.objects.exists()


def test_saving_and_going_back_to_the_default(client):
    page = client.post(PAGE, OWN | {"do": "save"}, follow=True)
    assert "ist gespeichert" in page.text
    assert "durch Erna Groß" in page.text
    assert "&lt;b&gt;Groß AG&lt;/b&gt;" in page.text
    page = client.get(f"{PAGE}?language=de&default")
    assert "noch nicht gespeichert" in page.text
    assert InvitationText.objects.count() == 1
    body = re.search(r"<textarea[^>]*>\r?\n?(.*?)</textarea>", page.text, re.S)[1]
    subject = re.search(r'name="subject" value="([^"]*)"', page.text)[1]
    client.post(PAGE, {"subject": subject, "body": body, "do": "save"})
    assert not InvitationText.objects.exists()


@pytest.mark.parametrize(
    "change",
    [
        {"body": "Hallo {name}"},
        {"body": "{link}"},
        {"subject": ""},
        {"body": ""},
        {"subject": "x" * 151},
        {"body": "{name}{link}" + "x" * 5000},
        {"body": "{was} {name}{link}"},
    ],
)
def test_a_text_that_cannot_be_is_422_and_says_why(client, change):
    for do in ("save", "preview"):
        page = client.post(PAGE, OWN | change | {"do": do})
        assert page.status_code == 422
        assert 'class="field-error"' in page.text
    assert not InvitationText.objects.exists()


def test_a_package_without_it_shows_who_has_it_and_no_form(db):
    world = cast.assemble()
    client = Client()
    client.force_login(world.anna.login)
    page = client.get("/a/musterwerk/settings/customization/")
    assert "Ein eigener Text gehört zu: Enterprise, Individuell" in page.text
    assert "<textarea" not in page.text
    refused = client.post("/a/musterwerk/settings/customization/", OWN | {"do": "save"})
    assert refused.status_code == 409
    assert "Enterprise" in refused.text


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_the_page_is_accessible_and_fits_a_phone(page: Page, live, sign_in_as, accessible):
    sign_in_as(erna().login)
    page.goto(live + PAGE)
    accessible()
    page.set_viewport_size({"width": 390, "height": 844})
    page.get_by_label("Text", exact=True).fill("Nur {name}")
    page.get_by_role("button", name="Text speichern").click()
    expect(page.locator(".field-error")).to_contain_text("{link}")
    accessible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
