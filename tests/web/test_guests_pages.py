"""Meine Gäste: invited, found, shared, limited by full users; guests see none of it."""

import re

import pytest
from django.test import Client
from django.utils import timezone

from siegel.core.refusal import BadInput
from siegel.licensing.kinds import PoolKind
from siegel.licensing.models import License
from siegel.licensing.queries.guests import sponsors_of
from siegel.workflows.guests import share_guest, take_guest
from siegel.workflows.removal_plan import Decisions
from tests import cast, make
from tests.workflows.test_remove_people import remove, to

pytestmark = pytest.mark.django_db
HOME = "/a/musterwerk/guests/"
INVITE = f"{HOME}invite/"
NEW = "nora@gast.test"


@pytest.fixture
def world():
    return cast.assemble()


@pytest.fixture
def client(world):
    return signed_in(world.paul)


def signed_in(who):
    browser = Client()
    browser.force_login(who.login)
    return browser


def typed(email=NEW, **more):
    fields = {
        "attempt": "one",
        "email": email,
        "first_name": "Nora",
        "last_name": "Neu",
        "organisation": "Neu & Co",
        "end": "none",
        "ends_on": "",
        "idle_days": "30",
        "delivery": "copy",
        "language": "de",
        "message": "",
        "code": "none",
        "own_code": "",
        "days": "14",
        "go": "invite",
    }
    return fields | more


def text_of(response):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def take(who, email="gina@kanzlei.test"):
    return take_guest(actor=who.actor, account_id=who.account.id, email=email, at=timezone.now())


def guest(world, verb=""):
    return f"{HOME}{world.gina.license_id}/{verb}"


def test_without_guests_the_page_says_what_to_do_and_the_sidebar_leads_there(client):
    page = client.get(HOME)
    assert "Sie haben noch keine Gäste" in text_of(page)
    assert f'href="{HOME}"' in client.get("/a/musterwerk/").content.decode()


@pytest.mark.parametrize("who", ["gina", "paul"])
def test_who_may_have_no_guests_sees_none_of_it(world, who):
    License.objects.filter(id=world.paul.license_id).update(invites_guests=False)
    browser = signed_in(getattr(world, who))
    assert f'href="{HOME}"' not in browser.get("/a/musterwerk/").content.decode()
    for there in (HOME, INVITE, guest(world), f"{HOME}colleagues/"):
        assert browser.get(there).status_code == 403


def test_invited_with_a_last_day_then_the_link_to_copy_then_in_the_list(client, world):
    day = timezone.now().date().replace(year=timezone.now().year + 1, day=2)
    done = client.post(INVITE, typed(end="date", ends_on=day.isoformat(), code="new"))
    assert done.status_code == 200
    assert re.search(r'id="link" readonly value="http://[^"]+/r/[\w-]{43}/"', done.text)
    assert 'id="code"' in done.text
    assert "/people/" not in done.text
    again = client.post(INVITE, typed(end="date", ends_on=day.isoformat(), code="new"))
    assert again.status_code == 302
    assert 'id="code"' not in client.get(again.url).text
    row = text_of(client.get(HOME))
    assert "Nora Neu" in row
    assert f"{day:%d.%m.%Y}" in row
    made = License.objects.get(holder__email=NEW)
    assert sponsors_of(made.id) == {world.paul.license_id}


def test_a_day_that_is_over_a_missing_day_and_no_address_stand_at_their_fields(client, world):
    before = License.objects.count()
    for wrong, said in (
        ({"end": "date", "ends_on": "2020-01-01"}, "Dieser Tag"),
        ({"end": "date", "ends_on": ""}, "Bitte"),
        ({"end": "idle", "idle_days": "0"}, "1"),
        ({"email": "nora"}, "E-Mail"),
    ):
        page = client.post(INVITE, typed(**wrong))
        assert page.status_code == 422
        assert said in text_of(page)
        assert "field-error" in page.text
    assert License.objects.count() == before


def test_nothing_free_says_whom_to_ask_and_an_administrator_where_to_book(client, world):
    pool = make.pool(world.musterwerk, PoolKind.GUEST)
    make.people(world.musterwerk, pool.booked - pool.used, PoolKind.GUEST)
    page = client.post(INVITE, typed())
    assert page.status_code == 409
    assert "50 gebucht, 50 verbraucht" in text_of(page)
    assert "Tom Brandt, Anna Krüger" in text_of(page)
    assert "/portal/" not in page.text
    page = signed_in(world.anna).post(INVITE, typed())
    assert 'href="/a/musterwerk/portal/"' in page.text


def test_a_known_guest_is_offered_by_name_and_taken_with_one_click(client, world):
    take(world.tom)
    page = client.post(INVITE, typed("Gina@Kanzlei.test"))
    assert page.status_code == 409
    assert "Gina Rossi ist hier schon Gast (bei Tom Brandt)." in text_of(page)
    done = client.post(INVITE, {"go": "take", "email": "gina@kanzlei.test"}, follow=True)
    assert "Gina Rossi ist jetzt auch Ihr Gast." in text_of(done)
    again = client.post(INVITE, typed("gina@kanzlei.test"))
    assert "Gina Rossi ist schon Ihr Gast." in text_of(again)


def test_who_may_not_find_the_guest_learns_no_name(client, world):
    take(world.tom)
    License.objects.filter(id=world.paul.license_id).update(sees="colleagues")
    page = text_of(client.post(INVITE, typed("gina@kanzlei.test")))
    assert "gina@kanzlei.test ist hier schon Gast." in page
    assert "Rossi" not in page
    assert "Tom Brandt" not in page


def test_a_colleague_is_no_guest(client, world):
    page = client.post(INVITE, typed(world.tom.email))
    assert page.status_code == 409
    assert "hat hier schon eine Lizenz" in text_of(page)
    assert make.pool(world.musterwerk, PoolKind.GUEST).used == 1


def test_colleagues_guests_are_searched_and_taken_by_those_who_see_them(client, world):
    take(world.tom)
    there = f"{HOME}colleagues/"
    assert "Gina Rossi" in text_of(client.get(there, {"q": "ros"}))
    assert "Nobody" not in text_of(client.get(there, {"q": "xyz"}))
    done = client.post(guest(world, "take/"), follow=True)
    assert "Gina Rossi ist jetzt auch Ihr Gast." in text_of(done)
    assert "Tom Brandt" in text_of(client.get(HOME))
    License.objects.filter(id=world.bea.license_id).update(sees="own")
    browser = signed_in(world.bea)
    assert "Gina Rossi" not in text_of(browser.get(there))
    assert browser.get(guest(world)).status_code == 404
    assert browser.post(guest(world, "take/")).status_code == 404


def test_ones_own_guest_is_seen_whatever_one_may_find(client, world):
    License.objects.filter(id=world.paul.license_id).update(sees="colleagues")
    take(world.paul)
    assert client.get(guest(world)).status_code == 200


def test_shared_with_a_colleague_and_left_with_undo_but_never_left_alone(client, world):
    take(world.paul)
    alone = client.post(guest(world, "leave/"))
    assert alone.status_code == 409
    assert "Gast mit jemandem teilen" in text_of(alone)
    assert "Tom Brandt" in client.get(guest(world)).text
    done = client.post(
        guest(world, "share/"), {"colleague": str(world.tom.license_id)}, follow=True
    )
    assert "Tom Brandt hat diesen Gast jetzt auch." in text_of(done)
    assert client.post(guest(world, "share/"), {"colleague": ""}).status_code == 422
    assert (
        client.post(guest(world, "share/"), {"colleague": str(world.gina.license_id)}).status_code
        == 422
    )
    left = client.post(guest(world, "leave/"), follow=True)
    assert "Gina Rossi ist nicht mehr Ihr Gast." in text_of(left)
    assert guest(world, "take/") in left.text
    assert sponsors_of(world.gina.license_id) == {world.tom.license_id}


def test_the_end_is_set_and_dropped_by_the_sponsor_and_by_nobody_else(client, world):
    there = guest(world, "end/")
    assert client.post(there, {"end": "idle", "idle_days": "30"}).status_code == 404
    take(world.paul)
    client.post(there, {"end": "idle", "idle_days": "30", "ends_on": ""})
    assert License.objects.get(id=world.gina.license_id).idle_days == 30
    wrong = client.post(there, {"end": "date", "ends_on": "2020-01-01"})
    assert wrong.status_code == 422
    client.post(there, {"end": "none"})
    assert License.objects.get(id=world.gina.license_id).ends_at is None


def test_the_sponsor_hands_out_the_link_again_and_nobody_else_does(client, world):
    client.post(INVITE, typed())
    made = License.objects.get(holder__email=NEW)
    home = f"{HOME}{made.id}/"
    assert "Der Registrierungslink wurde noch nicht benutzt" in text_of(client.get(home))
    old = re.search(r"/r/[\w-]{43}/", client.get(f"{home}link/").text)[0]
    mailed = client.post(f"{home}link/mail/", follow=True)
    assert f"unterwegs an {NEW}" in text_of(mailed)
    new = client.post(f"{home}link/new/", typed())
    assert old not in new.text
    assert re.search(r"/r/[\w-]{43}/", new.text)
    otto = signed_in(world.otto)
    assert otto.get(home).status_code == 200
    for verb in ("link/", "link/new/"):
        assert otto.get(home + verb).status_code == 404
    assert otto.post(f"{home}link/mail/").status_code == 404
    assert signed_in(world.tom).get(f"{home}link/").status_code == 200


def test_who_took_a_colleagues_guest_never_gets_at_the_link_and_so_not_into_their_boxes(world):
    signed_in(world.paul).post(INVITE, typed())
    made = License.objects.get(holder__email=NEW)
    take(world.otto, NEW)
    otto, home = signed_in(world.otto), f"{HOME}{made.id}/"
    page = otto.get(home)
    assert page.status_code == 200
    assert "link/" not in page.text
    for verb in ("link/", "link/new/"):
        assert otto.get(home + verb).status_code == 404
    for verb in ("link/new/", "link/mail/"):
        assert otto.post(home + verb, typed()).status_code == 404
    assert re.search(r"/r/[\w-]{43}/", signed_in(world.paul).get(f"{home}link/").text)


def test_a_successor_hands_out_the_links_of_the_guests_they_got(world):
    signed_in(world.paul).post(INVITE, typed())
    made = License.objects.get(holder__email=NEW)
    remove(world.anna, world.paul, decisions=Decisions(to(world.otto)))
    assert "/r/" in signed_in(world.otto).get(f"{HOME}{made.id}/link/").text


def test_every_page_of_another_account_is_not_there(world):
    xaver = signed_in(world.xaver)
    for verb in ("", "link/", "link/new/"):
        assert xaver.get(f"/a/anderswo/guests/{world.gina.license_id}/{verb}").status_code == 404
    share = {"license_id": world.gina.license_id, "with_license": world.xaver.license_id}
    take(world.paul)
    with pytest.raises(BadInput):
        share_guest(
            actor=world.paul.actor, account_id=world.musterwerk.id, at=timezone.now(), **share
        )


def test_all_guests_can_be_leafed_through(world):
    make.book(world.musterwerk, full=20)
    for number in range(52):
        email = f"g{number:02}@gast.test"
        make.person(world.musterwerk, email, f"G{number:02}", "Gast", kind=PoolKind.GUEST)
    client = signed_in(world.paul)
    others, seen = f"{HOME}colleagues/", []
    for page, back, on in ((1, False, True), (2, True, False)):
        text = client.get(others, {"page": page}).text
        seen += re.findall(r"g\d\d<wbr>@gast.test", text)
        assert ('rel="prev"' in text, 'rel="next"' in text) == (back, on)
    assert len(seen) == len(set(seen)) == 52
    assert client.get(others, {"page": "x"}).status_code == 200
    assert client.get(others, {"page": 99}).status_code == 200
