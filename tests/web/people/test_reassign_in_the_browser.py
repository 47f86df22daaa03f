"""The documented way in a real browser, by keyboard: reassigning, and restoring access."""

import re

import pytest
from playwright.sync_api import Page, expect

from siegel.licensing.models import License
from tests import cast, make

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
GOOD = "viel-zu-lang-zum-raten"


def press_to(page: Page, locator) -> None:
    """Tab until this has the focus, as somebody without a mouse does."""
    for _step in range(80):
        if locator.evaluate("element => element === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"the keyboard does not reach {locator}")


@pytest.mark.parametrize(
    ("language", "words"),
    [
        (
            "de",
            {
                "tab": "Zugang",
                "address": "Neue E-Mail-Adresse",
                "go": "Neu zuweisen",
                "plan": "Das wird geschehen",
                "boxes": "1 Box geht über",
                "confirm": "Bestätigen",
                "link": "Registrierungslink",
                "password": ("Passwort", "Passwort wiederholen", "Registrieren und loslegen"),
            },
        ),
        (
            "en",
            {
                "tab": "Access",
                "address": "New e-mail address",
                "go": "Reassign",
                "plan": "This will happen",
                "boxes": "1 box passes on",
                "confirm": "Confirm",
                "link": "Registration link",
                "password": ("Password", "Password once more", "Register and enter"),
            },
        ),
    ],
)
def test_the_documented_way_by_keyboard(
    page: Page, live, sign_in_as, accessible, settings, language, words
):
    settings.BASE_URL = live
    world = cast.assemble()
    make.box(world.paul, members=(world.tom, world.gina), files=1, size=3_000_000_000)
    sign_in_as(world.anna.login)
    page.context.add_cookies(
        [{"name": settings.LANGUAGE_COOKIE_NAME, "value": language, "url": live}]
    )
    page.goto(f"{live}/a/musterwerk/people/{world.paul.license_id}/")
    tab = page.locator(".tabs").get_by_role("link", name=words["tab"], exact=True)
    press_to(page, tab)
    page.keyboard.press("Enter")
    address = page.get_by_label(words["address"])
    press_to(page, address)
    accessible()
    page.keyboard.type("nora@musterwerk.test")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name=words["plan"])).to_be_visible()
    expect(page.get_by_text(words["boxes"])).to_be_visible()
    accessible()
    press_to(page, page.get_by_role("button", name=words["confirm"], exact=True))
    page.keyboard.press("Enter")
    link = page.get_by_role("textbox", name=words["link"]).input_value()
    assert link.startswith(f"{live}/r/")
    accessible()

    page.context.clear_cookies()
    page.context.add_cookies(
        [{"name": settings.LANGUAGE_COOKIE_NAME, "value": language, "url": live}]
    )
    page.goto(link)
    first, second, enter = words["password"]
    page.get_by_label(first, exact=True).fill(GOOD)
    page.get_by_label(second).fill(GOOD)
    page.get_by_role("button", name=enter).click()
    expect(page).to_have_url(f"{live}/a/musterwerk/")
    row = License.objects.get(id=world.paul.license_id)
    assert (row.holder.email, row.state, row.boxes) == ("nora@musterwerk.test", "active", 1)


def test_the_pages_fit_a_phone_and_a_no_stays_beside_what_was_typed(
    page: Page, live, sign_in_as, accessible
):
    world = cast.assemble()
    sign_in_as(world.anna.login)
    page.set_viewport_size({"width": 390, "height": 844})
    base = f"{live}/a/musterwerk/people/{world.tom.license_id}"
    for path in (
        "/access/",
        "/reassign/",
        "/reassign/?email=nora@musterwerk.test&roles=keep",
        "/reassign/?email=gina@kanzlei.test",
        "/reassign/?email=anna@musterwerk.test",
    ):
        page.goto(base + path)
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, path
    expect(page.get_by_text("Niemand weist sich selbst")).to_be_visible()
    page.get_by_label("Neue E-Mail-Adresse").fill("")
    page.get_by_label("Neue E-Mail-Adresse").press_sequentially("ross")
    expect(page.locator("#people-here option")).to_have_attribute("value", world.gina.email)
    page.goto(base + "/reassign/?email=anna@musterwerk.test")
    expect(page.get_by_label("Neue E-Mail-Adresse")).to_have_value("anna@musterwerk.test")
    accessible()


def test_somebody_locked_out_gets_in_again_with_the_link(
    page: Page, live, sign_in_as, accessible, settings
):
    settings.BASE_URL = live
    world = cast.assemble()
    sign_in_as(world.anna.login)
    page.goto(f"{live}/a/musterwerk/people/{world.paul.license_id}/access/")
    card = page.get_by_role("region", name="Zugang wiederherstellen")
    card.get_by_role("link", name="Zugang wiederherstellen").click()
    expect(page.get_by_text("Das wird geschehen")).to_be_visible()
    accessible()
    page.get_by_role("button", name="Link anzeigen").click()
    link = page.get_by_label("Link zum Wiederherstellen").input_value()
    accessible()
    page.context.clear_cookies()
    page.goto(link)
    accessible()
    page.get_by_label("Passwort", exact=True).fill(GOOD)
    page.get_by_label("Passwort wiederholen").fill(GOOD)
    page.get_by_role("button", name="Neues Passwort").click()
    page.get_by_role("link", name="Anmelden").click()
    page.get_by_label("E-Mail").fill(world.paul.email)
    page.get_by_label("Passwort", exact=True).fill(GOOD)
    page.get_by_role("button", name="Anmelden").click()
    expect(page).to_have_url(re.compile(r"/a/musterwerk/"))
    page.goto(link)
    expect(page.get_by_text("Dieser Link gilt nicht mehr")).to_be_visible()
    accessible()
