"""The account's own invitation text: where the package has it, and in which mails."""

import pytest
from django.utils import timezone
from django.utils.translation import override

from siegel.accounts.invitation_words import MailText
from siegel.accounts.models import InvitationText
from siegel.audit.models import Event
from siegel.core.refusal import BadInput, Forbidden, NotFound
from siegel.jobs.worker import run_jobs
from siegel.licensing.queries.packages import packages_with
from siegel.workflows.invitation_texts import (
    PackageLacksTexts,
    change_invitation_text,
    default_text,
    own_text,
    texts_of_account,
)
from tests import cast, make

pytestmark = pytest.mark.django_db
OWN = MailText("Zugang für {name}", "Hallo {name},\n\n{link}\n\n<b>{account}</b>, {sender}")


@pytest.fixture
def erna():
    """The registration administrator of an account whose package has texts of its own."""
    return make.account("gross", "Groß AG", "enterprise", "erna@gross.test", ("Erna", "Groß"))


def change(by, text=OWN, language="de", account=None):
    change_invitation_text(
        actor=by.actor,
        account_id=(account or by.account).id,
        language=language,
        text=text,
        at=timezone.now(),
    )


def test_mails_in_that_language_say_it_as_plain_text(erna, mailoutbox):
    change(erna)
    make.invited(erna, "jonas@kanzlei.test", mail=True)
    make.invited(erna, "joan@kanzlei.test", mail=True, language="en")
    run_jobs()
    german, english = sorted(mailoutbox, key=lambda one: one.to, reverse=True)
    assert german.subject == "Zugang für Jonas Okafor"
    assert "<b>Groß AG</b>, Erna Groß" in german.body
    assert german.alternatives == []
    assert english.subject == "Groß AG invites you to Siegel"


def test_a_name_full_of_signs_stays_a_name(erna, mailoutbox):
    from siegel.accounts.actions import PersonData
    from siegel.licensing.kinds import PoolKind
    from siegel.workflows.invite_person import invite_person

    change(erna)
    invite_person(
        actor=erna.actor,
        account_id=erna.account.id,
        person=PersonData("x@kanzlei.test", "{link}", "<script>\nBcc: all@evil.test"),
        kind=PoolKind.GUEST,
        at=timezone.now(),
    )
    run_jobs()
    (mail,) = mailoutbox
    assert mail.subject == "Zugang für {link} <script> Bcc: all@evil.test"
    assert mail.bcc == []
    assert mail.body.count("/r/") == 1


def test_a_package_without_it_refuses_names_those_with_it_and_keeps_the_default(mailoutbox):
    world = cast.assemble()
    with pytest.raises(PackageLacksTexts, match="Enterprise"):
        change(world.anna)
    assert packages_with("registration_email_template") == ("Enterprise", "Individuell")
    # A row from better times is kept, but not used.
    InvitationText.objects.create(
        account_id=world.musterwerk.id,
        language="de",
        subject=OWN.subject,
        body=OWN.body,
        changed_at=timezone.now(),
    )
    assert own_text(world.musterwerk.id, "de") is None
    make.invited(world.anna, "jonas@kanzlei.test", mail=True)
    run_jobs()
    assert mailoutbox[0].subject == "Musterwerk GmbH lädt Sie zu Siegel ein"


def test_each_change_is_recorded_with_old_and_new_and_the_same_text_changes_nothing(erna):
    for text in (OWN, OWN, MailText("Neu {name}", OWN.body)):
        change(erna, text)
    first, second = Event.objects.filter(verb="text.change").order_by("id")
    assert first.data["changes"]["subject"] == ["", OWN.subject]
    assert second.data["changes"] == {"subject": [OWN.subject, "Neu {name}"]}
    assert second.actor_id == erna.person_id


@pytest.mark.parametrize("language", ["de", "en"])
def test_the_default_text_is_no_text_of_ones_own(erna, language):
    with override(language):
        default = default_text()
    change(erna, default, language)
    assert not InvitationText.objects.exists()
    change(erna, OWN, language)
    change(erna, MailText(default.subject, default.body.replace("\n", "\r\n")), language)
    assert not InvitationText.objects.exists()
    assert Event.objects.filter(verb="text.reset").count() == 1


def test_a_text_without_its_placeholders_changes_nothing(erna):
    with pytest.raises(BadInput):
        change(erna, MailText("x", "Hallo {name}"))
    with pytest.raises(BadInput):
        change(erna, OWN, "fr")
    assert not InvitationText.objects.exists()


def test_only_the_accounts_administrators_see_and_change_it(erna):
    world = cast.assemble()
    for who in (world.bea, world.otto, world.paul, world.gina):
        with pytest.raises(Forbidden):
            change(who)
        with pytest.raises(Forbidden):
            texts_of_account(actor=who.actor, account_id=world.musterwerk.id)
    with pytest.raises(NotFound):
        change(world.anna, account=erna.account)
