"""The strict content policy: no inline script, no inline style, nothing from elsewhere."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

from tests import cast

WEB = Path(settings.BASE_DIR) / "siegel" / "web"
TEMPLATES = sorted((WEB / "templates").rglob("*.html"))
FORBIDDEN = {
    "style attribute": re.compile(r"<[^>]*\sstyle\s*=", re.I),
    "style element": re.compile(r"<style\b", re.I),
    "event attribute": re.compile(r"<[^>]*\son[a-z]+\s*=\s*[\"']", re.I),
    "inline script": re.compile(r"<script\b(?![^>]*\bsrc=)", re.I),
    "javascript address": re.compile(r"javascript:", re.I),
    "other host": re.compile(
        r"<(?:script|link|img|iframe)\b[^>]*(?:src|href)=[\"']?(?:https?:)?//"
    ),
    "evaluated htmx": re.compile(r"hx-on|hx-vals=[\"']js:", re.I),
}


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_templates_hold_nothing_that_the_policy_forbids(template: Path) -> None:
    text = template.read_text(encoding="utf-8")
    found = [name for name, pattern in FORBIDDEN.items() if pattern.search(text)]
    assert found == []


@pytest.mark.django_db
def test_pages_send_the_policy(client: Client) -> None:
    policy = client.get("/sign-in/")["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy


def test_style_sheets_load_nothing_from_elsewhere() -> None:
    for sheet in (WEB / "static" / "siegel").glob("*.css"):
        assert not re.search(r"@import|url\([\"']?(?:https?:)?//", sheet.read_text()), sheet.name


def test_style_sheets_use_only_colors_that_are_tokens() -> None:
    sheets = {one.name: one for one in (WEB / "static" / "siegel").glob("*.css")}
    tokens = sheets.pop("tokens.css")
    assert "#" in tokens.read_text()
    for name, sheet in sheets.items():
        # White on the seal is part of the mark, the same in both themes.
        assert set(re.findall(r"#[0-9a-f]{3,8}\b", sheet.read_text())) <= {"#fff"}, name


def test_every_style_sheet_is_linked_once() -> None:
    linked = re.findall(r"siegel/(\w+\.css)", (WEB / "templates" / "base.html").read_text())
    sheets = [one.name for one in (WEB / "static" / "siegel").glob("*.css")]
    assert sorted(linked) == sorted(sheets)


@pytest.mark.django_db
def test_no_cache_keeps_a_page_or_an_export(client: Client) -> None:
    client.force_login(cast.assemble().anna.login)
    for page in ("", "people/", "settings/account/", "settings/account/ledger/export/"):
        answer = client.get(f"/a/musterwerk/{page}")
        assert answer.headers["Cache-Control"] == "private, no-store", page
    assert "no-store" in client.get("/r/x/").headers["Cache-Control"]
    assert "no-store" in client.get("/api/v1/accounts").headers["Cache-Control"]
