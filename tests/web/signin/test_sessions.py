"""Sessions end on the server: when idle, after ten hours, and when somebody ends them."""

import time
from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.test import Client

from siegel.accounts.actions import end_sessions
from siegel.licensing.kinds import PoolKind
from siegel.web.signin import sessions
from tests import cast, factors, make

pytestmark = pytest.mark.django_db
HOUR = 3600


@pytest.fixture
def world():
    return cast.assemble()


@pytest.fixture
def later(monkeypatch):
    """Return what moves the clock forward."""
    moved = {"seconds": 0.0}
    real = time.time
    monkeypatch.setattr(sessions.time, "time", lambda: real() + moved["seconds"])

    def move(**parts):
        moved["seconds"] += timedelta(**parts).total_seconds()

    return move


@pytest.fixture
def paul(world, client):
    assert factors.sign_in(client, world.paul).status_code == 302
    return client


def is_in(client):
    return client.get("/me/").status_code == 200


def test_who_works_stays_in_and_who_does_not_is_out_after_twenty_minutes(paul, later):
    for _page in range(3):
        later(minutes=19)
        assert is_in(paul)
    later(minutes=20)
    assert not is_in(paul)
    assert not Session.objects.exists()  # ended on the server, not only in this browser
    assert sessions.SEEN_COOKIE not in paul.cookies or not paul.cookies[sessions.SEEN_COOKIE].value


def test_one_comes_back_to_the_page_and_reads_why(paul, later):
    later(minutes=21)
    answer = paul.get("/me/?tab=1")
    assert answer["Location"] == "/sign-in/?ended=idle&next=/me/%3Ftab%3D1"
    page = paul.get(answer["Location"])
    assert "weil längere Zeit nichts geschehen ist" in page.text
    assert "nicht gespeichert" not in page.text


def test_a_form_that_comes_too_late_changes_nothing_and_leads_back_to_its_page(paul, world, later):
    later(minutes=21)
    answer = paul.post(
        "/me/",
        {"first_name": "Neu", "language": "de"},
        headers={"Referer": "http://testserver/me/?from=form"},
    )
    assert answer["Location"].startswith("/sign-in/?ended=idle&lost=1&next=/me/%3Ffrom")
    assert "wurde nicht gespeichert" in paul.get(answer["Location"]).text
    assert world.paul.login.first_name == "Paul"


@pytest.mark.parametrize(
    "referer", ["", "http://evil.example/x", "http://testserver//evil.example"]
)
def test_a_foreign_page_is_nothing_to_return_to(paul, later, referer):
    later(minutes=21)
    answer = paul.post("/me/", {}, headers={"Referer": referer} if referer else {})
    assert answer["Location"].endswith("next=/")


def test_a_part_of_a_page_lets_the_whole_page_go(paul, later):
    later(minutes=21)
    answer = paul.get(
        "/me/", headers={"HX-Request": "true", "Referer": "http://testserver/me/?q=a"}
    )
    assert answer.status_code == 200
    assert answer["HX-Redirect"] == "/sign-in/?ended=idle&next=/me/%3Fq%3Da"


def test_after_ten_hours_everybody_signs_in_again(paul, later):
    for _page in range(39):
        later(minutes=15)
        assert is_in(paul)
    later(minutes=15)
    answer = paul.get("/me/")
    assert "ended=long" in answer["Location"]
    assert "Nach zehn Stunden" in paul.get(answer["Location"]).text


def test_the_account_chooses_the_time(paul, world, later):
    factors.protect(world.anna, session_idle_minutes=60)
    later(minutes=59)
    assert is_in(paul)
    factors.protect(world.anna, session_idle_minutes=10)  # holds for open sessions, too
    later(minutes=11)
    assert not is_in(paul)


def test_of_several_accounts_the_shortest_time_holds(client, world, later):
    make.person(world.anderswo, world.paul.email, kind=PoolKind.GUEST)
    factors.sign_in(client, world.paul)
    factors.protect(world.anna, session_idle_minutes=480)
    factors.protect(world.xaver, session_idle_minutes=30)
    later(minutes=29)
    assert is_in(client)
    later(minutes=31)
    assert not is_in(client)


@pytest.mark.parametrize("cookie", [None, "", "x", "{}:x:y"])
def test_a_session_without_its_second_cookie_is_over(paul, cookie):
    if cookie is None:
        del paul.cookies[sessions.SEEN_COOKIE]
    else:
        paul.cookies[sessions.SEEN_COOKIE] = cookie
    assert not is_in(paul)


def test_the_second_cookie_of_another_session_does_not_help(paul, world, later):
    other = Client()
    factors.sign_in(other, world.tom)
    later(minutes=21)
    paul.cookies[sessions.SEEN_COOKIE] = other.cookies[sessions.SEEN_COOKIE].value
    assert not is_in(paul)


def test_a_page_writes_no_session(paul, django_assert_max_num_queries):
    with django_assert_max_num_queries(12) as asked:
        assert is_in(paul)
    assert not [query for query in asked if not query["sql"].startswith("SELECT")]


def test_all_sessions_of_a_person_end_at_once(paul, world):
    other, tom = Client(), Client()
    factors.sign_in(other, world.paul)
    factors.sign_in(tom, world.tom)
    end_sessions(person_id=world.paul.person_id)
    assert [is_in(paul), is_in(other), is_in(tom)] == [False, False, True]


def test_a_new_secret_key_ends_no_session_while_the_old_one_is_known(paul, settings):
    old = settings.SECRET_KEY
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "n" * 40, [old]
    assert is_in(paul)
    settings.SECRET_KEY_FALLBACKS = []
    paul.get("/me/")
    assert is_in(paul)  # moved to the new key meanwhile
