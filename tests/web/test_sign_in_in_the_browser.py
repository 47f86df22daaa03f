"""Signing in with a real browser: form, language, theme, accessibility."""

from collections.abc import Callable

import pytest
from django.contrib.auth.base_user import AbstractBaseUser
from playwright.sync_api import Page, expect

from tests import make

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_the_sign_in_page_is_german_and_accessible(
    page: Page, live: str, accessible: Callable[[], None]
) -> None:
    answer = page.goto(f"{live}/sign-in/")

    assert answer
    assert answer.status == 200
    expect(page.locator("html")).to_have_attribute("lang", "de")
    accessible()


def test_a_person_signs_in_with_e_mail_and_password(page: Page, live: str) -> None:
    anna = make.account()
    page.goto(f"{live}/sign-in/")
    page.locator("input[name=login]").fill(anna.email.upper())
    page.locator("input[name=password]").fill(make.PASSWORD)
    page.locator("input[name=password]").press("Enter")

    expect(page).not_to_have_url(f"{live}/sign-in/")
    page.goto(f"{live}/sign-in/")
    expect(page.locator("input[name=password]")).to_have_count(0)


def test_a_wrong_password_is_told_without_saying_what_was_wrong(page: Page, live: str) -> None:
    anna = make.account()
    page.goto(f"{live}/sign-in/")
    page.locator("input[name=login]").fill(anna.email)
    page.locator("input[name=password]").fill("falsch-falsch")
    page.locator("input[name=password]").press("Enter")

    expect(page.get_by_role("alert")).to_be_visible()
    expect(page).to_have_url(f"{live}/sign-in/")


def test_a_session_made_for_a_test_is_signed_in(
    page: Page, live: str, sign_in_as: Callable[[AbstractBaseUser], None]
) -> None:
    sign_in_as(make.account().login)
    page.goto(f"{live}/sign-in/")

    expect(page.locator("input[name=password]")).to_have_count(0)
