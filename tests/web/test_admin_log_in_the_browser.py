"""The admin log in a real browser: keyboard, suggestions, both languages, phone, without script."""

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Page, expect

from siegel.accounts.permissions import Role
from siegel.workflows.change_roles import grant_role
from siegel.workflows.suspend_license import activate_license, suspend_license
from tests import cast, make

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
LOG = "/a/musterwerk/settings/log/"


@pytest.fixture
def world():
    made = cast.assemble()
    home = made.musterwerk
    for act, day in ((suspend_license, 1), (activate_license, 2)):
        act(
            actor=made.tom.actor,
            account_id=home.id,
            license_id=made.paul.license_id,
            at=make.START.replace(day=make.START.day + day),
        )
    grant_role(
        actor=made.anna.actor,
        account_id=home.id,
        license_id=made.paul.license_id,
        role=Role.AUDITOR,
        at=make.START.replace(day=28),
    )
    return made


def test_an_auditor_narrows_the_log_by_keyboard_alone(
    page: Page, live, sign_in_as, accessible, world
):
    sign_in_as(world.otto.login)
    page.goto(f"{live}/a/musterwerk/")
    page.get_by_role("link", name="Admin-Protokoll").focus()
    page.keyboard.press("Enter")
    expect(page).to_have_url(live + LOG)
    expect(page.locator(".tabs [aria-current=page]")).to_have_text("Admin-Protokoll")
    accessible()
    who = page.get_by_label("Wer")
    who.focus()
    page.keyboard.type("brandt")
    expect(page.locator("#who-people option")).to_have_attribute("value", "tom@musterwerk.test")
    page.keyboard.press("Enter")
    expect(page.locator(".chosen")).to_contain_text("Tom Brandt")
    expect(page.locator("tbody tr")).to_have_count(2)
    expect(page.locator("tbody tr").first).to_contain_text("Tom Brandt hat Paul Özdemir entsperrt")
    page.get_by_label("Art").focus()
    page.keyboard.type("Rollen")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Keine Einträge")).to_be_visible()
    accessible()
    page.get_by_role("link", name="Nicht mehr nur Tom Brandt").focus()
    page.keyboard.press("Enter")
    expect(page.locator("tbody tr").first).to_contain_text(
        "Anna Krüger hat Paul Özdemir die Rolle „Auditor“ gegeben"
    )


def test_several_people_are_offered_and_the_page_fits_a_phone(
    page: Page, live, sign_in_as, accessible, world
):
    make.person(world.musterwerk, "paula@musterwerk.test", "Paula", "Ott")
    sign_in_as(world.anna.login)
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(live + LOG)
    accessible()
    page.get_by_label("Betroffene Person").fill("pau")
    page.get_by_role("button", name="Anzeigen").click()
    accessible()
    page.get_by_role("link", name="Paul Özdemir").click()
    expect(page.locator("tbody tr")).to_have_count(3)
    accessible()
    overflow = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert overflow <= 0
    page.locator("tbody tr").first.get_by_role("link", name="Paul Özdemir").click()
    tabs = page.get_by_role("navigation", name="Paul Özdemir")
    tabs.get_by_role("link", name="Verlauf").click()
    expect(page.locator("tbody tr")).to_have_count(3)
    accessible()
    overflow = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert overflow <= 0


def test_english_readers_get_english_sentences(page: Page, live, sign_in_as, accessible, world):
    sign_in_as(world.anna.login)
    page.goto(live + LOG)
    page.get_by_role("button", name="EN: English").click()
    expect(page.get_by_role("heading", name="Admin log")).to_be_visible()
    expect(page.locator("tbody tr").first).to_contain_text(
        "Anna Krüger gave Paul Özdemir the role “Auditor”"
    )
    accessible()


def test_it_works_without_scripts(browser, live, world):
    client = Client()
    client.force_login(world.otto.login)
    name = settings.SESSION_COOKIE_NAME
    context = browser.new_context(java_script_enabled=False)
    context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": live}])
    page = context.new_page()
    page.goto(live + LOG)
    page.get_by_label("Betroffene Person").fill("özd")
    page.get_by_label("Art").select_option(label="Zugang")
    page.get_by_role("button", name="Anzeigen").click()
    expect(page.locator("tbody tr")).to_have_count(2)
    expect(page.locator(".chosen")).to_contain_text("Paul Özdemir")
    with page.expect_download() as started:
        page.get_by_role("link", name="Admin-Protokoll als CSV").click()
    assert started.value.suggested_filename.endswith(".csv")
    context.close()
