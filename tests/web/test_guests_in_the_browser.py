"""Bringing a guest in and sharing them: by keyboard alone, in both languages, on a phone."""

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from siegel.licensing.models import License
from siegel.licensing.queries.guests import sponsors_of
from siegel.workflows.guests import take_guest
from tests import cast

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
WORDS = {
    "de": {
        "mine": "Meine Gäste",
        "invite": "Gast einladen",
        "link": "Registrierungslink",
        "also": "Auch mein Gast",
        "share": "Teilen",
        "shared": "Tom Brandt hat diesen Gast jetzt auch.",
        "full": "Zum Vollnutzer machen",
        "became": "Gina Rossi hat jetzt eine Volllizenz.",
    },
    "en": {
        "mine": "My guests",
        "invite": "Invite guest",
        "link": "Registration link",
        "also": "Also my guest",
        "share": "Share",
        "shared": "Tom Brandt has this guest now, too.",
        "full": "Make a full user",
        "became": "Gina Rossi is a full user now.",
    },
}


def fits(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))


def tab_to(page: Page, locator) -> None:
    """Press Tab until the element has the focus, as somebody without a mouse does."""
    for _press in range(80):
        if locator.evaluate("element => element === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError("never reached by keyboard")


def start(page: Page, live: str, language: str) -> None:
    page.context.add_cookies([{"name": "siegel_language", "value": language, "url": live}])
    page.set_viewport_size({"width": 390, "height": 844})


@pytest.mark.parametrize("language", ["de", "en"])
def test_a_guest_is_invited_another_taken_and_shared_by_keyboard(
    page: Page, live, sign_in_as, accessible, language
):
    world, words = cast.assemble(), WORDS[language]
    of = {"account_id": world.musterwerk.id, "at": timezone.now()}
    take_guest(actor=world.bea.actor, email=world.gina.email, **of)
    sign_in_as(world.paul.login)
    start(page, live, language)
    page.goto(f"{live}/a/musterwerk/guests/")
    accessible()
    assert fits(page)
    tab_to(page, page.get_by_role("link", name=words["invite"]).first)
    page.keyboard.press("Enter")
    expect(page.locator("[name=email]")).to_be_focused()  # from the start
    page.keyboard.type("nora@gast.test")
    tab_to(page, page.locator("[name=end]:checked"))
    page.keyboard.press("ArrowDown")
    expect(page.locator("[name=ends_on]")).to_be_visible()
    page.keyboard.press("ArrowDown")
    expect(page.locator("[name=idle_days]")).to_be_visible()
    accessible()
    assert fits(page)
    tab_to(page, page.get_by_role("button", name=words["invite"]))
    page.keyboard.press("Enter")
    expect(page.get_by_label(words["link"])).to_be_visible()
    accessible()
    assert fits(page)
    assert License.objects.get(holder__email="nora@gast.test").idle_days == 30

    page.goto(f"{live}/a/musterwerk/guests/invite/")
    expect(page.locator("[name=email]")).to_be_focused()
    page.keyboard.type("gina@kanzlei.test")
    page.keyboard.press("Enter")
    also = page.get_by_role("button", name=words["also"])
    expect(also).to_be_visible()
    accessible()
    assert fits(page)
    tab_to(page, also)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Gina Rossi")).to_be_visible()
    accessible()
    assert fits(page)
    tab_to(page, page.locator("#colleague"))
    page.keyboard.type("Tom")
    tab_to(page, page.get_by_role("button", name=words["share"], exact=True))
    page.keyboard.press("Enter")
    expect(page.get_by_text(words["shared"])).to_be_visible()
    sponsors = {who.license_id for who in (world.paul, world.bea, world.tom)}
    assert sponsors_of(world.gina.license_id) == sponsors


@pytest.mark.parametrize("language", ["de", "en"])
def test_a_guest_becomes_a_full_user_by_keyboard(
    page: Page, live, sign_in_as, accessible, language
):
    world, words = cast.assemble(), WORDS[language]
    sign_in_as(world.anna.login)
    start(page, live, language)
    page.goto(f"{live}/a/musterwerk/people/{world.gina.license_id}/access/")
    tab_to(page, page.get_by_role("link", name=words["full"]))
    page.keyboard.press("Enter")
    button = page.get_by_role("button", name=words["full"])
    expect(button).to_be_visible()
    accessible()
    assert fits(page)
    tab_to(page, button)
    page.keyboard.press("Enter")
    expect(page.get_by_text(words["became"])).to_be_visible()
    accessible()
    assert License.objects.get(id=world.gina.license_id).pool.kind == "full"
