"""The account status in a real browser: accessible in both themes, languages and widths."""

import pytest
from playwright.sync_api import Page, expect

from tests import cast, make
from tests.workflows.test_account_status import plan_fewer

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PAGE = "/a/musterwerk/settings/account/"


@pytest.mark.parametrize("language", ["de", "en"])
@pytest.mark.parametrize("width", [390, 1280])
def test_every_state_of_the_page_is_accessible_and_fits(
    page: Page, live, sign_in_as, accessible, language, width
):
    world = cast.assemble()
    make.people(world.musterwerk, 4)
    sign_in_as(world.anna.login)
    page.context.add_cookies([{"name": "siegel_language", "value": language, "url": live}])
    page.set_viewport_size({"width": width, "height": 900})
    for address in (
        PAGE,  # none available
        PAGE + "?at=2026-02-01&kind=guest",
        PAGE + "?at=2099-01-01&kind=storage",
        PAGE + "?at=2020-01-01",
        PAGE + "?at=gestern",
        PAGE + "guest/",
        PAGE + "ledger/",
        "/api/v1/",
    ):
        page.goto(live + address)
        accessible()
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= width, f"{address} is {wide} pixels wide"


def test_on_a_phone_what_is_planned_needs_no_sideways_scrolling_and_today_no_line(
    page: Page, live, sign_in_as
):
    world = cast.assemble()
    plan_fewer(world.anna, 8)
    sign_in_as(world.anna.login)
    page.set_viewport_size({"width": 390, "height": 900})
    for address in (PAGE, "/a/musterwerk/portal/"):
        page.goto(live + address)
        table = page.locator("#planned .table-wrap")
        wide, there = table.evaluate("box => [box.scrollWidth, box.clientWidth]")
        assert wide <= there, address
        expect(table.locator("td[data-label='Von']")).to_contain_text("Anna Krüger")
    page.goto(live + PAGE)
    tops = [
        page.get_by_role(role, name=name, exact=True).bounding_box()["y"]
        for role, name in (("button", "Anzeigen"), ("link", "Heute"))
    ]
    assert abs(tops[0] - tops[1]) < 5


def test_the_day_is_typed_and_the_figures_lead_to_their_rows(page: Page, live, sign_in_as):
    world = cast.assemble()
    make.person(world.musterwerk, "neu@musterwerk.test", "Nele", "Neu")
    sign_in_as(world.tom.login)
    page.goto(f"{live}/a/musterwerk/")
    page.get_by_role("link", name="Unternehmensweite Einstellungen").click()
    section = page.locator("#preisplan")
    section.get_by_label("Stand").fill("14.01.2026")
    section.get_by_role("button", name="Anzeigen").click()
    expect(page.get_by_text("Dieses Konto gibt es seit dem 15. Januar 2026.")).to_be_visible()
    page.get_by_role("link", name="Heute").click()
    full = page.locator("article.figure").filter(has_text="Volllizenzen")
    full.get_by_role("link", name="7 verbraucht: Inhaber ansehen", exact=True).click()
    expect(page.get_by_text("1 bis 7 von 7")).to_be_visible()
