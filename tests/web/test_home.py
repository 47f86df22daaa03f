"""Where people arrive, and what they see of themselves."""

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from siegel.accounts.models import Person, Profile
from siegel.licensing.kinds import PoolKind
from tests import cast, make

pytestmark = pytest.mark.django_db


def test_the_start_leads_strangers_to_the_sign_in(client: Client) -> None:
    assert client.get("/")["Location"] == "/sign-in/?next=/"


def test_the_start_leads_to_the_account_that_was_open_last(client: Client) -> None:
    people = cast.assemble()
    make.person(people.anderswo, "anna@musterwerk.test")
    client.force_login(people.anna.login)
    assert client.get("/")["Location"] == "/a/anderswo/"
    client.get("/a/musterwerk/")
    assert client.get("/")["Location"] == "/a/musterwerk/"


def test_who_has_no_account_gets_a_calm_sentence(client: Client) -> None:
    client.force_login(cast.assemble().ines.login)
    assert "Sie gehören zurzeit zu keinem Konto" in client.get("/").text


def test_an_administrator_finds_the_way_to_the_account_status(client: Client) -> None:
    client.force_login(cast.assemble().anna.login)
    page = client.get("/a/musterwerk/").text
    assert 'href="/a/musterwerk/settings/account/#preisplan"' in page
    assert "Registrierungsadministrator" in page
    assert "15. Januar 2026" in page


@pytest.mark.parametrize(
    ("who", "shown"),
    [
        ("anna", {"people/", "settings/account/", "portal/"}),
        ("tom", {"people/", "settings/account/"}),
        ("bea", {"portal/"}),
        ("otto", set()),
        ("paul", set()),
        ("gina", set()),
    ],
)
def test_the_sidebar_shows_what_the_person_may_use(
    client: Client, who: str, shown: set[str]
) -> None:
    client.force_login(getattr(cast.assemble(), who).login)
    page = client.get("/a/musterwerk/").text
    sidebar = page[page.index("<aside") : page.index("</aside>")]
    for part in ("people/", "settings/account/", "portal/"):
        assert (f'href="/a/musterwerk/{part}"' in sidebar) == (part in shown), part


def test_a_guest_is_told_that_theirs_is_a_guest_license(client: Client) -> None:
    client.force_login(cast.assemble().gina.login)
    assert "Gastlizenz" in client.get("/a/musterwerk/").text


def test_a_person_of_several_accounts_can_switch(client: Client) -> None:
    people = cast.assemble()
    make.person(people.anderswo, "anna@musterwerk.test", kind=PoolKind.GUEST)
    client.force_login(people.anna.login)
    page = client.get("/a/musterwerk/").text
    assert "Konto wechseln" in page
    assert 'href="/a/anderswo/"' in page


def test_other_peoples_accounts_are_not_listed(client: Client) -> None:
    client.force_login(cast.assemble().paul.login)
    assert "Anderswo" not in client.get("/a/musterwerk/").text


def test_the_start_of_an_account_takes_four_statements(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client.force_login(cast.assemble().anna.login)
    with django_assert_num_queries(4):  # session, person, seats, own licenses
        client.get("/a/musterwerk/")


def test_the_profile_shows_all_licenses(client: Client) -> None:
    people = cast.assemble()
    make.person(people.anderswo, "anna@musterwerk.test", kind=PoolKind.GUEST)
    client.force_login(people.anna.login)
    page = client.get("/me/").text
    for part in ("Musterwerk GmbH", "Volllizenz", "Anderswo AG", "Gastlizenz"):
        assert part in page


def test_a_new_name_holds_for_the_person_and_not_in_the_accounts_lists(client: Client) -> None:
    anna = cast.assemble().anna
    client.force_login(anna.login)
    answer = client.post(
        "/me/", {"first_name": " Änne ", "last_name": "Krug", "language": "en"}, follow=True
    )
    assert "Your profile is saved." in answer.text
    assert Person.objects.get(id=anna.person_id).name == "Änne Krug"
    assert Profile.objects.get(id=anna.profile_id).name == "Anna Krüger"


@pytest.mark.parametrize("values", [{"language": "fr"}, {"language": "de", "first_name": "x" * 81}])
def test_a_profile_that_cannot_be_saved_is_422(client: Client, values: dict[str, str]) -> None:
    client.force_login(cast.assemble().anna.login)
    answer = client.post("/me/", values)
    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.text
