"""Giving a license to somebody else on the page: asked, shown, confirmed, once."""

import re

import pytest
from django.test import Client
from django.utils import timezone

from siegel.accounts.actions import change_protection
from siegel.accounts.models import RegistrationLink
from siegel.accounts.protection import ProtectionFacts
from siegel.audit.models import Event
from siegel.jobs.models import Job
from siegel.licensing.kinds import LicenseState
from siegel.licensing.models import License
from siegel.workflows.suspend_license import suspend_license
from tests import cast, make

pytestmark = pytest.mark.django_db
NEW = "nora@musterwerk.test"


@pytest.fixture
def world():
    return cast.assemble()


@pytest.fixture
def client(world):
    browser = Client()
    browser.force_login(world.anna.login)
    return browser


def address(whom):
    return f"/a/musterwerk/people/{whom.license_id}/reassign/"


def text_of(response):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def fields_of(response):
    """Return what the confirmation's form would send."""
    page = response.content.decode().partition("Das wird geschehen")[2]
    fields = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page))
    return fields | dict.fromkeys(
        re.findall(r'type="checkbox" name="(\w+)"[^>]* checked', page), "on"
    )


def test_the_tab_asks_for_the_new_address(client, world):
    page = text_of(client.get(f"/a/musterwerk/people/{world.paul.license_id}/access/"))
    assert "Lizenz neu vergeben" in page
    assert "Neue E-Mail-Adresse" in page
    assert "Neu zuweisen" in page


def test_shown_then_done_then_the_link_to_copy(client, world):
    make.box(world.paul, members=(world.tom, world.gina), files=1, size=2_000_000_000)
    make.box(world.anna, members=(world.paul,))
    shown = client.get(address(world.paul), {"email": NEW, "first_name": "Nora", "last_name": ""})
    page = text_of(shown)
    assert shown.status_code == 200
    for said in (
        "Nora bekommt diese Lizenz: Volllizenz",
        "1 Box geht über",
        "2 GB · 2 Personen arbeiten darin unverändert weiter",
        "Der Platz in 1 Box anderer geht über",
        "Paul Özdemir hat keinen Zugang mehr zu diesem Konto",
        "Volllizenz: weiterhin 4 von 10 verfügbar.",
    ):
        assert said in page
    assert License.objects.get(id=world.paul.license_id).holder_id == world.paul.profile_id
    fields = fields_of(shown) | {"first_name": "Nora", "last_name": "Neu"}
    assert fields["mail"] == "on"
    done = client.post(address(world.paul), fields, follow=True)
    assert "Die Lizenz von Paul Özdemir ist neu vergeben: an Nora Neu." in text_of(done)
    assert re.search(r'id="link" readonly value="http://[^"]+/r/[\w-]{43}/"', done.content.decode())
    assert License.objects.get(id=world.paul.license_id).state == LicenseState.INVITED
    again = client.post(address(world.paul), fields, follow=True)
    assert "bereits ausgeführt" in text_of(again)
    assert Event.objects.filter(verb="license.reassign").count() == 1


def test_without_mail_nothing_is_sent(client, world):
    fields = fields_of(client.get(address(world.paul), {"email": NEW}))
    del fields["mail"]
    before = Job.objects.count()
    client.post(address(world.paul), fields)
    assert Job.objects.count() == before


def test_a_pass_code_is_shown_once(client, world):
    fields = fields_of(client.get(address(world.paul), {"email": NEW})) | {"code": "on"}
    done = client.post(address(world.paul), fields)
    assert re.search(r'id="code"[^>]* value="[A-Z2-9]{4}-[A-Z2-9]{4}"', done.content.decode())
    again = client.post(address(world.paul), fields, follow=True)
    assert 'id="code"' not in again.content.decode()
    assert RegistrationLink.objects.filter(profile__email=NEW).count() == 1


def test_where_every_link_needs_a_pass_code_one_is_made(client, world):
    change_protection(
        actor=world.anna.actor,
        account_id=world.musterwerk.id,
        wanted=ProtectionFacts(pass_code_required=True, server_invitations=False),
        at=timezone.now(),
    )
    shown = client.get(address(world.paul), {"email": NEW})
    assert "verlangt zu jedem Link einen Zugangscode" in text_of(shown)
    fields = fields_of(shown)
    assert "mail" not in fields
    done = client.post(address(world.paul), fields)
    assert 'id="code"' in done.content.decode()


def test_a_guest_is_promoted_and_a_colleague_takes_over(client, world):
    shown = client.get(address(world.paul), {"email": world.gina.email})
    page = text_of(shown)
    assert "Gina Rossi bekommt diese Volllizenz und ist kein Gast mehr" in page
    assert "Gastlizenz wird frei Danach sind 50 von 50 verfügbar." in page
    done = client.post(address(world.paul), fields_of(shown), follow=True)
    assert "neu vergeben: an Gina Rossi." in text_of(done)
    shown = client.get(address(world.ines), {"email": world.bea.email})
    assert "Bea Thiel übernimmt alles in die eigene Lizenz" in text_of(shown)
    assert client.post(address(world.ines), fields_of(shown)).status_code == 302


def test_roles_are_asked_about_where_there_are_any(client, world):
    asked = text_of(client.get(address(world.tom)))
    assert "Gehen auf die neue Person über: Administrator" in asked
    assert "Rollen" not in text_of(client.get(address(world.paul))).partition("Neue E-Mail")[2]
    ends = text_of(client.get(address(world.tom), {"email": NEW}))
    assert "Die Rolle „Administrator“ endet und geht nicht über" in ends
    keeps = client.get(address(world.tom), {"email": NEW, "roles": "keep"})
    assert f"Die Rolle „Administrator“ geht auf {NEW} über" in text_of(keeps)


@pytest.mark.parametrize(
    ("email", "status", "sentence"),
    [
        ("", 422, "dieses Feld"),
        ("keine", 422, "E-Mail-Adresse"),
        ("paul@musterwerk.test", 409, "Paul Özdemir hat diese Lizenz bereits."),
        ("anna@musterwerk.test", 409, "Niemand weist sich selbst"),
        ("bea@musterwerk.test", 409, "Bea Thiel ist gesperrt."),
    ],
)
def test_each_no_is_one_sentence_beside_what_was_typed(client, world, email, status, sentence):
    suspend_license(
        actor=world.anna.actor,
        account_id=world.musterwerk.id,
        license_id=world.bea.license_id,
        at=timezone.now(),
    )
    for answer in (
        client.get(address(world.paul), {"email": email}),
        client.post(address(world.paul), {"email": email, "plan": "0" * 64}),
    ):
        assert answer.status_code == status
        assert sentence in text_of(answer)
        assert f'value="{email}"' in answer.content.decode() or not email


def test_an_overtaken_plan_is_shown_anew(client, world):
    fields = fields_of(client.get(address(world.paul), {"email": NEW}))
    make.box(world.paul)
    answer = client.post(address(world.paul), fields)
    assert answer.status_code == 409
    assert "inzwischen etwas geändert" in text_of(answer)
    assert client.post(address(world.paul), fields_of(answer)).status_code == 302


def test_one_s_own_license_and_those_above_offer_nothing(client, world):
    own = client.get(f"/a/musterwerk/people/{world.anna.license_id}/access/")
    assert "Neue E-Mail-Adresse" not in text_of(own)
    answer = client.get(address(world.anna), {"email": NEW})
    assert answer.status_code == 409
    assert "eigene Lizenz" in text_of(answer)
    tom = Client()
    tom.force_login(world.tom.login)
    assert tom.get(address(world.anna), {"email": NEW}).status_code == 403
