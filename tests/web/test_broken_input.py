"""What no form of ours sends: every page says so in one answer, and nothing changes."""

import base64
import json
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from siegel.accounts.models import ApiToken, ImportFile, Profile, RegistrationLink, RoleGrant
from siegel.licensing.models import Booking, LedgerEntry, License, PlannedChange
from tests import cast
from tests.cast import Cast

pytestmark = pytest.mark.django_db
ID = "0198f000-0000-7000-8000-000000000000"


def cursor(content: Any) -> str:
    raw = content if isinstance(content, str) else json.dumps(content)
    return base64.urlsafe_b64encode(raw.encode()).decode().rstrip("=")


#: Cursors that look like ours and are none.
FORGED = [
    cursor([0, 0, ["a", 5], 0]),
    cursor([0, 0, [5, ID], 0]),
    cursor([0, 0, ["a", {}], 0]),
    cursor([0, 0, ["a", "b"], 0]),
    cursor([0, 0, ["0001-01-01T00:00:00+23:00", ID], 0]),
    cursor([0, 0, ["9999-12-31T23:59:59-23:00", ID], 0]),
    cursor([0, 0, ["a\0", ID], 0]),
    cursor([0, 0, ["\ud800", ID], 0]),
    cursor([0, 0, ["a", ID, ID], 0]),
    cursor([0, 0.5, ["a", ID], 0]),
    cursor([-1, 0, ["a", ID], 0]),
    cursor([0, -1, ["a", ID], 0]),
    cursor(f'[1e999, 0, ["a", "{ID}"], 0]'),
    cursor(f'[{"9" * 50}, 0, ["a", "{ID}"], 0]'),
    cursor("[0, true, [], 0]"),
    cursor("[" * 3000),
    cursor({"a": 1}),
]
BROKEN = [
    "%00",
    "abc%00def",
    "%FF%FE",
    "%ED%A0%80",
    "-1",
    "0",
    "9" * 30,
    "²",
    "1e999",
    "0001-01-01",
    "9999-12-31T23:59:59-23:00",
    "2026-02-30",
    "n1.2.3",
    "o99999999999999999.99999999999999999.99999999999999999",
    "'\"><script>",
    "x" * 1500,
    FORGED[0],
]
READ = {
    "account": ("at", "kind"),
    "figures": ("at",),
    "ledger": ("kind", "since", "until", "page"),
    "ledger_export": ("kind", "since", "until", "format"),
    "holders_export": ("at", "kind", "format"),
    "people": ("q", "kind", "state", "role", "unused", "organisation", "sort", "page", "at"),
    "portal_change": ("full", "guest_packs", "data_rooms", "storage_packs", "edit"),
    "person_link": ("mailed",),
}


@pytest.fixture
def world() -> Cast:
    return cast.assemble()


@pytest.fixture
def anna(world: Cast, client: Client) -> Client:
    client.force_login(world.anna.login)
    return client


def address(world: Cast, name: str) -> str:
    more = {"kind": "full"} if name == "figures" else {}
    if name.startswith("person"):
        more = {"license_id": world.ines.license_id}
    return reverse(name, kwargs={"slug": "musterwerk", **more})


@pytest.mark.parametrize("name", READ)
def test_broken_parameters_are_answered(name: str, world: Cast, anna: Client) -> None:
    for parameter in READ[name]:
        for value in [*BROKEN, *FORGED] if parameter == "page" else BROKEN:
            answer = anna.get(f"{address(world, name)}?{parameter}={value}")
            assert answer.status_code in {200, 302, 422}, (parameter, value)
            assert b"<script>" not in answer.getvalue()


@pytest.mark.parametrize("sort", ["name", "-since", "status", "-kind", "last_active", "email"])
def test_a_forged_cursor_is_the_first_page_in_every_order(
    sort: str, world: Cast, anna: Client
) -> None:
    first = anna.get(f"{address(world, 'people')}?sort={sort}").text
    assert "paul@" in first.replace("<wbr>", "")
    for page in FORGED:
        answer = anna.get(f"{address(world, 'people')}?sort={sort}&page={page}")
        assert answer.status_code == 200, page


LONG = "ä" * 5000
FORMS: dict[str, dict[str, str]] = {
    "people_invite": {
        "email": "neu@musterwerk.test",
        "first_name": "N",
        "last_name": "N",
        "organisation": "N",
        "department": "N",
        "phone": "1",
        "kind": "full",
    },
    "person_edit": {
        "first_name": "N",
        "last_name": "N",
        "organisation": "N",
        "department": "N",
        "phone": "1",
    },
    "api_tokens": {"label": "N", "days": "3"},
    "portal_change": {
        "full": "12",
        "guest_packs": "0",
        "data_rooms": "0",
        "storage_packs": "0",
        "plan": "x",
    },
    "people_remove": {"license": "x", "to": "bin", "other": "x", "plan": "x", "do": "remove"},
}


def stored() -> list[Any]:
    kept: list[Any] = [
        model.objects.count()  # type: ignore[attr-defined]
        for model in (
            ApiToken,
            Booking,
            ImportFile,
            LedgerEntry,
            License,
            PlannedChange,
            Profile,
            RegistrationLink,
            RoleGrant,
        )
    ]
    return [*kept, *Profile.objects.order_by("id").values_list("first_name", "phone", "department")]


@pytest.mark.parametrize("name", FORMS)
@pytest.mark.parametrize("broken", ["\0", "a\0b", LONG, f"{'a' * 290}@b.example"])
def test_a_form_with_a_broken_value_changes_nothing(
    name: str, broken: str, world: Cast, anna: Client
) -> None:
    before = stored()
    for field in FORMS[name]:
        answer = anna.post(address(world, name), FORMS[name] | {field: broken})
        assert answer.status_code in {409, 422}, field
        assert stored() == before, field


@pytest.mark.parametrize("name", FORMS)
@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"", "application/x-www-form-urlencoded"),
        (b"email=%FF%FE&kind=%00&label=%ED%A0%80&days=1&full=%C3", "text/plain"),
        (b"\xff\xfe\x00", "application/x-www-form-urlencoded"),
        (b"{}", "application/json"),
        (b"--x\r\nbroken", "multipart/form-data; boundary=x"),
        (b"no boundary", "multipart/form-data"),
    ],
)
def test_a_body_that_is_no_form_changes_nothing(
    name: str, body: bytes, content_type: str, world: Cast, anna: Client
) -> None:
    before = stored()
    answer = anna.post(address(world, name), body, content_type=content_type)
    # Where no total is named all stay as they are: back to the overview.
    more = {302} if name == "portal_change" else set()
    assert answer.status_code in {400, 409, 422} | more
    assert stored() == before


@pytest.mark.parametrize("path", ["/sign-in/", "/sign-in/password/forgotten/", "/r/x%00y/"])
@pytest.mark.parametrize("value", ["a\0b@c.de", "ä" * 5000, "%\ufffd"])
def test_strangers_break_nothing(path: str, value: str, client: Client) -> None:
    data = {"login": value, "email": value, "password": value, "password1": value}
    assert client.post(path, data).status_code in {404, 422}
