"""Inviting in a real browser: by keyboard alone, in both languages, on a phone, without scripts."""

import pytest
from django.conf import settings as django_settings
from django.test import Client
from playwright.sync_api import Page, expect

from tests import cast

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
GOOD = "viel-zu-lang-zum-raten"
WORDS = {
    "de": {
        "next": "Weiter",
        "step": "Schritt {} von 3",
        "invite": "Benutzer einladen",
        "link": "Registrierungslink",
        "code": "Zugangscode",
        "invited": "Jonas ist eingeladen",
    },
    "en": {
        "next": "Next",
        "step": "Step {} of 3",
        "invite": "Invite user",
        "link": "Registration link",
        "code": "Pass code",
        "invited": "Jonas is invited",
    },
}


def fits(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))


def tab_to(page: Page, locator) -> None:
    """Press Tab until the element has the focus, as somebody without a mouse does."""
    for _press in range(60):
        if locator.evaluate("element => element === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError("never reached by keyboard")


@pytest.mark.parametrize("language", ["de", "en"])
def test_the_wizard_by_keyboard_on_a_phone_up_to_the_registration(
    page: Page, live, sign_in_as, accessible, settings, language
):
    settings.BASE_URL = live
    world, words = cast.assemble(), WORDS[language]
    sign_in_as(world.anna.login)
    page.context.add_cookies([{"name": "siegel_language", "value": language, "url": live}])
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{live}/a/musterwerk/people/invite/?kind=guest")
    expect(page.get_by_role("heading", name=words["step"].format(1))).to_be_visible()
    accessible()
    assert fits(page)
    page.keyboard.type("jonas@kanzlei.test")  # the field has the focus from the start
    page.keyboard.press("Tab")
    page.keyboard.type("Jonas")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name=words["step"].format(2))).to_be_visible()
    accessible()
    assert fits(page)
    tab_to(page, page.get_by_role("button", name=words["next"]))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name=words["step"].format(3))).to_be_visible()
    expect(page.locator("[name=own_code]")).to_be_hidden()
    tab_to(page, page.locator("[name=code]:checked"))
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(page.locator("[name=own_code]")).to_be_visible()
    accessible()
    assert fits(page)
    page.keyboard.press("Tab")
    page.keyboard.type("Wald 4711")
    tab_to(page, page.get_by_role("button", name=words["invite"]))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name=words["invited"])).to_be_visible()
    accessible()
    assert fits(page)
    link = page.get_by_label(words["link"]).input_value()
    assert page.get_by_label(words["code"], exact=True).input_value() == "Wald 4711"

    page.context.clear_cookies()
    page.context.add_cookies([{"name": "siegel_language", "value": language, "url": live}])
    page.goto(link)
    accessible()
    assert fits(page)
    page.keyboard.type("falsch-1")
    for _field in range(2):
        page.keyboard.press("Tab")
        page.keyboard.type(GOOD)
    page.keyboard.press("Enter")
    expect(page.locator(".field-error")).to_contain_text("9")
    accessible()
    page.locator("[name=pass_code]").fill("wald4711")
    for name in ("password1", "password2"):
        page.locator(f"[name={name}]").fill(GOOD)
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{live}/a/musterwerk/")
    page.goto(link)
    accessible()


def test_without_scripts_the_wizard_leads_to_the_link(browser, live):
    world = cast.assemble()
    client = Client()
    client.force_login(world.anna.login)
    name = django_settings.SESSION_COOKIE_NAME
    context = browser.new_context(java_script_enabled=False)
    context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": live}])
    page = context.new_page()
    page.goto(f"{live}/a/musterwerk/people/invite/")
    page.get_by_label("E-Mail-Adresse").fill("jonas@kanzlei.test")
    page.get_by_role("button", name="Weiter").click()
    page.get_by_role("button", name="Zurück").click()
    expect(page.get_by_label("E-Mail-Adresse")).to_have_value("jonas@kanzlei.test")
    page.get_by_role("button", name="Weiter").click()
    page.get_by_role("checkbox", name="Auditor Liest").check()
    page.get_by_role("button", name="Weiter").click()
    page.get_by_role("button", name="Benutzer einladen").click()
    expect(page.get_by_label("Registrierungslink")).to_be_visible()
    context.close()
