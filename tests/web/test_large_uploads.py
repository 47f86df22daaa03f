"""A file that is far too large: read to its end, never kept, answered with a page."""

from pathlib import Path

import pytest
from playwright.sync_api import Page

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

ADD_A_FILE_FIELD = """() => {
  const form = document.querySelector("form");
  form.enctype = "multipart/form-data";
  form.noValidate = true;
  const field = document.createElement("input");
  form.append(Object.assign(field, {type: "file", id: "upload", name: "f"}));
}"""


def test_a_200_mb_file_is_answered_with_a_sentence(page: Page, live: str, tmp_path: Path) -> None:
    with (tmp_path / "large").open("wb") as stream:
        stream.truncate(200_000_000)
    page.goto(f"{live}/sign-in/")
    page.evaluate(ADD_A_FILE_FIELD)
    page.locator("#upload").set_input_files(tmp_path / "large")

    with page.expect_navigation(timeout=60_000) as answer:
        page.evaluate("() => document.querySelector('form').requestSubmit()")

    assert answer.value
    assert answer.value.status == 413
    assert "höchstens 20 MB" in page.locator("main").inner_text()
