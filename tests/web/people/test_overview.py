"""Columns, filters, selection, batches, files and groups of the user list, through requests."""

import csv
import io
import re

import openpyxl
import pytest
from django.test import Client
from django.utils import timezone

from siegel.accounts.models import ListColumns, RoleGrant
from siegel.accounts.permissions import Role
from siegel.licensing.kinds import LicenseState
from siegel.licensing.models import Group, GroupMember, License
from siegel.workflows.change_roles import grant_role
from tests import cast, make

pytestmark = pytest.mark.django_db
PEOPLE = "/a/musterwerk/people/"


@pytest.fixture
def world():
    return cast.assemble()


@pytest.fixture
def client(world) -> Client:
    client = Client()
    client.force_login(world.anna.login)
    return client


def columns(client, *names):
    return client.post(f"{PEOPLE}columns/", {"column": names, "do": "choose", "list": "q=o"})


def headings(text):
    head = re.search(r"<thead>(.*?)</thead>", text, re.DOTALL)
    found = re.findall(r"<th [^>]*>(.*?)</th>", head.group(1), re.DOTALL)
    return [re.sub(r"<[^>]+>", "", one).strip() for one in found]


def names_on(text):
    """Return the names on a page in their order."""
    return re.findall(r'name="license" value="[^"]*" aria-label="([^"]*) auswählen"', text)


def rows_of(client, query="", form="csv"):
    answer = client.get(f"{PEOPLE}export/?format={form}&{query}")
    assert answer.status_code == 200
    content = b"".join(answer.streaming_content)
    if form == "csv":
        return list(csv.reader(io.StringIO(content.decode("utf-8-sig")), delimiter=";"))
    sheet = openpyxl.load_workbook(io.BytesIO(content)).active
    return [["" if cell is None else str(cell) for cell in row] for row in sheet.values]


def test_the_usual_columns_tell_what_people_use_beside_their_names(client, world):
    make.box(world.paul, size=2_500_000_000, members=(world.tom,))
    text = client.get(PEOPLE).text
    assert headings(text)[:2] == ["Name", "Verbrauch"]
    assert "2,5\xa0GB" in text
    assert "1 Box" in text
    assert "2,5\xa0GB fremd" in text


def test_columns_are_remembered_for_one_person_in_one_account(client, world):
    answer = columns(client, "since", "groups", "password", "boxes")
    assert answer.url == f"{PEOPLE}?q=o"
    assert headings(client.get(PEOPLE).text) == ["Name", "Seit", "Gruppen", "Boxen"]
    other = Client()
    other.force_login(world.tom.login)
    assert "Verbrauch" in headings(other.get(PEOPLE).text)
    client.post(f"{PEOPLE}columns/", {"do": "usual"})
    assert "Verbrauch" in headings(client.get(PEOPLE).text)
    assert not ListColumns.objects.exists()


def test_every_column_can_be_shown_in_both_languages(client, world):
    from siegel.web.people.columns import COLUMNS

    make.box(world.paul, size=5, members=(world.gina,))
    columns(client, *(column.key for column in COLUMNS))
    german = client.get(PEOPLE).text
    client.post("/language/", {"language": "en"})
    english = client.get(PEOPLE).text
    assert len(headings(german)) == len(headings(english)) == len(COLUMNS)
    assert "Speicher: fremde Boxen" in german
    assert "Storage: others’ boxes" in english


@pytest.mark.parametrize("form", ["csv", "xlsx"])
@pytest.mark.parametrize("query", ["", "kind=full&sort=-name", "sort=-owned&q=o", "state=invited"])
def test_a_file_has_the_rows_columns_and_order_of_the_page(client, world, form, query):
    make.box(world.otto, size=9_000_000)
    columns(client, "organisation", "owned", "status")
    text = client.get(f"{PEOPLE}?{query}").text
    names = names_on(text)
    heading, *rows = rows_of(client, query, form)
    assert heading == ["Name", "E-Mail", "Organisation", "Status", "In eigenen Boxen (Byte)"]
    assert [row[0] for row in rows] == names
    if "Otto Lang" in names:
        (otto,) = (row for row in rows if row[0] == "Otto Lang")
        assert otto[3:] == ["aktiv", "9000000"]


def test_a_file_of_the_usual_columns_has_each_figure_once(client, world):
    heading, *rows = rows_of(client)
    assert len(set(heading)) == len(heading) == 12
    assert len(rows) == 7


def test_chips_name_the_filters_in_force_and_each_can_be_removed(client, world):
    text = client.get(f"{PEOPLE}?kind=full&registration=waiting&organisation=x&sort=-name").text
    found = re.findall(r'class="chip" href="([^"]*)"', text)
    assert found == [
        "?registration=waiting&amp;organisation=x&amp;sort=-name",
        "?kind=full&amp;registration=waiting&amp;sort=-name",
        "?kind=full&amp;organisation=x&amp;sort=-name",
    ]
    assert "noch nicht registriert" in text


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("registration=waiting", {"Ines"}),
        ("registration=expired", {"Ines"}),
        ("unused=never&kind=guest", set()),
        ("owns=boxes", {"Paul"}),
        ("owns=none&kind=guest", {"Gina"}),
        ("temporary=any", set()),
        ("giver=00000000-0000-0000-0000-000000000001", set()),
        ("group=nonsense&kind=guest", {"Gina"}),
        ("temporary=x&owns=y&registration=z&kind=guest", {"Gina"}),
    ],
)
def test_filters_of_the_address_combine_and_nonsense_narrows_nothing(client, world, query, found):
    make.box(world.paul)
    License.objects.filter(id=world.gina.license_id).update(last_active_at=make.START)
    text = client.get(f"{PEOPLE}?{query}").text
    assert {name.split()[0] for name in names_on(text)} == found


def test_a_selection_is_suspended_after_a_preview(client, world):
    two = f"license={world.paul.license_id}&license={world.ines.license_id}"
    address = f"{PEOPLE}batch/suspend/?{two}&kind=full"
    preview = client.get(address)
    assert "1 Benutzer hat keinen Zugang mehr" in preview.text
    assert "noch nicht registriert" in preview.text
    assert License.objects.get(id=world.paul.license_id).state == LicenseState.ACTIVE
    plan = re.search(r'name="plan" value="(\w+)"', preview.text).group(1)
    answer = client.post(address, {"plan": plan})
    assert answer.url == f"{PEOPLE}?kind=full"
    assert "1 Benutzer ist gesperrt." in client.get(answer.url).text
    assert License.objects.get(id=world.paul.license_id).state == LicenseState.SUSPENDED
    assert client.post(address, {"plan": plan}).status_code == 302


def test_a_plan_that_was_overtaken_is_shown_anew(client, world):
    address = f"{PEOPLE}batch/suspend/?all=1&kind=full"
    plan = re.search(r'name="plan" value="(\w+)"', client.get(address).text).group(1)
    make.person(world.musterwerk, "neu@musterwerk.test")
    answer = client.post(address, {"plan": plan})
    assert answer.status_code == 409
    assert "5 Benutzer haben keinen Zugang mehr" in answer.text
    assert not License.objects.filter(state=LicenseState.SUSPENDED).exists()


def test_all_of_a_filter_are_more_than_the_rows_that_are_ticked(client, world):
    address = f"{PEOPLE}batch/suspend/?all=1&kind=guest&license={world.paul.license_id}"
    assert "Gina Rossi" in client.get(address).text
    assert "Paul" not in client.get(address).text


def test_a_role_is_asked_for_and_given_to_a_selection(client, world):
    address = f"{PEOPLE}batch/roles/?license={world.paul.license_id}"
    assert "Zeigen, was geschehen wird" in client.get(address).text
    address += "&set-role=auditor&set-do=give"
    preview = client.get(address)
    assert "1 Benutzer bekommt die Rolle" in preview.text
    plan = re.search(r'name="plan" value="(\w+)"', preview.text).group(1)
    client.post(address, {"plan": plan})
    assert RoleGrant.objects.filter(profile=world.paul.profile_id, role="auditor").exists()


@pytest.mark.parametrize(
    ("what", "answers"),
    [
        ("rights", "set-creates_data_rooms=on&set-sees=own"),
        ("notifications", "set-notifications=off"),
    ],
)
def test_rights_and_mails_are_set_for_a_selection(client, world, what, answers):
    address = f"{PEOPLE}batch/{what}/?all=1&{answers}"
    plan = re.search(r'name="plan" value="(\w+)"', client.get(address).text).group(1)
    client.post(address, {"plan": plan})
    paul = License.objects.get(id=world.paul.license_id)
    wanted = {
        "rights": (paul.creates_data_rooms, paul.sees) == (True, "own"),
        "notifications": paul.notifications is False,
    }
    assert wanted[what]


def test_boxes_of_a_selection_are_handed_over(client, world):
    make.box(world.paul, size=3_000_000_000)
    address = f"{PEOPLE}batch/hand-over/?license={world.paul.license_id}"
    assert "Tom Brandt" in client.get(f"{address}&set-who=brandt").text
    address += f"&set-to={world.tom.license_id}"
    preview = client.get(address).text
    assert "1 Box geht an Tom Brandt" in preview
    assert "3\xa0GB" in preview
    plan = re.search(r'name="plan" value="(\w+)"', preview).group(1)
    client.post(address, {"plan": plan})
    assert License.objects.get(id=world.tom.license_id).boxes == 1


def test_boxes_go_to_nobody_who_cannot_own_them(client, world):
    make.box(world.paul)
    address = (
        f"{PEOPLE}batch/hand-over/?license={world.paul.license_id}&set-to={world.gina.license_id}"
    )
    plan = re.search(r'name="plan" value="(\w+)"', client.get(address).text).group(1)
    answer = client.post(address, {"plan": plan})
    assert answer.status_code == 409
    assert License.objects.get(id=world.paul.license_id).boxes == 1
    stranger = address.replace(str(world.gina.license_id), str(world.xaver.license_id))
    assert client.get(stranger).status_code == 404


def test_nobody_selected_is_told_and_unknown_batches_are_not_found(client, world):
    assert "Niemand ist ausgewählt" in client.get(f"{PEOPLE}batch/suspend/").text
    assert "Niemand ist ausgewählt" in client.get(f"{PEOPLE}batch/roles/?license=x").text
    assert client.get(f"{PEOPLE}batch/delete/?all=1").status_code == 404
    empty = client.get(f"{PEOPLE}batch/groups/?all=1&set-join=x")
    assert empty.status_code == 200


def test_removing_and_mailing_lead_to_their_own_pages_with_the_selection(client, world):
    one = f"license={world.paul.license_id}"
    assert client.get(f"{PEOPLE}batch/remove/?{one}").url == f"{PEOPLE}remove/?{one}"
    answer = client.get(f"{PEOPLE}batch/remove/?all=1&kind=guest&{one}")
    assert answer.url == f"{PEOPLE}remove/?all=1&kind=guest"
    assert client.get(answer.url).status_code == 200
    assert client.get(f"{PEOPLE}batch/links/?all=1").url == f"{PEOPLE}links/?all=1"


def test_groups_are_created_renamed_and_deleted_with_a_preview(client, world):
    assert "Noch keine Gruppen" in client.get(f"{PEOPLE}groups/").text
    client.post(f"{PEOPLE}groups/", {"name": "  Recht  "})
    group = Group.objects.get()
    assert group.name == "Recht"
    twice = client.post(f"{PEOPLE}groups/", {"name": "RECHT"})
    assert twice.status_code == 422
    assert "Gruppe mit diesem Namen" in twice.text
    assert client.post(f"{PEOPLE}groups/", {"name": ""}).status_code == 422
    client.post(f"{PEOPLE}groups/{group.id}/", {"name": "Rechtsabteilung"})
    client.post(f"{PEOPLE}{world.paul.license_id}/groups/", {"whole": "1", "groups": [group.id]})
    preview = client.get(f"{PEOPLE}groups/{group.id}/delete/").text
    assert "1 Benutzer gehört nicht mehr dazu" in preview
    assert "„Rechtsabteilung“" in preview
    client.post(f"{PEOPLE}groups/{group.id}/delete/")
    assert not Group.objects.exists()
    assert not GroupMember.objects.exists()


def test_rights_and_groups_are_set_on_the_persons_page(client, world):
    client.post(f"{PEOPLE}groups/", {"name": "Recht"})
    group = Group.objects.get()
    tab = f"{PEOPLE}{world.paul.license_id}/permissions/"
    assert "In keiner Gruppe" in client.get(tab).text
    answer = client.post(
        f"{PEOPLE}{world.paul.license_id}/rights/",
        {"whole": "1", "creates_boxes": "on", "creates_data_rooms": "on", "sees": "colleagues"},
    )
    assert answer.url == tab
    paul = License.objects.get(id=world.paul.license_id)
    assert (paul.creates_boxes, paul.creates_data_rooms, paul.invites_guests) == (True, True, False)
    assert (paul.sees, paul.notifications) == ("colleagues", False)
    client.post(f"{PEOPLE}{world.paul.license_id}/groups/", {"whole": "1", "groups": [group.id]})
    assert f"?group={group.id}" in client.get(tab).text
    assert "Paul" in client.get(f"{PEOPLE}?group={group.id}").text


def test_half_a_form_takes_no_right_away(client, world):
    for page in ("rights", "groups"):
        answer = client.post(f"{PEOPLE}{world.paul.license_id}/{page}/", {})
        assert answer.status_code == 422
    assert License.objects.get(id=world.paul.license_id).creates_boxes


def test_a_guest_has_no_rights_to_set_but_mails(client, world):
    tab = client.get(f"{PEOPLE}{world.gina.license_id}/permissions/").text
    assert "Boxen anlegen" not in tab
    client.post(f"{PEOPLE}{world.gina.license_id}/rights/", {"whole": "1", "creates_boxes": ""})
    gina = License.objects.get(id=world.gina.license_id)
    assert gina.notifications is False
    assert gina.creates_boxes is True  # as it was: it takes effect with a full license only


def test_suspending_many_asks_twice_and_names_the_administrators(client, world, monkeypatch):
    monkeypatch.setattr("siegel.web.people.views_batch._MANY", 1)
    grant_role(
        actor=world.anna.actor,
        account_id=world.musterwerk.id,
        license_id=world.paul.license_id,
        role=Role.ADMIN,
        at=timezone.now(),
    )
    address = f"{PEOPLE}batch/suspend/?all=1&kind=full"
    text = client.get(address).text
    warning = text.split("darunter", 1)[1].split("</ul>")[0]
    assert "Paul" in warning
    assert re.search(r"Ja, alle \d+ sperren", text)
    plan = re.search(r'name="plan" value="(\w+)"', text).group(1)
    answer = client.post(address, {"plan": plan})
    assert answer.status_code == 422
    assert not License.objects.filter(state=LicenseState.SUSPENDED).exists()
    client.post(address, {"plan": plan, "sure": "1"})
    assert License.objects.get(id=world.paul.license_id).state == LicenseState.SUSPENDED


def test_who_is_emptied_is_not_offered_the_boxes(client, world):
    text = client.get(f"{PEOPLE}batch/hand-over/?license={world.paul.license_id}").text
    assert f'id="to-{world.tom.license_id}"' in text
    assert f'id="to-{world.paul.license_id}"' not in text
