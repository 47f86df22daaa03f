"""The whole way through the portal in a real browser: book, plan, withdraw; accessible."""

from collections.abc import Callable

import pytest
from django.contrib.auth.base_user import AbstractBaseUser
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from siegel.billing.items import Term
from siegel.licensing.kinds import PoolKind
from tests import make

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SignIn = Callable[[AbstractBaseUser], None]


def test_booking_planning_and_withdrawing_on_every_page_accessible(
    page: Page, live: str, sign_in_as: SignIn, accessible: Callable[[], None]
) -> None:
    anna = make.account(full=10, guest_packs=2, at=timezone.now(), term=Term.MONTHLY)
    sign_in_as(anna.login)
    page.goto(f"{live}/a/musterwerk/portal/")
    page.get_by_role("link", name="Details").click()
    accessible()
    page.get_by_role("link", name="Lizenzen hinzubuchen").click()
    accessible()
    page.get_by_label("Volllizenzen (gesamt)").fill("12")
    page.get_by_label("Gastpakete (gesamt)").fill("0")
    page.get_by_role("button", name="Weiter zur Vorschau").click()
    expect(page.get_by_role("heading", name="Das wird geschehen")).to_be_visible()
    accessible()
    page.get_by_role("button", name="Kostenpflichtig buchen").click()
    expect(page.get_by_role("status")).to_contain_text("Gebucht: 2 Volllizenzen")
    assert make.pool(anna.account, PoolKind.FULL).booked == 12
    expect(page.locator("#planned")).to_contain_text("Gastpakete 2 → 0")
    accessible()
    page.get_by_role("button", name="Vorgemerkte Änderung zurücknehmen").click()
    expect(page.get_by_role("status")).to_contain_text("Zurückgenommen.")
    expect(page.locator("#planned")).to_have_count(0)


def test_booking_works_without_scripts_on_a_phone(
    browser: Browser, page: Page, live: str, sign_in_as: SignIn
) -> None:
    anna = make.account(full=10, at=timezone.now())
    sign_in_as(anna.login)
    phone = browser.new_context(
        java_script_enabled=False,
        viewport={"width": 390, "height": 844},
        storage_state=page.context.storage_state(),
    )
    plain = phone.new_page()
    plain.goto(f"{live}/a/musterwerk/portal/subscription/change/")
    plain.get_by_label("Zusätzliche Datenräume (gesamt)").fill("2")
    plain.get_by_role("button", name="Weiter zur Vorschau").click()
    plain.get_by_role("button", name="Kostenpflichtig buchen").click()
    expect(plain.get_by_role("status")).to_contain_text("Gebucht: 2 zusätzliche Datenräume")
    phone.close()
    assert make.pool(anna.account, PoolKind.DATA_ROOM).booked == 3
