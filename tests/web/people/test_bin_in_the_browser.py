"""Removing people with two successors and restoring them: by mouse, by keyboard, on a phone."""

import pytest
from playwright.sync_api import Page, expect

from siegel.boxes.models import Box
from siegel.licensing.models import License, Removal
from tests import cast, make

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def three_with_boxes(world):
    uwe = make.person(world.musterwerk, "uwe@musterwerk.test", "Uwe", "Voss")
    for who in (world.paul, world.otto, world.bea):
        make.box(who, members=(uwe, world.gina), files=3, size=2_000_000_000)
    ids = "&".join(f"license={one.license_id}" for one in (world.paul, world.otto, world.bea))
    return uwe, f"/a/musterwerk/people/remove/?{ids}"


def test_three_people_go_to_two_successors_and_come_back(page: Page, live, sign_in_as, accessible):
    world = cast.assemble()
    uwe, address = three_with_boxes(world)
    sign_in_as(world.anna.login)
    page.goto(live + address)
    expect(page.get_by_text("Noch nicht entschieden: Wohin kommen 3 Boxen?")).to_be_visible()
    expect(page.get_by_role("button", name="3 Benutzer entfernen")).to_have_count(0)
    accessible()
    page.get_by_label("Für alle").select_option(label="an Tom Brandt (tom@musterwerk.test)")
    expect(page.get_by_text("Tom Brandt übernimmt 3 Boxen")).to_be_visible()
    page.get_by_label("Die Boxen von Paul Özdemir kommen").select_option(str(uwe.license_id))
    expect(page.get_by_text("Tom Brandt übernimmt 2 Boxen")).to_be_visible()
    expect(page.get_by_text("Uwe Voss übernimmt 1 Box")).to_be_visible()
    accessible()
    page.get_by_role("button", name="3 Benutzer entfernen").click()
    expect(page.get_by_role("status")).to_contain_text("3 Benutzer sind entfernt")
    assert License.objects.get(id=uwe.license_id).boxes == 1
    assert License.objects.get(id=world.tom.license_id).boxes == 2

    page.get_by_role("link", name="Papierkorb").click()
    accessible()
    page.get_by_label("Alle auswählen").check()
    page.get_by_role("button", name="Ausgewählte wiederherstellen").click()
    expect(page.get_by_text("3 Boxen kommen von Nachfolgern zurück")).to_be_visible()
    accessible()
    page.get_by_role("button", name="Wiederherstellen", exact=True).click()
    expect(page.get_by_role("status")).to_contain_text("3 Benutzer sind wieder da")
    expect(page.get_by_text("Der Papierkorb ist leer")).to_be_visible()
    accessible()
    assert not Removal.objects.filter(restored_at=None).exists()
    assert License.objects.get(id=world.paul.license_id).boxes == 1


def test_by_keyboard_alone_and_in_english(page: Page, live, sign_in_as):
    world = cast.assemble()
    make.box(world.paul)
    sign_in_as(world.anna.login)
    page.context.add_cookies([{"name": "siegel_language", "value": "en", "url": live}])
    page.goto(f"{live}/a/musterwerk/people/remove/?license={world.paul.license_id}")
    choice = page.get_by_label("The boxes of Paul Özdemir go")
    choice.focus()
    page.keyboard.press("ArrowDown")  # into the bin
    expect(page.get_by_text("1 box goes into the bin")).to_be_visible()
    expect(choice).to_be_focused()
    for _step in range(6):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.value") == "remove":
            break
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("1 user is removed")
    assert Box.objects.get().binned_with == Removal.objects.get()


def test_without_scripts_and_on_a_phone(browser, live):
    from django.conf import settings
    from django.test import Client

    world = cast.assemble()
    _uwe, address = three_with_boxes(world)
    client = Client()
    client.force_login(world.anna.login)
    name = settings.SESSION_COOKIE_NAME
    context = browser.new_context(java_script_enabled=False, viewport={"width": 390, "height": 844})
    context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": live}])
    page = context.new_page()
    page.goto(live + address)
    page.get_by_label("Für alle").select_option("bin")
    page.get_by_role("button", name="Vorschau aktualisieren").last.click()
    expect(page.get_by_text("3 Boxen kommen in den Papierkorb")).to_be_visible()
    page.get_by_role("button", name="3 Benutzer entfernen").click()
    expect(page.get_by_text("3 Benutzer sind entfernt")).to_be_visible()
    page.goto(f"{live}/a/musterwerk/people/bin/")
    page.get_by_role("link", name="Wiederherstellen Paul Özdemir").click()
    page.get_by_role("button", name="Wiederherstellen", exact=True).click()
    expect(page.get_by_text("1 Benutzer ist wieder da")).to_be_visible()
    context.close()
