"""Filtering, choosing columns and changing many people at once in a real browser."""

import pytest
from playwright.sync_api import Page, expect

from siegel.licensing.kinds import LicenseState
from siegel.licensing.models import License
from tests import cast, make

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def world():
    world = cast.assemble()
    make.book(world.musterwerk, full=80)
    make.people(world.musterwerk, 60)
    make.box(world.paul, size=2_500_000_000, members=(world.tom,))
    return world


def no_sideways_scroll(page: Page) -> None:
    for where in ("document.documentElement", "document.querySelector('.table-wrap')"):
        assert page.evaluate(f"{where}.scrollWidth - {where}.clientWidth") <= 0, where


def test_the_usual_columns_fit_a_small_screen_and_others_are_chosen(
    page: Page, live, sign_in_as, accessible, world
):
    sign_in_as(world.anna.login)
    page.set_viewport_size({"width": 1280, "height": 800})
    page.goto(f"{live}/a/musterwerk/people/?kind=full")
    no_sideways_scroll(page)
    menu = page.locator("summary", has_text="Spalten")
    menu.focus()
    page.keyboard.press("Enter")
    accessible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("checkbox", name="Gruppen")).to_have_count(0)
    expect(menu).to_be_focused()
    page.keyboard.press("Enter")
    page.get_by_label("Speicher: fremde Boxen").check()
    page.get_by_role("checkbox", name="Organisation").uncheck()
    page.get_by_role("button", name="Spalten anzeigen").press("Enter")
    expect(page.get_by_role("columnheader", name="Speicher: fremde Boxen")).to_be_visible()
    expect(page.get_by_role("columnheader", name="Organisation")).to_have_count(0)
    expect(page).to_have_url(f"{live}/a/musterwerk/people/?kind=full")


def test_filters_combine_and_their_chips_take_them_away(
    page: Page, live, sign_in_as, accessible, world
):
    sign_in_as(world.anna.login)
    page.goto(f"{live}/a/musterwerk/people/")
    page.locator("summary", has_text="Weitere Filter").click()
    accessible()
    page.get_by_label("Registrierung").select_option(label="noch nicht registriert")
    expect(page.get_by_text("1 bis 50 von 61")).to_be_visible()
    page.get_by_role("searchbox").fill("ines")
    expect(page.get_by_text("1 bis 1 von 1")).to_be_visible()
    expect(page).to_have_url(f"{live}/a/musterwerk/people/?q=ines&registration=waiting&sort=name")
    accessible()
    page.get_by_role("link", name="diesen Filter entfernen").click()
    expect(page).to_have_url(f"{live}/a/musterwerk/people/?q=ines&sort=name")


def test_everybody_who_matches_is_changed_by_keyboard_alone(
    page: Page, live, sign_in_as, accessible, world
):
    sign_in_as(world.anna.login)
    page.goto(f"{live}/a/musterwerk/people/?kind=full")
    bar = page.get_by_role("group", name="Was mit den ausgewählten Benutzern geschehen soll")
    expect(bar).to_be_hidden()
    page.get_by_label("Alle auf dieser Seite auswählen").focus()
    page.keyboard.press("Space")
    expect(page.get_by_text("50 ausgewählt")).to_be_visible()
    everybody = page.get_by_label("Alle 66 auswählen, die diesem Filter entsprechen")
    everybody.focus()
    page.keyboard.press("Space")
    expect(page.get_by_text("66 ausgewählt")).to_be_visible()
    accessible()
    bar.get_by_role("button", name="Benachrichtigungen").focus()
    page.keyboard.press("Enter")
    page.get_by_label("Ausschalten").focus()
    page.keyboard.press("Space")
    accessible()
    page.get_by_role("button", name="Zeigen, was geschehen wird").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("Dies ändert sich für 66 Benutzer")).to_be_visible()
    accessible()
    page.get_by_role("button", name="Für 66 Benutzer ändern").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("Für 66 Benutzer geändert.")
    full = License.objects.filter(pool__account_id=world.musterwerk.id, pool__kind="full")
    assert set(full.values_list("notifications", flat=True)) == {False}


def test_a_selection_survives_going_back_and_the_phone_shows_cards(
    page: Page, live, sign_in_as, accessible, world
):
    sign_in_as(world.anna.login)
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{live}/a/musterwerk/people/?q=paul")
    no_sideways_scroll(page)
    page.get_by_label("Paul Özdemir auswählen").check()
    accessible()
    page.get_by_role("button", name="Sperren", exact=True).click()
    expect(page.get_by_text("1 Benutzer hat keinen Zugang mehr")).to_be_visible()
    no_scroll = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert no_scroll <= 0
    page.go_back()
    expect(page.get_by_text("1 ausgewählt")).to_be_visible()
    page.get_by_role("button", name="Sperren", exact=True).click()
    page.get_by_role("button", name="1 Benutzer sperren").click()
    expect(page.get_by_role("status")).to_contain_text("1 Benutzer ist gesperrt.")
    assert License.objects.get(id=world.paul.license_id).state == LicenseState.SUSPENDED


@pytest.mark.parametrize(
    "address", ["groups/", "batch/rights/", "batch/rights/?all=1", "batch/hand-over/?all=1"]
)
def test_the_pages_around_the_list_are_accessible(
    page: Page, live, sign_in_as, accessible, world, address
):
    sign_in_as(world.anna.login)
    page.goto(f"{live}/a/musterwerk/people/{address}")
    accessible()
    page.get_by_role("button", name="EN: English").click()
    accessible()


def test_without_scripts_a_selection_is_changed_as_well(browser, live, world):
    from django.conf import settings
    from django.test import Client

    client = Client()
    client.force_login(world.anna.login)
    name = settings.SESSION_COOKIE_NAME
    context = browser.new_context(java_script_enabled=False, locale="de-DE")
    context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": live}])
    page = context.new_page()
    page.goto(f"{live}/a/musterwerk/people/?owns=boxes")
    page.get_by_label("Paul Özdemir auswählen").check()
    page.get_by_role("button", name="Sperren", exact=True).click()
    page.get_by_role("button", name="1 Benutzer sperren").click()
    expect(page.get_by_role("status")).to_contain_text("1 Benutzer ist gesperrt.")
    context.close()
