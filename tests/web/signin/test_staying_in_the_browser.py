"""Before the time-out the page asks; after it, what was typed is still there."""

from collections.abc import Callable

import pytest
from django.contrib.auth.base_user import AbstractBaseUser
from playwright.sync_api import Page, expect

from tests import cast

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SignInAs = Callable[[AbstractBaseUser], None]


def test_the_page_asks_two_minutes_before_and_one_can_stay(
    page: Page, live: str, sign_in_as: SignInAs, accessible: Callable[[], None]
) -> None:
    sign_in_as(cast.assemble().paul.login)
    page.clock.install()
    page.goto(f"{live}/me/")
    question = page.get_by_role("heading", name="Sind Sie noch da?")
    page.clock.run_for(17 * 60_000)
    expect(question).to_be_hidden()
    page.clock.run_for(2 * 60_000)
    expect(question).to_be_visible()
    accessible()
    expect(page.get_by_role("button", name="Angemeldet bleiben")).to_be_focused()
    with page.expect_response("**/sign-in/stay/") as answer:
        page.keyboard.press("Enter")
    assert answer.value.status == 204
    expect(question).to_be_hidden()
    page.clock.run_for(17 * 60_000)
    expect(question).to_be_hidden()


def test_after_the_time_out_what_was_typed_can_still_be_sent(
    page: Page, live: str, sign_in_as: SignInAs
) -> None:
    world = cast.assemble()
    sign_in_as(world.paul.login)
    page.clock.install()
    page.goto(f"{live}/me/")
    page.get_by_label("Vorname").fill("Paula")
    page.clock.run_for(21 * 60_000)
    over = page.get_by_role("heading", name="Sie wurden abgemeldet")
    expect(over).to_be_visible()

    # Signed in anew elsewhere: another session, and another token against forged forms.
    page.context.clear_cookies()
    with page.expect_popup() as tab:
        page.get_by_role("link", name="In neuem Tab anmelden").click()
    other = tab.value
    other.get_by_label("E-Mail-Adresse").fill(world.paul.email)
    other.get_by_label("Passwort").fill("korrekt-pferd-batterie")
    other.keyboard.press("Enter")
    expect(other).to_have_url(f"{live}/a/musterwerk/")

    page.evaluate("localStorage.setItem('siegel-seen', String(Date.now()))")
    page.clock.run_for(15_000)
    expect(over).to_be_hidden()
    page.get_by_role("button", name="Profil speichern").click()
    expect(page.get_by_text("Ihr Profil ist gespeichert.")).to_be_visible()
    assert world.paul.login.first_name == "Paula"
