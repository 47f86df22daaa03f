"""Inviting, registering and finding people in a real browser, with and without scripts."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests import cast, make

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_the_list_follows_what_is_typed_and_chosen(page: Page, live, sign_in_as, accessible):
    world = cast.assemble()
    make.book(world.musterwerk, full=80)
    make.people(world.musterwerk, 60)
    sign_in_as(world.anna.login)
    page.goto(f"{live}/a/musterwerk/people/")
    accessible()
    search = page.get_by_role("searchbox")
    search.press_sequentially("ozd")
    expect(page.get_by_text("1 bis 1 von 1")).to_be_visible()
    expect(page).to_have_url(f"{live}/a/musterwerk/people/?q=ozd&sort=name")
    expect(search).to_be_focused()
    search.fill("")
    expect(page.get_by_text("1 bis 50 von 67")).to_be_visible()
    page.get_by_role("combobox", name="Lizenzart").select_option(label="Gastlizenz")
    expect(page.get_by_text("1 bis 1 von 1")).to_be_visible()
    page.get_by_role("combobox", name="Status").select_option(label="eingeladen")
    expect(page.get_by_text("Niemand gefunden")).to_be_visible()
    accessible()
    page.get_by_role("link", name="Alle anzeigen").click()
    page.get_by_role("link", name="Weiter").click()
    expect(page.get_by_text("51 bis 67 von 67")).to_be_visible()
    page.get_by_role("link", name="Letzte Anmeldung").click()
    expect(page.locator("th[aria-sort=ascending]")).to_contain_text("Letzte Anmeldung")
    page.set_viewport_size({"width": 390, "height": 844})
    overflow = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert overflow <= 0


def test_a_person_is_removed_after_the_preview(page: Page, live, sign_in_as, accessible):
    world = cast.assemble()
    sign_in_as(world.anna.login)
    page.goto(f"{live}/a/musterwerk/people/")
    page.get_by_role("link", name="Brandt, Tom").click()
    for tab in ("Details", "Berechtigungen", "Verlauf", "Zugang"):
        page.get_by_role("navigation", name="Tom Brandt").get_by_role("link", name=tab).click()
        expect(page.locator('.tabs [aria-current="page"]')).to_have_text(tab)
        accessible()
    page.get_by_role("link", name="Benutzer entfernen").click()
    expect(page.get_by_text("Die Rolle „Administrator“ wird entzogen")).to_be_visible()
    accessible()
    page.get_by_role("button", name="Benutzer entfernen").click()
    expect(page.get_by_role("status")).to_contain_text("im Papierkorb")
    expect(page.get_by_text("1 bis 6 von 6")).to_be_visible()


def test_a_token_can_be_copied_once(page: Page, live, sign_in_as, accessible):
    world = cast.assemble()
    sign_in_as(world.anna.login)
    page.goto(f"{live}/a/musterwerk/settings/api/")
    page.get_by_label("Name").fill("Lohnlauf")
    page.get_by_role("button", name="Zugangsschlüssel erstellen").click()
    expect(page.get_by_role("textbox", name="Zugangsschlüssel", exact=True)).to_have_value(
        re.compile(r"siegel_[\w-]{43}")
    )
    accessible()


def test_without_scripts_the_list_works_as_well(browser, live):
    from django.conf import settings
    from django.test import Client

    world = cast.assemble()
    client = Client()
    client.force_login(world.anna.login)
    name = settings.SESSION_COOKIE_NAME
    context = browser.new_context(java_script_enabled=False)
    context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": live}])
    page = context.new_page()
    page.goto(f"{live}/a/musterwerk/people/")
    page.get_by_role("searchbox").fill("rossi")
    page.get_by_role("button", name="Suchen").click()
    expect(page.get_by_text("1 bis 1 von 1")).to_be_visible()
    context.close()
