"""The invitation on a person's page: link shown, mailed again, made anew, mail in trouble."""

from datetime import timedelta
from smtplib import SMTPException

import pytest
from django.test import Client
from django.utils import timezone

from siegel.accounts.models import RegistrationLink
from siegel.jobs.models import Job
from siegel.jobs.worker import run_jobs
from siegel.licensing.models import License
from siegel.workflows.accept_invitation import WrongPassCode, accept_invitation, register
from tests import cast, make

pytestmark = pytest.mark.django_db
PEOPLE = "/a/musterwerk/people/"
COPY = {"delivery": "copy", "code": "keep", "days": "3", "language": "de"}


@pytest.fixture
def world():
    return cast.assemble()


@pytest.fixture
def client(world) -> Client:
    client = Client()
    client.force_login(world.anna.login)
    return client


def of(invitation, rest=""):
    return f"{PEOPLE}{invitation.license_id}/{rest}"


def link_of(invitation):
    return RegistrationLink.objects.get(profile_id=invitation.profile_id, withdrawn_at=None)


def server_down(monkeypatch):
    def refuse(*_args, **_kwargs):
        raise SMTPException("the server is down for jonas@kanzlei.test")

    monkeypatch.setattr("django.core.mail.backends.locmem.EmailBackend.send_messages", refuse)


def test_who_has_no_link_yet_is_offered_one(client, world):
    assert "noch keinen Registrierungslink" in client.get(of(world.ines, "access/")).text
    assert "noch kein Link" in client.get(f"{PEOPLE}?state=invited").text
    answer = client.post(of(world.ines, "link/mail/"), follow=True)
    assert "Ein neuer Link ist unterwegs an ines@musterwerk.test" in answer.text
    assert "noch kein Link" not in client.get(f"{PEOPLE}?state=invited").text


def test_mailing_again_sends_the_same_link(client, world, mailoutbox):
    invitation = make.invited(world.anna, "jonas@kanzlei.test", mail=True)
    run_jobs()
    assert "ging am" in client.get(of(invitation, "access/")).text
    client.post(of(invitation, "link/mail/"))
    assert "unterwegs" in client.get(of(invitation, "access/")).text
    run_jobs()
    assert [invitation.link in mail.body for mail in mailoutbox] == [True, True]


def test_an_expired_link_is_told_and_replaced_with_its_terms(client, world):
    long_ago = timezone.now() - timedelta(days=20)
    invitation = make.invited(
        world.anna, "jonas@kanzlei.test", at=long_ago, pass_code="wald-4711", language="en"
    )
    assert "unbenutzt abgelaufen" in client.get(of(invitation, "access/")).text
    assert "Link abgelaufen" in client.get(f"{PEOPLE}?state=invited").text
    old = link_of(invitation)
    client.post(of(invitation, "link/mail/"))
    new = link_of(invitation)
    assert new.id != old.id
    assert (new.pass_code, new.language) == (old.pass_code, "en")
    assert new.expires_at > timezone.now()


def test_a_new_link_with_other_terms_ends_the_old_one(client, world):
    invitation = make.invited(world.anna, "jonas@kanzlei.test", pass_code="wald-4711")
    assert "Derselbe wie bisher" in client.get(of(invitation, "link/new/")).text
    page = client.post(of(invitation, "link/new/"), COPY | {"code": "own", "own_code": "Berg 4712"})
    assert 'value="Berg 4712"' in page.text
    assert invitation.link not in page.text
    token = page.context["address"].split("/r/")[1].rstrip("/")
    with pytest.raises(WrongPassCode):
        register(token=token, password="x" * 12, pass_code="wald-4711", at=timezone.now())
    assert (link_of(invitation).expires_at - timezone.now()).days == 2


def test_no_code_any_more_is_a_choice(client, world):
    invitation = make.invited(world.anna, "jonas@kanzlei.test", pass_code="wald-4711")
    client.post(of(invitation, "link/new/"), COPY | {"code": "none"})
    assert link_of(invitation).pass_code == ""


def test_a_wrong_form_changes_nothing(client, world):
    invitation = make.invited(world.anna, "jonas@kanzlei.test")
    before = link_of(invitation).id
    for change in ({"days": "91"}, {"code": "own"}, {"code": "keep"}, {"delivery": ""}):
        answer = client.post(of(invitation, "link/new/"), COPY | {"code": "none"} | change)
        assert answer.status_code == 422
    assert link_of(invitation).id == before


def test_who_has_registered_is_led_away_and_refused(client, world):
    paul = f"{PEOPLE}{world.paul.license_id}/"
    for rest in ("link/", "link/new/"):
        assert client.get(paul + rest).headers["Location"] == f"{paul}access/"
    for rest in ("link/new/", "link/mail/"):
        assert client.post(paul + rest).status_code == 409


def test_a_mail_server_that_is_down_is_seen_and_the_link_still_there(client, world, monkeypatch):
    server_down(monkeypatch)
    invitation = make.invited(world.anna, "jonas@kanzlei.test", mail=True)
    run_jobs(raise_errors=False)
    page = client.get(of(invitation, "access/"))
    assert "noch nicht hinausgegangen" in page.text
    assert "Der nächste Versuch ist am" in page.text
    assert "E-Mail verzögert" in client.get(f"{PEOPLE}?state=invited").text
    assert invitation.link in client.get(of(invitation, "link/")).text
    Job.objects.filter(id=link_of(invitation).mail_job).update(
        state="failed", finished_at=timezone.now()
    )
    assert "konnte nicht gesendet werden" in client.get(of(invitation, "access/")).text
    assert "E-Mail nicht gesendet" in client.get(f"{PEOPLE}?state=invited").text


def test_after_the_server_came_back_the_mail_leaves(client, world, monkeypatch, mailoutbox):
    with monkeypatch.context() as broken:
        server_down(broken)
        invitation = make.invited(world.anna, "jonas@kanzlei.test", mail=True)
        run_jobs(raise_errors=False)
    run_jobs(at=timezone.now() + timedelta(minutes=1))
    assert len(mailoutbox) == 1
    assert "ging am" in client.get(of(invitation, "access/")).text


def test_a_locked_link_is_told_to_the_administrator(client, world):
    invitation = make.invited(world.anna, "jonas@kanzlei.test", pass_code="wald-4711")
    token = invitation.link.split("/r/")[1].rstrip("/")
    for _try in range(10):
        with pytest.raises(Exception, match="code"):
            register(token=token, password="x" * 12, pass_code="falsch-1", at=timezone.now())
    assert "ist gesperrt" in client.get(of(invitation, "access/")).text
    assert "Link gesperrt" in client.get(f"{PEOPLE}?state=invited").text
    assert "gesperrt: falsche Zugangscodes" in client.get(of(invitation, "history/")).text


def test_withdrawing_says_so_previews_and_frees_the_license(client, world):
    invitation = make.invited(world.anna, "jonas@kanzlei.test")
    token = invitation.link.split("/r/")[1].rstrip("/")
    assert "Einladung zurückziehen" in client.get(of(invitation, "access/")).text
    address = f"{PEOPLE}remove/?license={invitation.license_id}"
    preview = client.get(address)
    assert "<title>Einladungen zurückziehen" in preview.text
    assert "Die Einladung an Jonas Okafor wird zurückgezogen" in preview.text
    used = make.pool(world.musterwerk, "guest").used
    form = {"license": str(invitation.license_id), "do": "remove"}
    form |= {"seen": preview.context["seen"], "plan": preview.context["plan"].hash}
    client.post(address, form)
    assert make.pool(world.musterwerk, "guest").used == used - 1
    assert Client().get(f"/r/{token}/").status_code == 410
    with pytest.raises(Exception, match="Link"):
        accept_invitation(token=token, person_id=world.paul.person_id, at=timezone.now())


def test_a_selection_of_invitations_is_mailed_or_withdrawn(client, world, mailoutbox):
    one, two, three = (make.invited(world.anna, f"gast{n}@kanzlei.test") for n in range(3))
    chosen = f"license={one.license_id}&license={two.license_id}"
    page = client.get(f"{PEOPLE}links/?{chosen}")
    assert set(page.context["plan"].everybody) == {one.license_id, two.license_id}
    client.post(f"{PEOPLE}links/?{chosen}", {"plan": page.context["plan"].hash, "to": "all"})
    run_jobs()
    run_jobs()
    assert sorted(mail.to[0] for mail in mailoutbox) == ["gast0@kanzlei.test", "gast1@kanzlei.test"]
    assert chosen in page.context["withdraw"]
    preview = client.get(page.context["withdraw"])
    assert "2 Einladungen zurückziehen" in preview.text
    form = {"license": [str(one.license_id), str(two.license_id)], "do": "remove"}
    form |= {"plan": preview.context["plan"].hash, "seen": preview.context["seen"]}
    client.post(f"{PEOPLE}remove/", form)
    assert License.objects.filter(released_at=None, id__in=[one.license_id]).count() == 0
    assert License.objects.filter(released_at=None, id=three.license_id).exists()
    assert client.get(f"{PEOPLE}links/?license=keine").status_code == 422
