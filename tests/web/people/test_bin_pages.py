"""The pages on which people are removed, lie in the bin, come back and are erased."""

from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.utils import timezone

from siegel.accounts.models import Profile
from siegel.licensing.kinds import LicenseState
from siegel.licensing.models import License, Removal
from siegel.licensing.queries.removals import removals
from siegel.workflows.removal_plan import BIN, Decisions
from tests import cast, make
from tests.workflows.test_remove_people import remove, to

pytestmark = pytest.mark.django_db
PEOPLE = "/a/musterwerk/people/"
REMOVE, THE_BIN = PEOPLE + "remove/", PEOPLE + "bin/"


@pytest.fixture
def world():
    return cast.assemble()


@pytest.fixture
def client(world) -> Client:
    client = Client()
    client.force_login(world.anna.login)
    return client


def ids(*whom):
    return [str(one.license_id) for one in whom]


def confirm(client, page, **more):
    data = {"plan": page.context["plan"].hash, "seen": page.context["seen"], "do": "remove"}
    return client.post(REMOVE, data | more)


def test_three_people_are_removed_with_two_successors(client, world):
    uwe = make.person(world.musterwerk, "uwe@musterwerk.test", "Uwe", "Voss")
    for who in (world.paul, world.bea):
        make.box(who, "Streng geheim", members=(world.tom,), files=2, size=2_000_000_000)
    chosen = {"license": ids(world.paul, world.bea, world.otto)}
    open_ = client.post(REMOVE, chosen)
    assert "Noch nicht entschieden" in open_.text
    assert "Wählen Sie oben" in open_.text
    assert 'value="remove"' not in open_.text
    assert "Streng geheim" not in open_.text  # names of boxes are content
    assert "Arbeiten schon in diesen Boxen" in open_.text
    choice = {
        "to": str(world.tom.license_id),
        f"to-{world.bea.license_id.hex}": str(uwe.license_id),
    }
    shown = client.post(REMOVE, chosen | choice)
    for sentence in (
        "Tom Brandt übernimmt 1 Box",
        "Uwe Voss übernimmt 1 Box",
        "2 Dateien · 2 GB",
        "3 Volllizenzen werden frei",
        "lässt sich alles rückgängig machen",
        "1 davon besitzt keine Boxen",
    ):
        assert sentence in shown.text.replace("\xa0", " "), sentence
    done = confirm(client, shown, **chosen, **choice)
    assert done.headers["Location"] == PEOPLE
    assert License.objects.get(id=uwe.license_id).boxes == 1
    assert Removal.objects.count() == 3
    assert "3 Benutzer sind entfernt" in client.get(PEOPLE).text


def test_everybody_on_a_filtered_list_can_be_removed(client, world):
    page = client.post(REMOVE, {"all": "1", "kind": "guest"})
    assert [one.row.name for one in page.context["plan"].leavers] == ["Gina Rossi"]
    everybody = client.post(REMOVE, {"all": "1"})
    assert [one.row.name for one in everybody.context["plan"].leavers].count("Anna Krüger") == 0
    assert "1 Benutzer Ihrer Auswahl bleibt" in everybody.text
    assert "eigene Lizenz" in everybody.text


def test_another_choice_than_shown_is_not_carried_out(client, world):
    make.box(world.paul)
    chosen = {"license": ids(world.paul)}
    shown = client.post(REMOVE, chosen | {f"to-{world.paul.license_id.hex}": "bin"})
    other = confirm(
        client, shown, **chosen, **{f"to-{world.paul.license_id.hex}": str(world.tom.license_id)}
    )
    assert other.status_code == 409
    assert "nicht mehr der Stand" in other.text
    assert not Removal.objects.exists()


def test_a_successor_can_be_typed_where_there_are_many(client, world):
    make.book(world.musterwerk, full=80)
    make.people(world.musterwerk, 60)
    make.box(world.paul)
    which = world.paul.license_id.hex
    chosen = {"license": ids(world.paul), f"to-{which}": "other"}
    right = client.post(REMOVE, chosen | {f"other-{which}": "TOM@musterwerk.test"})
    assert "Tom Brandt übernimmt 1 Box" in right.text
    for wrong in ("niemand@musterwerk.test", "gina@kanzlei.test", "xaver@anderswo.test", "\0"):
        answer = client.post(REMOVE, chosen | {f"other-{which}": wrong})
        assert answer.status_code == 409, wrong
        assert "Niemand, der eine Volllizenz hat" in answer.text
    assert "Noch nicht entschieden" in client.post(REMOVE, chosen).text


@pytest.mark.parametrize("broken", ["x", "\0", "00000000-0000-0000-0000-000000000000"])
def test_broken_choices_are_refused(client, world, broken):
    make.box(world.paul)
    assert client.post(REMOVE, {"license": ids(world.paul), "to": broken}).status_code in {404, 422}
    assert client.post(REMOVE, {"license": [*ids(world.paul), broken]}).status_code in {404, 422}
    assert client.post(REMOVE, {}).status_code == 422
    assert client.get(REMOVE).headers["Location"] == PEOPLE


def test_the_bin_shows_who_was_removed_by_whom_and_what_is_left(client, world):
    make.box(world.paul)
    make.box(world.otto)
    decisions = Decisions(BIN, {world.otto.license_id: to(world.tom)})
    remove(world.tom, world.paul, world.otto, world.gina, decisions=decisions)
    text = client.get(THE_BIN).text
    for word in ("Paul Özdemir", "1 übergeben", "Tom Brandt", "30 Tage", "Gastlizenz"):
        assert word in text, word
    assert "Gina Rossi" not in client.get(THE_BIN + "?kind=full").text
    assert "Gina Rossi" in client.get(THE_BIN + "?q=rossi").text
    assert "Niemand gefunden" in client.get(THE_BIN + "?q=%25").text
    assert "Niemand gefunden" in client.get(THE_BIN + "?reason=expired").text
    assert client.get(THE_BIN + "?page=99&kind=%00&reason=x").status_code == 200


def test_the_bin_has_pages(client, world):
    make.book(world.musterwerk, full=80)
    people = make.people(world.musterwerk, 60)
    client.post(REMOVE, {"license": [str(one) for one in people]})
    page = client.post(REMOVE, {"license": [str(one) for one in people]})
    confirm(client, page, license=[str(one) for one in people])
    first = client.get(THE_BIN)
    assert "1 bis 50 von 60" in first.text
    assert "51 bis 60 von 60" in client.get(THE_BIN + "?page=2").text
    assert "Der Papierkorb ist leer" not in first.text


def test_restoring_is_previewed_and_done(client, world):
    make.box(world.paul)
    remove(world.anna, world.paul, world.tom, decisions=Decisions(BIN))
    removals = [str(one) for one in Removal.objects.values_list("id", flat=True)]
    to_preview = client.post(THE_BIN + "chosen/", {"removal": removals, "do": "restore"})
    page = client.get(to_preview.headers["Location"])
    for sentence in ("1 Box kommt aus dem Papierkorb zurück", "erhält die Rolle „Administrator“"):
        assert sentence in page.text
    without = client.post(THE_BIN + "restore/", {"removal": removals, "shown": "1"})
    assert "erhält die Rolle „Administrator“ nicht wieder" in without.text
    data = {"removal": removals, "shown": "1", "roles": "1", "take_back": "1", "do": "restore"}
    refused = client.post(THE_BIN + "restore/", data | {"plan": "x"})
    assert refused.status_code == 409
    done = client.post(THE_BIN + "restore/", data | {"plan": page.context["plan"].hash})
    assert done.headers["Location"] == THE_BIN
    assert "2 Benutzer sind wieder da" in client.get(THE_BIN).text
    assert License.objects.get(id=world.paul.license_id).state == LicenseState.ACTIVE
    assert client.get(to_preview.headers["Location"]).status_code == 302


def test_the_toast_leads_back(client, world):
    page = client.get(f"{REMOVE}?license={world.paul.license_id}")
    confirm(client, page, license=ids(world.paul))
    text = client.get(PEOPLE).text
    removal = Removal.objects.get()
    own = client.get(f"{PEOPLE}{world.paul.license_id}/access/").text
    assert f"bin/restore/?removal={removal.id}" in own
    assert f"bin/restore/?removal={removal.id}" in text
    assert "Paul Özdemir" in client.post(f"{THE_BIN}restore/?removal={removal.id}").text


def test_into_a_full_account_the_preview_says_what_would_help(client, world):
    remove(world.anna, world.paul)
    pool = make.pool(world.musterwerk, "full")
    make.people(world.musterwerk, pool.booked - pool.used)
    page = client.get(f"{THE_BIN}restore/?removal={Removal.objects.get().id}")
    assert "zu wenige Lizenzen frei" in page.text
    assert "/a/musterwerk/portal/" in page.text
    assert 'value="restore"' not in page.text


def test_erasing_needs_the_word_and_the_role(client, world):
    make.box(world.paul)
    remove(world.anna, world.paul, decisions=Decisions(BIN))
    removal = str(Removal.objects.get().id)
    page = client.get(f"{THE_BIN}erase/?removal={removal}")
    assert "1 Box im Papierkorb wird vernichtet" in page.text
    wrong = client.post(THE_BIN + "erase/", {"removal": removal, "word": "ja"})
    assert wrong.status_code == 422
    assert not Profile.objects.exclude(erased_at=None).exists()
    tom = Client()
    tom.force_login(world.tom.login)
    assert "endgültig löschen" not in tom.get(THE_BIN).text
    assert tom.post(THE_BIN + "erase/", {"removal": removal, "word": "löschen"}).status_code == 403
    done = client.post(THE_BIN + "erase/", {"removal": removal, "word": " Löschen "})
    assert done.headers["Location"] == THE_BIN
    assert Profile.objects.get(id=world.paul.profile_id).erased_at
    again = client.post(THE_BIN + "erase/", {"removal": removal, "word": "löschen"})
    assert again.status_code == 302


def test_another_account_s_bin_stays_closed(world):
    remove(world.anna, world.paul)
    removal = Removal.objects.get().id
    xaver = Client()
    xaver.force_login(world.xaver.login)
    own = "/a/anderswo/people/bin/"
    assert "Der Papierkorb ist leer" in xaver.get(own).text
    for page in ("restore/", "erase/"):
        assert xaver.get(f"{own}{page}?removal={removal}").status_code == 404
    assert (
        xaver.post(own + "restore/", {"removal": str(removal), "do": "restore"}).status_code == 404
    )
    assert (
        xaver.post(own + "erase/", {"removal": str(removal), "word": "löschen"}).status_code == 404
    )
    assert Removal.objects.get().restored_at is None


def test_the_whole_way_works_in_english(client, world):
    make.box(world.paul, members=(world.tom,))
    client.cookies["siegel_language"] = "en"
    which = f"to-{world.paul.license_id.hex}"
    text = client.post(REMOVE, {"license": ids(world.paul), which: "bin"}).text
    assert "1 box goes into the bin" in text
    assert "Others work in 1 of them" in text
    remove(world.anna, world.paul, decisions=Decisions(BIN), at=timezone.now())
    assert "Until erased" in client.get(THE_BIN).text


@pytest.mark.parametrize(
    ("now", "days"),
    [("2026-11-23T22:59", 27), ("2026-11-23T23:00", 26), ("2026-12-20T08:59", 0)],
)
def test_days_left_are_days_of_the_accounts_calendar(world, now, days):
    remove(world.anna, world.gina)
    (one,) = removals(
        actor=world.anna.actor,
        account_id=world.musterwerk.id,
        removal_ids=[Removal.objects.get().id],
    ).values()
    one = replace(one, erase_after=datetime(2026, 12, 20, 9, tzinfo=UTC))
    at = datetime.fromisoformat(now).replace(tzinfo=UTC)
    assert one.days_left(at, ZoneInfo("Europe/Berlin")) == days
