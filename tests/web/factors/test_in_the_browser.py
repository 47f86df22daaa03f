"""Second factors in a real browser: registration, passkeys, keyboard only, both languages."""

import re
from collections.abc import Callable

import pytest
from django.contrib.auth.base_user import AbstractBaseUser
from django.core import mail
from django.utils import timezone
from playwright.sync_api import Page, expect

from siegel.accounts.queries import protection_of
from siegel.jobs.worker import run_jobs
from siegel.licensing.kinds import PoolKind
from siegel.workflows.invite_person import invite_again
from tests import cast, factors, make

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
Accessible = Callable[[], None]
SignInAs = Callable[[AbstractBaseUser], None]


def sign_in(page: Page, live: str, email: str, password: str = make.PASSWORD) -> None:
    page.goto(f"{live}/sign-in/")
    page.get_by_label("E-Mail-Adresse").fill(email)
    page.get_by_label("Passwort").fill(password)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def sign_out(page: Page, live: str) -> None:
    page.goto(f"{live}/sign-in/out/")
    page.locator("main").get_by_role("button", name="Abmelden").click()
    expect(page).to_have_url(f"{live}/sign-in/")


def app_on(page: Page) -> factors.App:
    """Scan the picture: the key beside it says the same."""
    return factors.App((page.locator(".code-line").text_content() or "").replace(" ", ""))


def add_virtual_authenticator(page: Page) -> None:
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def confirm(page: Page) -> None:
    page.get_by_label("Passwort").fill(make.PASSWORD)
    page.get_by_role("button", name="Bestätigen").click()


def test_from_the_invitation_over_the_app_into_the_account_and_in_again(
    page: Page, live: str, accessible: Accessible
) -> None:
    world = cast.assemble()
    factors.enforce(world.anna)
    factors.give_app(world.anna)
    link = invite_again(
        actor=world.anna.actor,
        account_id=world.musterwerk.id,
        license_id=world.ines.license_id,
        at=timezone.now(),
    ).link
    page.goto(live + re.sub(r"^https?://[^/]+", "", link))
    page.locator("[name=password1]").fill(make.PASSWORD)
    page.locator("[name=password2]").fill(make.PASSWORD)
    page.keyboard.press("Enter")

    # Straight to the second factor, and nowhere else before it is set up.
    expect(page.get_by_role("heading", name="Zweiten Faktor einrichten")).to_be_visible()
    accessible()
    page.goto(f"{live}/a/musterwerk/")
    expect(page.get_by_role("heading", name="Zweiten Faktor einrichten")).to_be_visible()
    page.get_by_role("link", name="App verbinden").click()
    accessible()
    app = app_on(page)
    page.get_by_label("Code").fill(app.code(-1))
    page.keyboard.press("Enter")
    expect(page.locator(".codes li")).to_have_count(10)
    accessible()
    with page.expect_download() as download:
        page.get_by_role("link", name="Als Datei speichern").click()
    head, listed = download.value.path().read_text().split("\n\n")
    assert "Wiederherstellungscodes" in head and world.ines.email in head
    codes = listed.split()
    assert len(codes) == 10
    page.get_by_role("link", name="Gesichert, weiter").click()
    expect(page).to_have_url(f"{live}/a/musterwerk/")

    sign_out(page, live)
    sign_in(page, live, world.ines.email)
    expect(page).to_have_url(f"{live}/sign-in/code/")
    accessible()
    page.get_by_label("Code").fill(app.code())
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{live}/a/musterwerk/")

    sign_out(page, live)
    sign_in(page, live, world.ines.email)
    page.get_by_label("Code").fill(codes[0])
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{live}/a/musterwerk/")


def test_a_passkey_is_made_used_named_and_removed(
    page: Page, live: str, sign_in_as: SignInAs, accessible: Accessible
) -> None:
    world = cast.assemble()
    sign_in_as(world.paul.login)
    add_virtual_authenticator(page)
    page.goto(f"{live}/me/")
    page.get_by_role("link", name="Zweiten Faktor einrichten").click()
    page.get_by_role("link", name="Passkey anlegen").click()
    accessible()
    confirm(page)
    page.get_by_label("Name").fill("Laptop")
    accessible()
    page.get_by_role("button", name="Passkey anlegen").click()
    expect(page.locator(".codes li")).to_have_count(10)
    page.get_by_role("link", name="Gesichert, weiter").click()
    expect(page.get_by_text("Laptop").first).to_be_visible()
    accessible()

    sign_out(page, live)
    sign_in(page, live, world.paul.email)
    accessible()
    page.get_by_role("button", name="Passkey benutzen").click()
    expect(page).to_have_url(f"{live}/a/musterwerk/")

    page.goto(f"{live}/me/")
    page.get_by_role("link", name="Umbenennen").click()
    page.get_by_label("Name").fill("Diensthandy")
    page.get_by_role("button", name="Namen speichern").click()
    page.get_by_role("link", name="Entfernen Diensthandy").click()
    accessible()
    page.get_by_role("button", name="Entfernen").click()
    expect(page.get_by_role("link", name="Zweiten Faktor einrichten")).to_be_visible()


def test_a_passkey_that_is_not_there_is_told_and_a_code_still_helps(page: Page, live: str) -> None:
    world = cast.assemble()
    add_virtual_authenticator(page)
    sign_in(page, live, world.paul.email)
    page.goto(f"{live}/me/second-factor/passkey/")
    page.get_by_role("button", name="Passkey anlegen").click()
    expect(page.locator(".codes li")).to_have_count(10)
    codes = [text.replace(" ", "") for text in page.locator(".codes code").all_inner_texts()]
    page.get_by_role("link", name="Gesichert, weiter").click()
    sign_out(page, live)

    other = page.context.new_page()  # has no virtual authenticator
    devtools = other.context.new_cdp_session(other)
    devtools.send("WebAuthn.enable")
    devtools.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "usb",
                "automaticPresenceSimulation": True,
            }
        },
    )
    sign_in(other, live, world.paul.email)
    other.get_by_role("button", name="Passkey benutzen").click()
    expect(other.get_by_text("Der Passkey wurde nicht benutzt")).to_be_visible(timeout=70_000)
    other.get_by_label("Code").fill(codes[0])
    other.keyboard.press("Enter")
    expect(other).to_have_url(f"{live}/a/musterwerk/")


def test_somebody_who_was_in_before_is_led_to_the_set_up_by_keyboard_alone(
    page: Page, live: str
) -> None:
    world = cast.assemble()
    sign_in(page, live, world.paul.email)
    expect(page).to_have_url(f"{live}/a/musterwerk/")
    factors.enforce(world.anna)
    page.goto(f"{live}/a/musterwerk/")
    expect(page.get_by_role("heading", name="Zweiten Faktor einrichten")).to_be_visible()

    def reach(name: str) -> None:
        for _step in range(30):
            page.keyboard.press("Tab")
            if name in page.evaluate("document.activeElement.textContent"):
                return
        raise AssertionError(f"{name} cannot be reached by keyboard")

    reach("App verbinden")
    page.keyboard.press("Enter")
    expect(page.get_by_label("Code")).to_be_focused()
    page.keyboard.type(app_on(page).code(-1))
    page.keyboard.press("Enter")
    expect(page.locator(".codes li")).to_have_count(10)
    reach("Gesichert, weiter")
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{live}/a/musterwerk/")


def test_a_login_is_locked_and_unlocks_itself_through_the_mail(
    page: Page, live: str, accessible: Accessible
) -> None:
    world = cast.assemble()
    factors.protect(world.anna, lockout_attempts=3)
    for _attempt in range(3):
        sign_in(page, live, world.paul.email, "falsch-falsch")
        expect(page.get_by_role("alert")).to_be_visible()
    sign_in(page, live, world.paul.email)
    expect(page.get_by_role("alert")).to_contain_text("oder dieser Zugang ist nach zu vielen")
    accessible()
    run_jobs()
    path = re.search(r"/sign-in/unlock/\S+", str(mail.outbox[0].body))
    assert path
    page.goto(live + path[0])
    accessible()
    page.get_by_role("button", name="Jetzt entsperren").click()
    page.get_by_role("link", name="Anmelden").click()
    sign_in(page, live, world.paul.email)
    expect(page).to_have_url(f"{live}/a/musterwerk/")


def test_an_administrator_sets_the_rules_in_english_on_a_phone(
    page: Page, live: str, sign_in_as: SignInAs, accessible: Accessible
) -> None:
    world = cast.assemble()
    sign_in_as(world.tom.login)
    page.context.add_cookies([{"name": "siegel_language", "value": "en", "url": live}])
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{live}/a/musterwerk/settings/protection/")
    accessible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.get_by_label("Sign out after … minutes without activity").fill("5")
    page.get_by_role("button", name="Save access protection").click()
    expect(page.locator("[aria-invalid=true]")).to_have_count(1)
    page.get_by_label("Sign out after … minutes without activity").fill("30")
    page.get_by_role("button", name="Save access protection").click()
    expect(page.get_by_text("Access protection is saved.")).to_be_visible()
    assert protection_of(world.musterwerk.id).session_idle_minutes == 30


def test_every_page_of_the_set_up_speaks_english(
    page: Page, live: str, accessible: Accessible
) -> None:
    world = cast.assemble()
    make.person(world.anderswo, world.paul.email, kind=PoolKind.GUEST)
    page.context.add_cookies([{"name": "siegel_language", "value": "en", "url": live}])
    page.goto(f"{live}/sign-in/?ended=idle&lost=1")
    expect(page.get_by_text("You were signed out because nothing happened")).to_be_visible()
    page.get_by_label("E-mail address").fill(world.paul.email)
    page.get_by_label("Password").fill(make.PASSWORD)
    with page.expect_navigation():
        page.keyboard.press("Enter")
    for path, words in (
        ("/me/second-factor/", "Set up a second factor"),
        ("/me/second-factor/app/", "Connect an authenticator app"),
        ("/me/second-factor/passkey/", "Make a passkey"),
        ("/sign-in/confirm/", "Confirm with your password"),
    ):
        page.goto(live + path)
        expect(page.get_by_role("heading", name=words)).to_be_visible()
        accessible()
