"""Keys for programs: shown once, stored as a hash, revoked at once."""

import re

import pytest
from django.test import Client

from siegel.accounts.models import ApiToken
from siegel.accounts.queries import token_owner
from siegel.accounts.tokens import hash_token
from tests import cast

pytestmark = pytest.mark.django_db
PAGE = "/a/musterwerk/settings/api/"


@pytest.fixture
def world():
    return cast.assemble()


@pytest.fixture
def client(world) -> Client:
    client = Client()
    client.force_login(world.tom.login)
    return client


def create(client):
    response = client.post(PAGE, {"label": "Lohnlauf", "days": "30"})
    return re.search(r"siegel_[\w-]{43}", response.text).group()


def test_a_token_is_shown_once_and_stored_as_a_hash(client, world):
    token = create(client)
    row = ApiToken.objects.get()
    assert row.token_hash == hash_token(token)
    assert token not in str(row.__dict__)
    assert token_owner(token).profile_id == world.tom.profile_id
    page = client.get(PAGE).text
    assert token not in page
    assert "Lohnlauf" in page


@pytest.mark.parametrize(
    "form",
    [
        {},
        {"label": " ", "days": "30"},
        {"label": "x", "days": "367"},
        {"label": "x", "days": "0"},
        {"label": "x", "days": "viele"},
    ],
)
def test_a_wrong_form_is_422_and_makes_none(client, form):
    assert client.post(PAGE, form).status_code == 422
    assert not ApiToken.objects.exists()


def test_revoking_ends_it_and_can_be_repeated(client):
    create(client)
    row = ApiToken.objects.get()
    for _again in range(2):
        response = client.post(f"{PAGE}{row.id}/revoke/", follow=True)
        assert "widerrufen" in response.text
    row.refresh_from_db()
    assert row.revoked_at is not None


def test_another_accounts_token_is_404(client, world):
    other = Client()
    other.force_login(world.xaver.login)
    other.post("/a/anderswo/settings/api/", {"label": "x", "days": "1"})
    assert client.post(f"{PAGE}{ApiToken.objects.get().id}/revoke/").status_code == 404


def test_the_tab_stands_beside_the_account(client):
    assert "Programmzugang (API)" in client.get("/a/musterwerk/settings/account/").text
