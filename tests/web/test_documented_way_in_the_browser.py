"""SPEC §1 as a person does it: sign in, find the price plan, book more, see it at once."""

from collections.abc import Callable

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from tests import make

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

WORDS = {
    "de": {
        "sign in": "Anmelden",
        "settings": "Unternehmensweite Einstellungen",
        "tab": "Konto",
        "section": "Preisplan",
        "book": "Lizenzen hinzubuchen",
        "portal": "Kundenportal",
        "total": "Volllizenzen (gesamt)",
        "preview": "Weiter zur Vorschau",
        "plan": "Das wird geschehen",
        "confirm": "Kostenpflichtig buchen",
        "booked": "gebucht",
        "sign out": "Abmelden",
    },
    "en": {
        "sign in": "Sign in",
        "settings": "Company-wide settings",
        "tab": "Account",
        "section": "Price plan",
        "book": "Book more licenses",
        "portal": "Customer portal",
        "total": "Full licenses (total)",
        "preview": "Continue to the preview",
        "plan": "This will happen",
        "confirm": "Confirm paid booking",
        "booked": "booked",
        "sign out": "Sign out",
    },
}


@pytest.mark.parametrize("language", ["de", "en"])
def test_from_the_sign_in_to_the_price_plan_and_a_booking(
    page: Page, live: str, accessible: Callable[[], None], language: str
) -> None:
    words = WORDS[language]
    anna = make.account(full=10, at=timezone.now())
    make.people(anna.account, 8)
    page.goto(f"{live}/")
    if language == "en":
        page.get_by_role("button", name="English").first.click()
    page.locator("input[name=login]").fill(anna.email)
    page.locator("input[name=password]").fill(make.PASSWORD)
    accessible()
    page.get_by_role("button", name=words["sign in"], exact=True).click()

    page.get_by_role("complementary").get_by_role("link", name=words["settings"]).click()
    page.get_by_role("main").get_by_role("link", name=words["tab"], exact=True).click()
    section = page.locator("#preisplan")
    expect(section.get_by_role("heading", name=words["section"])).to_be_visible()
    full = section.locator("article").first
    expect(full.get_by_role("meter")).to_have_attribute("aria-valuenow", "9")
    expect(full.get_by_role("meter")).to_have_attribute("aria-valuemax", "10")
    accessible()

    section.get_by_role("link", name=words["book"]).first.click()
    page.get_by_label(words["total"]).fill("15")
    page.get_by_role("button", name=words["preview"]).click()
    expect(page.get_by_role("heading", name=words["plan"])).to_be_visible()
    accessible()
    page.get_by_role("button", name=words["confirm"]).click()
    expect(page.get_by_role("status").first).to_be_visible()

    page.get_by_role("complementary").get_by_role("link", name=words["settings"]).click()
    meter = page.locator("#preisplan article").first.get_by_role("meter")
    expect(meter).to_have_attribute("aria-valuemax", "15")
    accessible()
    page.get_by_role("button", name=words["sign out"]).first.click()
    expect(page.locator("input[name=login]")).to_be_visible()
