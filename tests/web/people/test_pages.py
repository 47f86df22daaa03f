"""The user list and the pages of one person, through requests."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from siegel.accounts.actions import PersonData
from siegel.accounts.models import RegistrationLink, RoleGrant
from siegel.accounts.permissions import Role
from siegel.audit.actions import record
from siegel.licensing import actions
from siegel.licensing.kinds import LicenseState, PoolKind
from siegel.licensing.models import License
from siegel.workflows.invite_person import invite_person
from siegel.workflows.suspend_license import activate_license, suspend_license
from tests import cast, make

pytestmark = pytest.mark.django_db
PEOPLE = "/a/musterwerk/people/"
REMOVE = PEOPLE + "remove/"
TABS = ("", "permissions/", "access/", "history/")


@pytest.fixture
def world():
    return cast.assemble()


@pytest.fixture
def client(world) -> Client:
    client = Client()
    client.force_login(world.anna.login)
    return client


def of(somebody, rest=""):
    return f"{PEOPLE}{somebody.license_id}/{rest}"


def pages(world):
    one = world.paul
    return [
        PEOPLE,
        f"{PEOPLE}invite/",
        f"{PEOPLE}remove/",
        *(of(one, rest) for rest in (*TABS, "edit/", "link/", "release/", "roles/auditor/")),
        of(one, "roles/?role=auditor"),
        "/a/musterwerk/settings/api/",
    ]


def posts(world):
    one = world.paul
    return [
        f"{PEOPLE}invite/",
        f"{PEOPLE}remove/",
        *(
            of(one, rest)
            for rest in (
                "edit/",
                "link/new/",
                "suspend/",
                "activate/",
                "roles/auditor/",
            )
        ),
        "/a/musterwerk/settings/api/",
        f"/a/musterwerk/settings/api/{one.license_id}/revoke/",
    ]


@pytest.mark.parametrize("who", ["bea", "otto", "paul", "gina"])
def test_members_without_the_role_get_403_everywhere(world, who):
    client = Client()
    client.force_login(getattr(world, who).login)
    assert {client.get(page).status_code for page in pages(world)} == {403}
    assert {client.post(page).status_code for page in posts(world)} == {403}


def test_strangers_and_the_invited_get_404(world):
    for who in (world.xaver, world.ines):
        client = Client()
        client.force_login(who.login)
        assert {client.get(page).status_code for page in pages(world)} == {404}
        assert {client.post(page).status_code for page in posts(world)} == {404}


def test_the_own_account_does_not_open_other_accounts_people(world, client):
    for rest in (*TABS, "edit/", "link/", "release/", "roles/auditor/"):
        assert client.get(of(world.xaver, rest)).status_code == 404
    for rest in ("edit/", "link/new/", "suspend/", "activate/"):
        assert client.post(of(world.xaver, rest)).status_code == 404


def test_who_is_not_signed_in_is_sent_to_the_sign_in(world):
    assert Client().get(PEOPLE).headers["Location"].startswith("/sign-in/?next=")


def test_the_list_shows_everybody_with_kind_role_and_status(client):
    text = client.get(PEOPLE).text
    assert "1 bis 7 von 7" in text
    for word in (
        "<b>Özdemir</b>, Paul",
        "7 Benutzer",
        "Gastlizenz",
        "Registrierungsadministrator",
        "eingeladen",
        "Kanzlei Rossi",
    ):
        assert word in text


@pytest.mark.parametrize("signs", ["%25", "_", "%25%25"])
def test_signs_that_mean_everything_to_a_database_find_nobody(client, signs):
    assert "Niemand gefunden" in client.get(f"{PEOPLE}?q={signs}").text


def test_the_list_says_who_gave_a_license(client, world):
    make.invited(world.anna, "jonas@kanzlei.test")
    client.post(f"{PEOPLE}columns/", {"column": ["since", "creator"], "do": "choose"})
    assert "Anna Krüger" in client.get(f"{PEOPLE}?q=jonas").text
    assert "automatisch" in client.get(f"{PEOPLE}?q=gina").text
    assert "15.01.2026" in client.get(f"{PEOPLE}?q=gina").text


def test_search_and_filters_narrow_the_list(client):
    assert "1 bis 1 von 1" in client.get(f"{PEOPLE}?q=ozd").text
    assert "<b>Rossi</b>, Gina" in client.get(f"{PEOPLE}?kind=guest").text
    assert "<b>Neu</b>, Ines" in client.get(f"{PEOPLE}?state=invited").text
    assert "Niemand gefunden" in client.get(f"{PEOPLE}?q=zzz&role=admin").text


@pytest.mark.parametrize("query", ["kind=x", "state=gone", "role=king", "unused=-1", "sort=x"])
def test_a_filter_that_is_none_narrows_nothing(client, query):
    assert "von 7" in client.get(f"{PEOPLE}?{query}").text


def tokenless(response):
    """Return the page without what is new in every answer."""
    return re.sub(r'(name="csrfmiddlewaretoken" value=")\w+', r"\1", response.text)


def test_htmx_gets_the_list_alone_and_the_tidy_address(client):
    url = f"{PEOPLE}?q=gina&kind=&state=&sort=name"
    part = client.get(url, headers={"HX-Request": "true"})
    whole = client.get(url)
    assert "<html" not in part.text
    assert tokenless(part).strip() in tokenless(whole)
    assert part.headers["HX-Replace-Url"] == f"{PEOPLE}?q=gina&sort=name"
    assert "HX-Request" in whole.headers["Vary"]


def test_the_list_costs_the_same_statements_for_few_and_for_many(client, world):
    def count():
        with CaptureQueriesContext(connection) as statements:
            client.get(PEOPLE)
        return len(statements)

    count()
    few = count()
    make.book(world.musterwerk, full=80)
    make.people(world.musterwerk, 60)
    assert count() <= few


def test_paging_keeps_its_place(client, world):
    make.book(world.musterwerk, full=80)
    make.people(world.musterwerk, 60)
    first = client.get(PEOPLE)
    page = first.context["page"]
    second = client.get(f"{PEOPLE}?page={page.next}")
    assert "51 bis 67 von 67" in second.text
    back = client.get(f"{PEOPLE}?page={second.context['page'].previous}")
    assert back.context["people"] == first.context["people"]


def test_a_past_moment_has_the_rows_of_its_figure(client, world):
    actions.release_license(
        actor=world.anna.actor,
        account_id=world.musterwerk.id,
        license_id=world.paul.license_id,
        at=timezone.now(),
    )
    assert "von 5" in client.get(f"{PEOPLE}?kind=full").text
    assert "von 6" in client.get(f"{PEOPLE}?kind=full&at=2026-02-01").text
    assert "Damals hatte niemand" in client.get(f"{PEOPLE}?at=2025-02-01").text
    assert client.get(f"{PEOPLE}?at=gestern").status_code == 422


def test_the_history_of_a_person_tells_everything_newest_first(client, world):
    invite_person(
        actor=world.anna.actor,
        account_id=world.musterwerk.id,
        person=PersonData("jonas@kanzlei.test", "Jonas"),
        kind=PoolKind.GUEST,
        at=timezone.now(),
    )
    jonas = License.objects.get(holder__email="jonas@kanzlei.test")
    actions.accept_license(holder_id=jonas.holder_id, at=timezone.now())
    for act in (suspend_license, activate_license):
        act(
            actor=world.tom.actor,
            account_id=world.musterwerk.id,
            license_id=jonas.id,
            at=timezone.now(),
        )
    address = f"{PEOPLE}{jonas.id}/history/"
    text = client.get(address).text
    told = [
        "Tom Brandt hat Jonas entsperrt",
        "Tom Brandt hat Jonas gesperrt",
        "Anna Krüger hat Jonas eingeladen: Gastlizenz",
        "Link per E-Mail versendet",
    ]
    places = [text.index(words) for words in told]
    assert places == sorted(places)
    licenses = client.get(f"{address}?type=licenses").text
    assert "eingeladen" in licenses
    assert "gesperrt" not in licenses.partition("<tbody>")[2]
    assert "Keine Einträge" in client.get(f"{address}?type=imports").text


def test_the_history_leads_through_all_its_pages(client, world):
    for number in range(60):
        record(
            account_id=world.musterwerk.id,
            actor_id=world.anna.person_id,
            door="web",
            verb="license.suspend" if number % 2 else "license.activate",
            at=make.START + timedelta(minutes=number),
            subject_id=world.gina.person_id,
        )
    kept = "list=q%3Drossi"
    text = client.get(of(world.gina, f"history/?{kept}&type=access")).text
    assert text.count("<tr><td") == 50
    (older,) = re.findall(r'rel="next" href="([^"]+)"', text)
    assert kept in older
    second = client.get(of(world.gina, "history/") + older.replace("&amp;", "&")).text
    assert second.count("<tr><td") == 10
    assert 'rel="prev"' in second


def test_the_link_page_of_somebody_registered_leads_to_the_person(client, world):
    assert client.get(of(world.paul, "link/")).headers["Location"] == of(world.paul, "access/")
    assert client.post(of(world.paul, "link/new/")).status_code == 409


def test_removing_previews_and_then_does_it(client, world):
    old = client.get(of(world.tom, "release/"))
    assert old.headers["Location"] == f"{REMOVE}?license={world.tom.license_id}"
    preview = client.get(old.headers["Location"])
    assert "Die Rolle „Administrator“ wird entzogen" in preview.text
    data = {"license": world.tom.license_id, "plan": preview.context["plan"].hash, "do": "remove"}
    response = client.post(REMOVE, data, follow=True)
    assert "liegt im Papierkorb" in response.text
    assert License.objects.get(id=world.tom.license_id).state == LicenseState.RELEASED
    again = client.post(REMOVE, data)
    assert again.status_code == 302
    assert "Freigegeben" in client.get(of(world.tom)).text


def test_removing_without_the_preview_is_409(client, world):
    data = {"license": world.tom.license_id, "plan": "x", "do": "remove"}
    response = client.post(REMOVE, data)
    assert response.status_code == 409
    assert "Das ist nicht mehr der Stand" in response.text
    assert License.objects.get(id=world.tom.license_id).state == LicenseState.ACTIVE


def test_nobody_removes_themselves_in_the_browser(client, world):
    assert client.get(f"{REMOVE}?license={world.anna.license_id}").status_code == 409
    text = client.get(of(world.anna, "access/")).text
    assert "Das ist Ihre eigene Lizenz" in text
    assert "people/remove/" not in text


def test_roles_are_previewed_given_and_withdrawn(client, world):
    chosen = client.get(of(world.paul, "roles/?role=auditor"))
    assert chosen.headers["Location"] == of(world.paul, "roles/auditor/")
    assert "Paul Özdemir wird" in client.get(of(world.paul, "roles/auditor/")).text
    client.post(of(world.paul, "roles/auditor/"), {"do": "grant"})
    assert RoleGrant.objects.filter(profile_id=world.paul.profile_id, role=Role.AUDITOR).exists()
    client.post(of(world.paul, "roles/auditor/"), {"do": "withdraw"})
    assert not RoleGrant.objects.filter(profile_id=world.paul.profile_id).exists()


def test_the_last_registration_administrator_is_refused_in_the_browser(client, world):
    response = client.post(of(world.anna, "roles/registration_admin/"), {"do": "withdraw"})
    assert response.status_code == 409
    assert "Anna Krüger" in response.text


def test_the_preview_itself_says_that_the_last_registration_administrator_stays(client, world):
    text = client.get(of(world.anna, "roles/registration_admin/")).text
    assert "Weiteren Registrierungsadministrator ernennen" in text
    assert f"{PEOPLE}?kind=full&amp;state=active" in text
    assert "Das wird passieren" not in text
    assert 'name="do"' not in text


def test_the_page_offers_only_the_roles_that_one_may_give(client, world):
    def offered(by):
        client.force_login(by.login)
        text = client.get(of(world.paul, "permissions/")).text
        return {role for role in Role if f'<option value="{role}"' in text}

    assert offered(world.anna) == set(Role)
    assert offered(world.tom) == {Role.ADMIN, Role.AUDITOR}
    assert client.get(of(world.paul, "roles/billing_admin/")).status_code == 403
    assert "roles/billing_admin/" not in client.get(of(world.bea, "permissions/")).text
    assert of(world.bea, "release/") not in client.get(of(world.bea, "access/")).text


def test_an_auditor_finds_the_license_ledger_and_no_way_into_a_403(client, world):
    client.force_login(world.otto.login)
    ledger = "/a/musterwerk/settings/account/ledger/"
    assert f'href="{ledger}"' in client.get("/a/musterwerk/").text
    page = client.get(ledger)
    assert page.status_code == 200
    assert 'href="/a/musterwerk/settings/account/"' not in page.text
    client.force_login(world.anna.login)
    assert f'href="{ledger}"' not in client.get("/a/musterwerk/").text


@pytest.mark.parametrize("rest", ["roles/king/", "roles/?role=king"])
def test_a_role_that_is_none_is_404(client, world, rest):
    assert client.get(of(world.paul, rest)).status_code == 404


def test_suspending_can_be_undone_from_the_toast(client, world):
    response = client.post(of(world.paul, "suspend/"), follow=True)
    assert of(world.paul, "activate/") in response.text
    client.post(of(world.paul, "activate/"))
    assert License.objects.get(id=world.paul.license_id).state == LicenseState.ACTIVE


def test_details_are_corrected_and_found_again(client, world):
    typed = dict.fromkeys(("first_name", "organisation", "department", "description"), "")
    typed |= {"last_name": "Müller", "phone": "+49 30 1"}
    response = client.post(of(world.paul, "edit/"), typed)
    assert response.status_code == 302
    assert "Müller" in client.get(f"{PEOPLE}?q=mueller").text
    too_long = typed | {"last_name": "M" * 81}
    assert client.post(of(world.paul, "edit/"), too_long).status_code == 422
    assert client.post(of(world.paul, "edit/"), {"last_name": "Nur"}).status_code == 422
    assert "Müller" in client.get(f"{PEOPLE}?q=mueller").text


def test_actions_answer_only_post(client, world):
    for rest in ("suspend/", "activate/", "link/mail/"):
        assert client.get(of(world.paul, rest)).status_code == 405


def test_after_suspending_and_removing_the_list_is_as_it_was(client, world):
    kept = "?list=q%3Dbrandt%26sort%3D-name"
    back = f"{PEOPLE}?q=brandt&sort=-name"
    assert of(world.tom, kept) in client.get(f"{back}&kind=").text
    for tab in TABS:
        page = client.get(of(world.tom, tab + kept)).text
        assert f'href="{back.replace("&", "&amp;")}"' in page
        for other in TABS:
            assert f'href="{of(world.tom, other + kept)}"' in page
    page = client.get(of(world.tom, "access/" + kept)).text
    address = f"{REMOVE}{kept}&license={world.tom.license_id}"
    assert address.replace("&", "&amp;") in page.replace("&amp;", "&").replace("&", "&amp;")
    assert client.post(of(world.tom, f"suspend/{kept}")).headers["Location"] == back
    assert client.post(of(world.tom, f"activate/{kept}")).headers["Location"] == back
    plan = client.get(address).context["plan"].hash
    data = {"license": world.tom.license_id, "plan": plan, "do": "remove"}
    assert client.post(f"{REMOVE}{kept}", data).headers["Location"] == back


def test_the_list_to_return_to_is_never_another_page(client, world):
    for strange in ("//evil.test/", "https%3A%2F%2Fevil.test", "next%3D%2Fme%2F"):
        answer = client.post(of(world.paul, f"suspend/?list={strange}"))
        assert answer.headers["Location"] == of(world.paul, "access/")
        client.post(of(world.paul, "activate/"))


def test_all_invited_people_are_mailed_after_a_preview(client, world):
    offer = f"{PEOPLE}links/?state=invited"
    assert offer in client.get(f"{PEOPLE}?state=invited").text
    assert offer.split("?", maxsplit=1)[0] not in client.get(PEOPLE).text
    preview = client.get(offer)
    assert "1 eingeladene Person erhält ihren Registrierungslink" in preview.text
    confirmed = {"plan": preview.context["plan"].hash, "to": "without"}
    for _twice in range(2):
        answer = client.post(offer, confirmed, follow=True)
        assert "unterwegs an 1 Person" in answer.text
    links = RegistrationLink.objects.filter(profile_id=world.ines.profile_id)
    assert links.count() == 1
    assert "einen neuen Link per E-Mail" in client.get(offer).text


def test_a_confirmation_for_other_people_than_previewed_is_409(client):
    answer = client.post(f"{PEOPLE}links/", {"plan": "x", "to": "all"})
    assert answer.status_code == 409
    assert "inzwischen etwas geändert" in answer.text


def test_the_four_tabs_of_a_person_mark_where_one_is(client, world):
    labels = ("Details", "Berechtigungen", "Zugang", "Verlauf")
    for tab, label in zip(TABS, labels, strict=True):
        text = client.get(of(world.paul, tab)).text
        assert f'href="{of(world.paul, tab)}" aria-current="page">{label}<' in text
        assert f"<title>{label}: Paul Özdemir" in text
        assert text.count('aria-current="page"') == 1


def test_guests_and_released_licenses_have_tabs_that_say_so(client, world):
    assert "nur haben, wer eine Volllizenz hat" in client.get(of(world.gina, "permissions/")).text
    actions.release_license(
        actor=world.anna.actor,
        account_id=world.musterwerk.id,
        license_id=world.paul.license_id,
        at=timezone.now(),
    )
    assert "hat keine Rollen" in client.get(of(world.paul, "permissions/")).text
    text = client.get(of(world.paul, "access/")).text
    assert "Freigegeben" in text.replace("freigegeben", "Freigegeben")
    assert "people/remove/" not in text


def test_roles_and_removals_lead_back_to_their_tab(client, world):
    given = client.post(of(world.paul, "roles/auditor/"), {"do": "grant"})
    assert given.headers["Location"] == of(world.paul, "permissions/")
    assert of(world.paul, "permissions/") in client.get(of(world.paul, "roles/admin/")).text
    assert of(world.paul, "access/") in client.get(of(world.paul, "release/"), follow=True).text
