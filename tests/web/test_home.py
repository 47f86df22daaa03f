"""Where people arrive, and what they see of themselves."""

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from siegel.accounts.models import Person, Profile
from siegel.accounts.permissions import Role
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
    assert 'aria-valuemax="10"' in page  # the booked full licenses
    assert 'href="/a/musterwerk/people/?kind=full"' in page
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
    sidebar = page[page.index("<aside") : page.index("</aside>")]
    # At the account's name what one is there in a word; the roles stand at one's own name.
    assert sidebar.index("Volllizenz") < sidebar.index("Gastlizenz")
    assert sidebar.index("Gastlizenz") < sidebar.index("Registrierungsadministrator")


def test_a_switch_of_account_stays_in_the_section_where_that_may_be_entered(
    client: Client,
) -> None:
    people = cast.assemble()
    make.person(people.anderswo, "anna@musterwerk.test", roles=(Role.ADMIN,))
    client.force_login(people.anna.login)
    for here, there in (
        ("people/", "people/"),
        (f"people/{people.paul.license_id}/", "people/"),
        ("settings/account/", "settings/account/"),
        ("portal/", ""),  # an administrator there, without the customer portal
    ):
        answer = client.get(f"/a/musterwerk/{here}", follow=True)
        assert f'<a href="/a/anderswo/{there}"' in answer.text, here


@pytest.mark.parametrize("who", ["paul", "gina", "otto"])
def test_who_administers_nothing_learns_whom_to_ask(client: Client, who: str) -> None:
    client.force_login(getattr(cast.assemble(), who).login)
    page = client.get("/a/musterwerk/").text
    assert "Was Sie hier tun können" in page
    assert "Anna Krüger" in page
    assert "Tom Brandt" in page
    assert "aria-valuemax" not in page
    assert ("/a/musterwerk/guests/invite/" in page) is (who != "gina")


def test_other_peoples_accounts_are_not_listed(client: Client) -> None:
    client.force_login(cast.assemble().paul.login)
    assert "Anderswo" not in client.get("/a/musterwerk/").text


def test_the_start_of_an_account_takes_five_statements(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client.force_login(cast.assemble().anna.login)
    client.get("/me/")  # the first page notes in the session since when it runs
    with django_assert_num_queries(5):  # session, person, seats, own licenses, figures
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
