"""Inviting in three steps: nothing happens before the last one, and nothing typed is lost."""

import re
from datetime import UTC, datetime
from html import unescape

import pytest
from django.test import Client
from django.utils import timezone

from siegel.accounts.models import Person, Profile, Protection, RegistrationLink, RoleGrant
from siegel.accounts.permissions import Role
from siegel.audit.models import Event, IdempotencyKey
from siegel.core.ids import new_id
from siegel.jobs.models import Job
from siegel.licensing import actions as licensing
from siegel.licensing.kinds import PoolKind
from siegel.licensing.models import GroupMember, License
from siegel.licensing.rules import RIGHTS as RIGHTS_OF_A_LICENSE
from tests import cast, make

pytestmark = pytest.mark.django_db
INVITE = "/a/musterwerk/people/invite/"
DETAILS = {
    "step": "details",
    "kind": "full",
    "email": "Jonas@Kanzlei.test",
    "first_name": "Jonas",
    "last_name": "Okafor",
    "organisation": "Kanzlei",
    "department": "Recht",
    "phone": "+49 89 123",
    "description": "Mandat 17",
}
RIGHTS = {
    "step": "rights",
    "roles": ["auditor"],
    "allowed": ["creates_boxes"],
    "sees": "own",
    "notifications": "on",
    "end": "none",
}
ACCESS = {
    "step": "access",
    "delivery": "copy",
    "language": "de",
    "message": "",
    "code": "none",
    "own_code": "",
    "days": "7",
}


@pytest.fixture
def world():
    return cast.assemble()


@pytest.fixture
def client(world) -> Client:
    client = Client()
    client.force_login(world.anna.login)
    return client


def whole(**change):
    return DETAILS | RIGHTS | ACCESS | {"attempt": "one"} | change


def fields(page):
    """Return the hidden fields of the page's form, as a browser would send them."""
    form = page.text[page.text.index('name="attempt"') - 30 :]
    found = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', form)
    sent: dict[str, list[str]] = {}
    for name, value in found:
        sent.setdefault(name, []).append(unescape(value))
    return sent


def everything():
    tables = (Person, Profile, License, RegistrationLink, RoleGrant, Event, Job, IdempotencyKey)
    return [table.objects.count() for table in tables]


def test_three_steps_lead_to_the_link_and_only_the_last_one_changes_anything(client, world):
    before = everything()
    page = client.get(INVITE)
    assert 'aria-current="step"' in page.text
    assert "Schritt 1 von 3:" in page.text
    page = client.post(INVITE, fields(page) | DETAILS | {"go": "next"})
    assert "Schritt 2 von 3:" in page.text
    assert "Für Jonas Okafor, Volllizenz" in page.text
    rights = {name: value for name, value in RIGHTS.items() if name != "step"}
    page = client.post(INVITE, fields(page) | rights | {"go": "next"})
    assert "Schritt 3 von 3:" in page.text
    assert everything() == before
    access = {name: value for name, value in ACCESS.items() if name != "step"}
    page = client.post(INVITE, fields(page) | access | {"go": "next"})
    assert "/r/" in page.text
    assert "Jonas Okafor ist eingeladen" in page.text
    profile = Profile.objects.get(email="jonas@kanzlei.test")
    assert (profile.department, profile.description) == ("Recht", "Mandat 17")
    assert list(profile.roles.values_list("role", flat=True)) == ["auditor"]
    link = RegistrationLink.objects.get(profile=profile)
    assert (link.expires_at - link.created_at).days == 7
    assert page.headers["Cache-Control"] == "private, no-store"


def test_back_keeps_what_was_typed_also_where_it_was_wrong(client):
    page = client.post(INVITE, DETAILS | {"go": "next"})
    page = client.post(INVITE, fields(page) | RIGHTS | {"go": "next"})
    page = client.post(INVITE, fields(page) | ACCESS | {"days": "999", "go": "back"})
    assert "Schritt 2 von 3:" in page.text
    assert re.search(r'value="auditor"[^>]*checked', page.text)
    page = client.post(INVITE, fields(page) | RIGHTS | {"go": "back"})
    assert 'value="Mandat 17"' in page.text
    assert 'value="Jonas@Kanzlei.test"' in page.text
    page = client.post(INVITE, fields(page) | DETAILS | {"go": "next"})
    page = client.post(INVITE, fields(page) | RIGHTS | {"go": "next"})
    assert 'value="999"' in page.text
    assert 'class="field-error"' not in page.text


def test_a_guest_has_no_roles_whatever_was_chosen_before(client):
    page = client.post(INVITE, DETAILS | {"kind": "guest", "go": "next"})
    assert "Sie haben keine Rollen" in page.text
    assert 'name="allowed"' not in page.text
    page = client.post(INVITE, whole(kind="guest"))
    assert "/r/" in page.text
    assert not RoleGrant.objects.filter(profile__email="jonas@kanzlei.test").exists()


@pytest.mark.parametrize(
    "change",
    [
        {"email": "jonas"},
        {"email": ""},
        {"email": "x" * 250 + "@kanzlei.test"},
        {"kind": "storage"},
        {"kind": ""},
        {"first_name": "J" * 81},
        {"description": "J" * 301},
        {"roles": ["owner"]},
        {"allowed": ["everything"]},
        {"sees": "nobody"},
        {"kind": "guest", "end": "never"},
        {"kind": "guest", "end": "date", "ends_on": ""},
        {"kind": "guest", "end": "date", "ends_on": "2020-02-30"},
        {"kind": "guest", "end": "date", "ends_on": "2020-01-01"},
        {"kind": "guest", "end": "idle", "idle_days": ""},
        {"kind": "guest", "end": "idle", "idle_days": "0"},
        {"days": "0"},
        {"days": "91"},
        {"days": "bald"},
        {"delivery": "pigeon"},
        {"language": "fr"},
        {"message": "m" * 301},
        {"code": "own", "own_code": "ab-1"},
        {"code": "own", "own_code": "x" * 61},
        {"code": "keep"},
    ],
)
def test_what_cannot_be_is_422_on_its_step_and_changes_nothing(client, change):
    before = everything()
    page = client.post(INVITE, whole(**change))
    assert page.status_code == 422
    assert 'class="field-error"' in page.text
    assert everything() == before


@pytest.mark.parametrize("step", ["", "access' OR 1", "rights"])
def test_a_step_that_was_left_out_is_asked_for(client, step):
    before = everything()
    page = client.post(INVITE, {"step": step, "go": "next"})
    assert page.status_code == 422
    assert "Schritt 1 von 3:" in page.text
    assert everything() == before


def test_a_holder_is_found_on_the_first_step_in_any_case(client, world):
    page = client.post(INVITE, DETAILS | {"email": "PAUL@Musterwerk.TEST", "go": "next"})
    assert page.status_code == 422
    assert f"/a/musterwerk/people/{world.paul.license_id}/" in page.text


def test_a_full_pool_is_refused_on_the_first_step_with_ways_out(client, world):
    make.book(world.musterwerk, full=6)
    page = client.post(INVITE, DETAILS | {"go": "next"})
    assert page.status_code == 422
    assert 'href="/a/musterwerk/portal/' in page.text
    assert 'value="Jonas@Kanzlei.test"' in page.text


@pytest.mark.parametrize(("kind", "organisation"), [("full", "Musterwerk GmbH"), ("guest", "")])
def test_a_full_license_is_of_the_own_organisation_unless_said_otherwise(
    client, kind, organisation
):
    client.post(INVITE, whole(kind=kind, organisation=" "))
    assert Profile.objects.get(email="jonas@kanzlei.test").organisation == organisation


def test_the_same_attempt_twice_invites_once(client):
    client.post(INVITE, whole(delivery="mail"))
    licenses, jobs = License.objects.count(), Job.objects.count()
    page = client.post(INVITE, whole(delivery="mail"), follow=True)
    assert "/link/" in page.redirect_chain[-1][0]
    assert (License.objects.count(), Job.objects.count()) == (licenses, jobs)


def test_another_person_with_the_same_attempt_is_a_conflict(client):
    client.post(INVITE, whole())
    assert client.post(INVITE, whole(email="other@kanzlei.test")).status_code == 409


def test_only_the_roles_within_reach_are_offered_and_taken(client, world):
    client.force_login(world.tom.login)
    page = client.post(INVITE, DETAILS | {"go": "next"})
    offered = {role for role in Role if f'name="roles" value="{role}"' in page.text}
    assert offered == {Role.ADMIN, Role.AUDITOR}
    page = client.post(INVITE, whole(roles=["registration_admin"]))
    assert page.status_code == 422
    assert not Profile.objects.filter(email="jonas@kanzlei.test").exists()


def test_a_pass_code_is_made_up_shown_once_and_stored_as_a_hash(client):
    page = client.post(INVITE, whole(code="new"))
    code = page.context["handed"].pass_code
    assert re.fullmatch(r"[A-HJ-NP-Z2-9]{4}-[A-HJ-NP-Z2-9]{4}", code)
    assert f'value="{code}"' in page.text
    link = RegistrationLink.objects.get(profile__email="jonas@kanzlei.test")
    assert code not in link.pass_code
    assert code.replace("-", "").lower() not in link.pass_code
    again = client.post(INVITE, whole(code="new"), follow=True)
    assert code not in again.text
    assert "wurde einmal angezeigt" in again.text
    assert not any(code in str(event.data) for event in Event.objects.all())


def test_the_own_pass_code_is_shown_beside_the_link(client):
    page = client.post(INVITE, whole(code="own", own_code=" Wald 4711 "))
    assert 'value="Wald 4711"' in page.text


def test_a_mail_in_the_chosen_language_with_the_message(client, mailoutbox):
    from siegel.jobs.worker import run_jobs

    client.post(INVITE, whole(delivery="mail", language="en", message="See you\non Monday"))
    run_jobs()
    (mail,) = mailoutbox
    assert mail.subject == "Musterwerk GmbH invites you to Siegel"
    assert "Anna Krüger writes: See you on Monday" in mail.body
    assert "/r/" in mail.body


def test_available_licenses_stand_beside_each_kind(client, world):
    guests = make.pool(world.musterwerk, PoolKind.GUEST)
    text = client.get(INVITE).text
    assert f"Gastlizenz: {guests.booked - guests.used} von {guests.booked} verfügbar" in text


def test_typed_text_comes_back_as_text(client):
    page = client.post(INVITE, DETAILS | {"first_name": "<b>\"'&", "go": "next"})
    assert "<b>\"'&" not in page.text
    assert fields(page)["first_name"] == ["<b>\"'&"]


def license_of(email="jonas@kanzlei.test"):
    return License.objects.get(holder__email=email, released_at=None)


def test_rights_groups_and_visibility_are_those_that_were_chosen(client, world):
    law = licensing.create_group(
        actor=world.anna.actor, account_id=world.musterwerk.id, name="Recht", at=timezone.now()
    )
    page = client.post(INVITE, DETAILS | {"go": "next"})
    assert "Recht" in page.text
    client.post(INVITE, whole(groups=[str(law)], notifications=""))
    given = license_of()
    assert given.creates_boxes
    assert not (given.creates_temporary_boxes or given.invites_guests or given.notifications)
    assert given.sees == "own"
    assert GroupMember.objects.filter(group=law, license=given).exists()
    assert client.post(INVITE, whole(groups=[str(new_id())], attempt="two")).status_code == 422


def test_what_is_proposed_is_what_every_new_license_has(client, world):
    page = client.post(INVITE, DETAILS | {"go": "next"})
    chosen = re.findall(r'name="allowed" value="(\w+)"[^>]*checked', page.text)
    usual = License.objects.get(id=world.paul.license_id)
    assert chosen == [name for name in RIGHTS_OF_A_LICENSE if getattr(usual, name)]
    assert re.search(r'name="notifications"[^>]*checked', page.text)


def test_a_guest_ends_at_midnight_of_a_day_or_when_idle(client, world):
    client.post(INVITE, whole(kind="guest", end="date", ends_on="2027-03-28"))
    assert license_of().ends_at == datetime(2027, 3, 28, 22, tzinfo=UTC)  # summer time began
    again = {"email": "idle@kanzlei.test", "attempt": "two"}
    client.post(INVITE, whole(kind="guest", end="idle", idle_days="45", **again))
    assert license_of("idle@kanzlei.test").idle_days == 45


def test_what_the_account_protects_is_kept_in_the_wizard(client, world):
    Protection.objects.update_or_create(
        account_id=world.musterwerk.id,
        defaults={"server_invitations": False, "pass_code_required": True},
    )
    page = client.post(INVITE, DETAILS | RIGHTS | {"go": "next"})
    assert 'name="delivery" value="mail"' not in page.text
    assert 'name="code" value="none"' not in page.text
    assert client.post(INVITE, whole(delivery="mail", code="new")).status_code == 422
    assert client.post(INVITE, whole(code="none")).status_code == 422
    assert "/r/" in client.post(INVITE, whole(code="new")).text
    person = f"/a/musterwerk/people/{license_of().id}/"
    assert "link/mail/" not in client.get(f"{person}access/").text
    assert client.post(f"{person}link/mail/").status_code == 409
