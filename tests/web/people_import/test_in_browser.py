"""The import in a real browser: with and without scripts, both themes, checked by axe."""

from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client
from playwright.sync_api import Browser, Page

from siegel.accounts.models import Profile
from tests import cast, make

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "leute.csv"
    rows = "".join(f"p{number}@viele.test;Petra {number};Viele\n" for number in range(60))
    path.write_text(f"E-Mail;Vorname;Nachname\nkaputt;Karl;Kaputt\n{rows}", encoding="utf-8")
    return path


@pytest.fixture
def cookie(live: str) -> str:
    world = cast.assemble()
    make.book(world.musterwerk, full=100)
    client = Client()
    client.force_login(world.anna.login)
    return client.cookies["siegel_session"].value


def open_page(browser: Browser, live: str, cookie: str, **options: object) -> Page:
    context = browser.new_context(**options)  # type: ignore[arg-type]
    context.add_cookies([{"name": "siegel_session", "value": cookie, "url": live}])
    page = context.new_page()
    page.set_default_timeout(20_000)
    return page


def assert_accessible(page: Page) -> None:
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    width = "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
    assert page.evaluate(width), "the page is wider than the screen"


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1380, 390])
def test_the_way_of_a_file(
    browser: Browser, live: str, cookie: str, file: Path, theme: str, width: int
) -> None:
    page = open_page(
        browser, live, cookie, color_scheme=theme, viewport={"width": width, "height": 900}
    )
    page.goto(f"{live}/a/musterwerk/people/import/")
    for help_ in page.locator("details.more").all():
        help_.locator("summary").click()
    assert_accessible(page)
    page.get_by_label("Datei", exact=True).set_input_files(file)
    page.get_by_role("button", name="Vorschau anzeigen").click()
    page.get_by_role("heading", name="Das wird geschehen").wait_for()
    assert_accessible(page)
    # Filter and paging change the table and keep the page where it is.
    page.get_by_role("link", name="Weiter").click()
    page.get_by_text("51 bis 61 von 61").wait_for()
    page.get_by_role("link", name="Fehlerhaft 1").click()
    page.get_by_text("1 bis 1 von 1").wait_for()
    assert_accessible(page)
    page.get_by_role("button", name="60 Personen importieren").click()
    page.get_by_text("60 Personen wurden importiert.").wait_for()
    assert_accessible(page)
    assert Profile.objects.filter(email__endswith="@viele.test").count() == 60


def test_without_scripts(browser: Browser, live: str, cookie: str, file: Path) -> None:
    page = open_page(browser, live, cookie, java_script_enabled=False)
    page.goto(f"{live}/a/musterwerk/people/import/")
    page.get_by_label("Datei", exact=True).set_input_files(file)
    page.get_by_role("button", name="Vorschau anzeigen").click()
    page.get_by_role("link", name="Weiter").click()
    assert page.get_by_text("51 bis 61 von 61").is_visible()
    page.get_by_role("button", name="60 Personen importieren").click()
    assert page.get_by_text("60 Personen wurden importiert.").is_visible()
