"""The tab "Admin-Protokoll": who reads it, what it says, its filters, pages and files."""

import csv
import io
import re
from datetime import UTC, datetime, timedelta

import openpyxl
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from siegel.accounts.actions import PersonData, create_api_token
from siegel.accounts.models import Profile
from siegel.accounts.permissions import Role
from siegel.audit.actions import record
from siegel.audit.models import Event
from siegel.licensing.kinds import PoolKind
from siegel.workflows.change_roles import grant_role
from siegel.workflows.invite_person import invite_person
from siegel.workflows.suspend_license import suspend_license
from tests import cast, make

pytestmark = pytest.mark.django_db
LOG = "/a/musterwerk/settings/log/"
EXPORT = f"{LOG}export/"


@pytest.fixture
def world():
    """Tom suspends Paul, Anna makes Paul an auditor and books two licenses more."""
    made = cast.assemble()
    home = made.musterwerk
    at = datetime(2026, 5, 4, 22, 30, tzinfo=UTC)  # 0:30 on the fifth in Berlin
    suspend_license(
        actor=made.tom.actor, account_id=home.id, license_id=made.paul.license_id, at=at
    )
    grant_role(
        actor=made.anna.actor,
        account_id=home.id,
        license_id=made.tom.license_id,
        role=Role.AUDITOR,
        at=at + timedelta(days=1),
    )
    make.book(home, at=at + timedelta(days=2), full=12)
    return made


@pytest.fixture
def client(world):
    client = Client()
    client.force_login(world.otto.login)  # the auditor
    return client


def rows_of(page):
    body = page.partition("<tbody>")[2].partition("</tbody>")[0]
    found = re.findall(r"<tr>(.*?)</tr>", body, re.DOTALL)
    return [" ".join(re.sub(r"<[^>]+>", " ", row).split()) for row in found]


def test_it_tells_the_newest_first_in_the_readers_language_and_the_accounts_time(client):
    booked, granted, suspended = rows_of(client.get(LOG).text)[:3]
    assert booked == (
        "07.05.2026, 00:30 Siegel hat die Buchung geändert Volllizenzen: 10 → 12 "
        "Buchungen automatisch"
    )
    assert "06.05.2026, 00:30 Anna Krüger hat Tom Brandt die Rolle „Auditor“ gegeben" in granted
    assert suspended.startswith("05.05.2026, 00:30 Tom Brandt hat Paul Özdemir gesperrt Zugang")
    client.post("/language/", {"language": "en", "next": LOG})
    english = rows_of(client.get(LOG).text)
    assert "Tom Brandt suspended Paul Özdemir Access" in english[2]
    assert "Anna Krüger gave Tom Brandt the role “Auditor” Roles and rights" in english[1]


def test_auditors_see_this_tab_and_none_that_they_may_not_open(world, client):
    page = client.get(LOG).text
    assert f'href="{LOG}" aria-current="page">Admin-Protokoll</a>' in page
    assert '/a/musterwerk/settings/account/"' not in page
    assert "/a/musterwerk/settings/api/" not in page
    assert "/a/musterwerk/people/" not in page
    start = client.get("/a/musterwerk/").text
    assert f'href="{LOG}"' in start
    client.force_login(world.anna.login)
    page = client.get(LOG).text
    assert "/a/musterwerk/settings/account/" in page
    assert f'<a href="/a/musterwerk/people/{world.paul.license_id}/">Paul Özdemir</a>' in page
    assert f'href="{LOG}"' not in client.get("/a/musterwerk/").text


@pytest.mark.parametrize(
    ("who", "status"), [("bea", 403), ("paul", 404), ("gina", 403), ("xaver", 404)]
)
def test_others_do_not_read_it(world, who, status):
    client = Client()
    client.force_login(getattr(world, who).login)
    for address in (LOG, f"{LOG}people/?who=anna", f"{EXPORT}?format=csv"):
        assert client.get(address).status_code == status
        assert client.post(address).status_code in {status, 405}


def test_filters_combine_also_in_the_file(world, client):
    def found(query):
        rows = rows_of(client.get(LOG + query).text)
        file = read_csv(client.get(f"{EXPORT}{query}&format=csv"))
        assert len(file) == len(rows) + 1
        return rows

    anna, tom, paul = (one.profile_id for one in (world.anna, world.tom, world.paul))
    assert len(found(f"?actor={anna}&type=roles")) == 1
    assert found(f"?actor={tom}&type=roles") == []
    assert len(found(f"?actor={tom}&subject={paul}&type=access")) == 1
    assert "gesperrt" in found("?since=05.05.2026&until=2026-05-05")[0]
    assert all("Buchungen" in row for row in found("?type=bookings"))
    assert all("automatisch" in row for row in found("?channel=system"))
    assert found("?channel=command&type=settings") == [
        "15.01.2026, 10:00 Der Betreiber hat das Konto eröffnet Einstellungen Kommandozeile"
    ]


def test_who_is_typed_is_found_and_chosen_without_scripts(world, client):
    answer = client.get(f"{LOG}?who=özd&type=access&since=2026-01-01")
    paul = world.paul.profile_id
    assert answer.headers["Location"] == f"{LOG}?type=access&since=2026-01-01&actor={paul}"
    by_address = client.get(f"{LOG}?whom=PAUL@musterwerk.test&actor={world.tom.profile_id}")
    tom = world.tom.profile_id
    assert by_address.headers["Location"] == f"{LOG}?actor={tom}&subject={paul}"
    page = client.get(by_address.headers["Location"]).text
    assert f'<input type="hidden" name="subject" value="{paul}">' in page
    assert f'href="{LOG}?actor={tom}" class' in page  # without the affected person
    assert len(rows_of(page)) == 1


def test_several_who_fit_are_offered_and_nobody_says_so(world, client):
    make.person(world.musterwerk, "paula@musterwerk.test", "Paula", "Ott")
    page = client.get(f"{LOG}?whom=pau&who=tom", follow=True).text
    assert "Betroffene Person: Wen meinen Sie mit „pau“?" in page
    tom, paul = world.tom.profile_id, world.paul.profile_id
    assert f'href="{LOG}?actor={tom}&amp;subject={paul}"' in page
    assert "<tbody>" not in page
    assert "Niemand in diesem Konto passt zu „xaver“" in client.get(f"{LOG}?who=xaver").text
    assert "Niemand in diesem Konto passt zu „%“" in client.get(f"{LOG}?who=%25").text
    assert client.get(f"{EXPORT}?who=pau&format=csv").status_code == 422


def test_the_field_is_given_people_to_choose_from(world, client):
    options = client.get(f"{LOG}people/?whom=öz").text
    assert options.strip() == '<option value="paul@musterwerk.test">Paul Özdemir</option>'
    assert client.get(f"{LOG}people/?who=xaver").text.strip() == ""
    assert client.get(f"{LOG}people/").text.strip() == ""


def test_people_of_another_account_narrow_nothing_but_do_not_exist(world, client):
    assert client.get(f"{LOG}?actor={world.xaver.profile_id}").status_code == 404
    assert client.get(f"{LOG}?subject=x").status_code == 404
    assert client.get(f"{LOG}?type=x&channel=y&page=z").status_code == 200


@pytest.mark.parametrize(
    "query", ["?since=nie", "?until=2026-02-30", "?since=02.05.2026&until=01.05.2026"]
)
def test_a_period_that_cannot_be_read_is_422_with_one_sentence(client, query):
    for address in (LOG + query, f"{EXPORT}{query}&format=csv"):
        assert client.get(address).status_code == 422


def test_nothing_found_says_so_and_leads_back(client):
    page = client.get(f"{LOG}?type=imports").text
    assert "Keine Einträge" in page
    assert f'href="{LOG}"' in page


def test_pages_lead_through_everything_and_keep_the_filter(world, client):
    for number in range(120):
        record(
            account_id=world.musterwerk.id,
            actor_id=world.anna.person_id,
            door="web",
            verb="license.suspend",
            at=make.START + timedelta(minutes=number),
            subject_id=world.paul.person_id,
        )
    address, seen = f"{LOG}?type=access&actor={world.anna.profile_id}", []
    while address:
        page = client.get(address).text
        seen += rows_of(page)
        older = re.search(r'rel="next" href="([^"]+)"', page)
        assert not older or "type=access" in older[1]
        address = LOG + older[1].replace("&amp;", "&") if older else ""
    assert len(seen) == 120


def test_it_costs_the_same_statements_for_few_and_for_many(world, client):
    def count():
        with CaptureQueriesContext(connection) as statements:
            client.get(LOG)
        return len(statements)

    count()
    few = count()
    for number in range(60):
        who = (world.anna, world.tom, world.gina)[number % 3]
        record(
            account_id=world.musterwerk.id,
            actor_id=who.person_id,
            door="web",
            verb="license.suspend",
            at=timezone.now(),
            subject_id=(world.paul, world.ines)[number % 2].person_id,
        )
    assert count() == few


def test_names_are_those_of_this_account_today(world, client):
    Profile.objects.filter(id=world.paul.profile_id).update(first_name="", last_name="Person 17")
    world.paul.login.__class__.objects.filter(id=world.paul.person_id).update(last_name="Geheim")
    page = client.get(LOG).text
    assert "Tom Brandt hat Person 17 gesperrt" in " ".join(rows_of(page))
    assert "Geheim" not in page


def test_tokens_are_told_by_their_label_and_markup_stays_text(world, client):
    create_api_token(
        actor=world.anna.actor,
        account_id=world.musterwerk.id,
        label="<b>Lohnlauf</b>",
        days=30,
        at=datetime(2026, 6, 1, 9, tzinfo=UTC),
    )
    page = client.get(LOG).text
    assert "Anna Krüger hat den Zugangsschlüssel „&lt;b&gt;Lohnlauf&lt;/b&gt;“ erstellt" in page
    assert "Gültig bis: 01.07.2026, 11:00" in page
    event = Event.objects.latest("id")
    assert "Lohnlauf" not in str(event.data)


def read_csv(response):
    text = response.getvalue().decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text), delimiter=";"))


def test_the_file_says_what_the_page_says(world, client):
    invite_person(
        actor=world.anna.actor,
        account_id=world.musterwerk.id,
        person=PersonData("=1+1@kanzlei.test", "=HYPERLINK(1)", "Falle"),
        kind=PoolKind.GUEST,
        at=timezone.now(),
    )
    heading, invited, booked, *_rest = read_csv(client.get(f"{EXPORT}?format=csv"))
    assert heading[:4] == ["Zeitpunkt", "Art", "Vorgang", "Details"]
    assert booked == [
        "2026-05-07 00:30:00",
        "Buchungen",
        "Siegel hat die Buchung geändert",
        "Volllizenzen: 10 → 12",
        "Siegel",
        "",
        "",
        "automatisch",
    ]
    assert invited[5:7] == ["'=HYPERLINK(1) Falle", "'=1+1@kanzlei.test"]
    response = client.get(f"{EXPORT}?format=xlsx")
    assert response.headers["Content-Disposition"].startswith(
        'attachment; filename="musterwerk-admin-protokoll-'
    )
    sheet = openpyxl.load_workbook(io.BytesIO(response.getvalue())).active
    rows = list(sheet.iter_rows(values_only=True))
    assert rows[2][0] == datetime(2026, 5, 7, 0, 30)
    assert rows[2][2] == "Siegel hat die Buchung geändert"
    assert len(rows) == Event.objects.filter(account_id=world.musterwerk.id).count() + 1
    assert client.get(f"{EXPORT}?format=pdf").status_code == 422
