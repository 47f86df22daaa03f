"""The page frame in a real browser: themes, phone, keyboard, without script, and its weight."""

import gzip
import re
from collections.abc import Callable, Iterator
from typing import Any
from urllib.request import urlopen

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests import cast, make
from tools.look import RULES, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PHONE = {"width": 390, "height": 844}
PAGES = ("/a/musterwerk/", "/me/", "/sign-in/password/", "/sign-in/out/")
Open = Callable[..., BrowserContext]


@pytest.fixture
def anna(live: str, browser: Browser) -> Iterator[Open]:
    """Give a function that opens a browser in which Anna is signed in to two accounts."""
    people = cast.assemble()
    make.person(people.anderswo, people.anna.email)
    opened: list[BrowserContext] = []

    def sign_anna_in(**options: Any) -> BrowserContext:
        context = browser.new_context(base_url=live, **options)
        opened.append(context)
        sign_in(context, live, people.anna.email, make.PASSWORD)
        return context

    yield sign_anna_in
    for context in opened:
        context.close()


def violations(page: Page) -> list[str]:
    found = Axe().run(page, options={"runOnly": RULES}).response["violations"]
    return [f"{rule['id']}: {node['html']}" for rule in found for node in rule["nodes"]]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_pass_axe_in_both_themes_and_on_a_phone(anna: Open, scheme: str) -> None:
    context = anna(color_scheme=scheme)
    page = context.new_page()
    for path in PAGES:
        page.set_viewport_size({"width": 1280, "height": 800})
        page.goto(path)
        assert violations(page) == [], path
        page.set_viewport_size(PHONE)
        assert violations(page) == [], path
        assert not page.evaluate("document.documentElement.scrollWidth > innerWidth"), path


@pytest.mark.parametrize("path", ["/sign-in/", "/sign-in/password/forgotten/", "/nowhere/"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_before_the_sign_in_pass_axe(
    live: str, browser: Browser, scheme: Any, path: str
) -> None:
    with browser.new_context(base_url=live, color_scheme=scheme, viewport=PHONE) as context:
        page = context.new_page()
        page.goto(path)
        assert violations(page) == []


def test_the_phone_menu_works_without_script(anna: Open) -> None:
    page = anna(viewport=PHONE, java_script_enabled=False).new_page()
    page.goto("/a/musterwerk/")
    expect(page.get_by_role("link", name="Kundenportal")).to_be_hidden()
    page.get_by_role("button", name="Menü").click()
    expect(page.get_by_role("link", name="Kundenportal")).to_be_visible()
    page.locator(".switcher summary").click()
    page.get_by_role("link", name="Anderswo AG").click()
    expect(page).to_have_url(page.url.split("/a/")[0] + "/a/anderswo/")


def test_language_theme_and_sign_out_work_without_script(anna: Open) -> None:
    page = anna(java_script_enabled=False).new_page()
    page.goto("/a/musterwerk/")
    page.get_by_role("button", name="EN: English").click()
    expect(page.get_by_role("heading", name="Hello, Anna Krüger")).to_be_visible()
    page.get_by_role("button", name="Dark").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()


def test_the_keyboard_reaches_the_content_first(anna: Open) -> None:
    page = anna().new_page()
    page.goto("/a/musterwerk/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Zum Inhalt springen")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()


def test_nothing_on_a_page_is_against_the_content_policy(anna: Open) -> None:
    page = anna().new_page()
    told: list[str] = []
    page.on("console", lambda message: told.append(message.text))
    page.on("pageerror", lambda error: told.append(str(error)))
    for path in PAGES:
        page.goto(path)
        page.wait_for_load_state("networkidle")
    assert told == []


def test_a_saved_profile_is_confirmed_in_a_toast_that_can_be_closed(anna: Open) -> None:
    page = anna().new_page()
    page.goto("/me/")
    page.get_by_role("button", name="Profil speichern").click()
    toast = page.get_by_text("Ihr Profil ist gespeichert.")
    expect(toast).to_be_visible()
    page.locator(".toast").get_by_role("button", name="Schließen").click()
    expect(toast).to_be_hidden()


@pytest.mark.parametrize("path", ["", "settings/account/"])
def test_a_page_with_all_it_needs_weighs_less_than_100_kb(
    client: Client, live: str, path: str
) -> None:
    client.force_login(cast.assemble().anna.login)
    text = client.get(f"/a/musterwerk/{path}").text
    weight = len(text.encode())
    for address in set(re.findall(r'(?:src|href)="(/static/[^"]+)"', text)):
        content = urlopen(live + address, timeout=20).read()
        # Fonts are compressed already; the rest leaves compressed, as `siegel setup` stores it.
        weight += len(content) if address.endswith("woff2") else len(gzip.compress(content))
    assert 40_000 < weight < 100_000
