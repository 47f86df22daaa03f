"""Pass codes of registration links: ten tries in all, whoever tries, and never in the database."""

import threading
from datetime import timedelta

import pytest
from django.core import mail
from django.db import connection
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from siegel.accounts.actions import LinkTerms, clean_terms
from siegel.accounts.models import Person, Protection, RegistrationLink
from siegel.accounts.pass_codes import hash_pass_code, is_pass_code, new_pass_code
from siegel.audit.models import Event
from siegel.core.refusal import BadInput
from siegel.jobs.worker import run_jobs
from siegel.licensing.queries.holder_filter import HolderFilter
from siegel.workflows.accept_invitation import (
    LinkNotOpen,
    LinkState,
    WrongPassCode,
    accept_invitation,
    register,
    registration,
)
from siegel.workflows.invitation_rules import NoServerInvitations, PassCodeRequired
from siegel.workflows.invite_person import invite_again, mail_again
from siegel.workflows.mail_to_invited import mail_to_invited, plan_mail_to_invited
from tests import cast, make

GOOD = "viel-zu-lang-zum-raten"


def token_of(invitation):
    return invitation.link.split("/r/")[1].rstrip("/")


def enter(invitation, code):
    now = timezone.now()
    return register(token=token_of(invitation), password=GOOD, pass_code=code, at=now)


def link():
    return RegistrationLink.objects.get(withdrawn_at=None, profile__email="jonas@kanzlei.test")


def invited(world, **terms):
    return make.invited(world.anna, "jonas@kanzlei.test", **({"pass_code": "Wald 4711"} | terms))


@pytest.mark.parametrize("code", ["Wald 4711", "wald4711", "WALD-4711 ", "Ｗald 4711"])
@pytest.mark.django_db
def test_the_code_lets_in_however_it_is_written(code):
    invitation = invited(cast.assemble())
    assert enter(invitation, code).account_slug == "musterwerk"
    assert link().wrong_codes == 0


@pytest.mark.django_db
def test_ten_wrong_codes_lock_the_link_for_the_right_one_too():
    invitation = invited(cast.assemble())
    for left in range(9, 0, -1):
        with pytest.raises(WrongPassCode) as no:
            enter(invitation, "wald4712")
        assert no.value.left == left
    for code in ("wald4712", "wald4711"):
        with pytest.raises(LinkNotOpen) as ended:
            enter(invitation, code)
        assert ended.value.state == LinkState.LOCKED
    assert Event.objects.filter(verb="license.link-locked").count() == 1
    assert not Person.objects.get(email="jonas@kanzlei.test").has_usable_password()


@pytest.mark.django_db
def test_a_right_code_with_a_bad_password_costs_no_try_and_no_code_neither():
    invitation = invited(cast.assemble())
    for _try in range(12):
        with pytest.raises(BadInput):
            register(
                token=token_of(invitation), password="kurz", pass_code="wald4711", at=timezone.now()
            )
        with pytest.raises(BadInput):
            enter(invitation, "  ")
    assert link().wrong_codes == 0


@pytest.mark.django_db
def test_who_has_a_login_enters_the_code_as_well():
    world = cast.assemble()
    invitation = make.invited(world.anna, world.xaver.email, pass_code="Wald 4711")
    values = {"token": token_of(invitation), "person_id": world.xaver.person_id}
    with pytest.raises(WrongPassCode):
        accept_invitation(**values, pass_code="falsch", at=timezone.now())
    accept_invitation(**values, pass_code="wald4711", at=timezone.now())


@pytest.mark.django_db
def test_the_database_holds_a_hash_and_a_new_link_keeps_it():
    world = cast.assemble()
    invitation = invited(world)
    before = link()
    assert "4711" not in before.pass_code
    invite_again(
        actor=world.anna.actor,
        account_id=world.musterwerk.id,
        license_id=invitation.license_id,
        at=timezone.now(),
    )
    assert link().pass_code == before.pass_code
    assert link().id != before.id


@pytest.mark.django_db
def test_a_released_invitation_leaves_no_code_behind():
    from siegel.accounts.actions import withdraw_registration_links

    world = cast.assemble()
    invitation = invited(world)
    withdraw_registration_links(profile_id=invitation.profile_id, at=timezone.now())
    invite_again(
        actor=world.anna.actor,
        account_id=world.musterwerk.id,
        license_id=invitation.license_id,
        at=timezone.now(),
    )
    assert link().pass_code == ""


@pytest.mark.parametrize(
    "terms",
    [
        {"days": 0},
        {"days": 91},
        {"language": "fr"},
        {"message": "m" * 301},
        {"pass_code": "ab-12"},
        {"pass_code": "!!!!!!!!"},
        {"pass_code": "a" * 41},
    ],
)
@pytest.mark.django_db
def test_terms_that_cannot_be_invite_nobody(terms):
    world = cast.assemble()
    with pytest.raises(BadInput):
        invited(world, **terms)
    assert not Person.objects.filter(email="jonas@kanzlei.test").exists()


@pytest.mark.django_db
def test_an_account_can_demand_codes_and_forbid_mail():
    world = cast.assemble()
    uncoded = make.invited(world.anna, "ohne@kanzlei.test")
    Protection.objects.update_or_create(
        account_id=world.musterwerk.id, defaults={"pass_code_required": True}
    )
    about = {"actor": world.anna.actor, "account_id": world.musterwerk.id, "at": timezone.now()}
    with pytest.raises(PassCodeRequired):
        make.invited(world.anna, "jonas@kanzlei.test")
    assert not Person.objects.filter(email="jonas@kanzlei.test").exists()
    with pytest.raises(PassCodeRequired):
        mail_again(**about, license_id=uncoded.license_id)
    coded = invited(world)
    plan = plan_mail_to_invited(**about, narrow=HolderFilter())
    assert plan.everybody == (coded.license_id,)
    assert plan.lacking_code == 2  # Ines has no link at all
    assert mail_to_invited(**about, narrow=HolderFilter(), confirmed=plan.hash, again=True) == 1
    Protection.objects.update(server_invitations=False)
    for refused in (
        lambda: make.invited(world.anna, "x@kanzlei.test", mail=True, pass_code="Wald 4711"),
        lambda: mail_again(**about, license_id=coded.license_id),
        lambda: plan_mail_to_invited(**about, narrow=HolderFilter()),
    ):
        with pytest.raises(NoServerInvitations):
            refused()


@pytest.mark.django_db(transaction=True)
def test_forty_guesses_at_once_are_ten_tries():
    invitation = invited(cast.assemble())
    outcomes = []

    def guess(number):
        try:
            enter(invitation, f"falsch{number:02d}")
        except (WrongPassCode, LinkNotOpen) as no:
            outcomes.append(type(no).__name__)
        finally:
            connection.close()

    threads = [threading.Thread(target=guess, args=(n,)) for n in range(40)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert outcomes.count("WrongPassCode") == 9
    assert outcomes.count("LinkNotOpen") == 31
    assert link().wrong_codes == 10
    state = registration(token_of(invitation), timezone.now() + timedelta(seconds=1)).state
    assert state == LinkState.LOCKED


@given(st.text(max_size=60))
def test_any_code_is_refused_or_recognised(code):
    try:
        hashed = hash_pass_code(code)
    except BadInput:
        return
    assert is_pass_code(f" {code.upper()}-", hashed) or code.upper().lower() != code.lower()
    assert is_pass_code(code, hashed)
    assert not is_pass_code(code + "x", hashed)


def test_made_up_codes_are_readable_and_differ():
    codes = {new_pass_code() for _again in range(200)}
    assert len(codes) == 200
    assert not {"0", "O", "1", "I", "L"} & set("".join(codes).replace("-", ""))


def test_a_message_stays_on_its_line():
    assert clean_terms(LinkTerms(message=" Bis\r\nMontag ")).message == "Bis Montag"


@pytest.mark.django_db
def test_the_mail_says_that_a_code_is_needed_but_not_which():
    world = cast.assemble()
    for code, told in (("Wald 4711", True), ("", False)):
        make.invited(world.anna, f"mit{len(code)}@kanzlei.test", mail=True, pass_code=code)
        run_jobs()
        text = str(mail.outbox[-1].body)
        assert ("Der Link verlangt einen Zugangscode" in text) is told
        assert "4711" not in text
