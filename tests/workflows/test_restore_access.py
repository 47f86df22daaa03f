"""The same person gets in again, and nobody gets into another account by it."""

from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone

from siegel.accounts import actions as accounts
from siegel.accounts.models import Person, RestoreLink
from siegel.accounts.permissions import OPERATOR_SHELL
from siegel.accounts.protection import ProtectionFacts
from siegel.accounts.second_factors import has_second_factor
from siegel.accounts.tokens import restore_token
from siegel.audit.models import Event
from siegel.core.refusal import BadInput, Forbidden, NotFound
from siegel.jobs.worker import run_jobs
from siegel.licensing.actions.licenses import WrongState
from siegel.licensing.kinds import PoolKind
from siegel.workflows.invite_person import invite_person
from siegel.workflows.reassign_license import reassign_license
from siegel.workflows.reassignment_plan import Wish, plan_reassignment
from siegel.workflows.restore_access import (
    OnlyByMail,
    RestoreLinkEnded,
    open_restore_link,
    plan_restore,
    reset_second_factor,
    restore_access,
    set_password_by_link,
)
from siegel.workflows.sign_in_lock import is_locked
from siegel.workflows.suspend_license import OwnLicense, suspend_license
from tests import cast, make
from tests.workflows.test_accept_invitation import at_once
from tests.workflows.test_remove_people import remove

pytestmark = pytest.mark.django_db
GOOD = "viel-zu-lang-zum-raten"


def about(by, whom):
    return {
        "actor": by.actor,
        "account_id": whom.account.id,
        "license_id": whom.license_id,
        "at": timezone.now(),
    }


def token_of(address):
    return address.split("/restore/")[1].strip("/")


def add_factor(whom):
    accounts.add_passkey(
        person_id=whom.person_id, name="Schlüssel", credential={}, at=timezone.now()
    )


def lock(whom):
    for _try in range(12):
        accounts.count_failure(
            email=whom.email, person_id=whom.person_id, rules=ProtectionFacts(), at=timezone.now()
        )
    assert is_locked(whom.email, timezone.now())


def test_with_the_link_the_person_chooses_a_password_and_is_let_in(client):
    world = cast.assemble()
    client.force_login(world.paul.login)
    add_factor(world.paul)
    lock(world.paul)
    plan = plan_restore(**about(world.tom, world.paul))
    assert (plan.elsewhere, plan.factors, plan.locked) == (False, 1, True)
    address = restore_access(**about(world.tom, world.paul), show=True)
    assert client.get("/me/").status_code == 302  # the open session has ended
    assert Person.objects.get(id=world.paul.person_id).check_password(make.PASSWORD)
    assert has_second_factor(world.paul.person_id)  # all else only when the link is used
    set_password_by_link(token=token_of(address), password=GOOD, at=timezone.now())
    assert Person.objects.get(id=world.paul.person_id).check_password(GOOD)
    assert not has_second_factor(world.paul.person_id)
    assert not is_locked(world.paul.email, timezone.now())
    verbs = Event.objects.filter(subject_id=world.paul.person_id).values_list("verb", flat=True)
    assert {"access.restore", "access.restored"} <= set(verbs)


def test_the_link_works_once_for_a_day_and_only_the_newest():
    world = cast.assemble()
    first = token_of(restore_access(**about(world.tom, world.paul), show=True))
    second = token_of(restore_access(**about(world.anna, world.paul), show=True))
    now = timezone.now()
    for token, at in ((first, now), (second, now + timedelta(hours=25)), ("x" * 43, now)):
        with pytest.raises(RestoreLinkEnded):
            set_password_by_link(token=token, password=GOOD, at=at)
    set_password_by_link(token=second, password=GOOD, at=now)
    with pytest.raises(RestoreLinkEnded):
        set_password_by_link(token=second, password="ein-anderes-passwort", at=now)
    assert Person.objects.get(id=world.paul.person_id).check_password(GOOD)


def test_a_bad_password_is_refused_and_the_link_stays():
    world = cast.assemble()
    token = token_of(restore_access(**about(world.tom, world.paul), show=True))
    with pytest.raises(BadInput) as no:
        set_password_by_link(token=token, password="kurz", at=timezone.now())
    assert no.value.rows
    assert open_restore_link(token, timezone.now())


def test_a_login_of_several_accounts_is_restored_only_through_its_mailbox():
    world = cast.assemble()
    make.person(world.anderswo, world.paul.email)
    add_factor(world.paul)
    assert plan_restore(**about(world.tom, world.paul)).elsewhere
    with pytest.raises(OnlyByMail):
        restore_access(**about(world.tom, world.paul), show=True)
    assert not RestoreLink.objects.exists()
    epoch = Person.objects.get(id=world.paul.person_id).session_epoch
    assert restore_access(**about(world.tom, world.paul), show=False) is None
    assert Person.objects.get(id=world.paul.person_id).session_epoch == epoch
    token = restore_token(RestoreLink.objects.get().id)
    assert open_restore_link(token, timezone.now()).keeps_factor
    set_password_by_link(token=token, password=GOOD, at=timezone.now())
    assert has_second_factor(world.paul.person_id)
    told = Event.objects.filter(verb="access.restored").values_list("account_id", flat=True)
    assert set(told) == {world.musterwerk.id, world.anderswo.id}


def test_who_can_be_restored_in_another_account_is_good_for_more_than_this_one():
    world = cast.assemble()
    there = make.person(world.anderswo, world.paul.email)
    add_factor(world.paul)
    remove(world.xaver, there)
    with pytest.raises(OnlyByMail):
        restore_access(**about(world.tom, world.paul), show=True)
    assert restore_access(**about(world.tom, world.paul), show=False) is None
    token = restore_token(RestoreLink.objects.get().id)
    set_password_by_link(token=token, password=GOOD, at=timezone.now())
    assert has_second_factor(world.paul.person_id)


def test_a_link_that_an_administrator_saw_opens_no_account_that_came_later():
    world = cast.assemble()
    token = token_of(restore_access(**about(world.tom, world.paul), show=True))
    invite_person(
        actor=world.xaver.actor,
        account_id=world.anderswo.id,
        person=accounts.PersonData(world.paul.email),
        kind=PoolKind.FULL,
        at=timezone.now(),
        mail=False,
    )
    with pytest.raises(RestoreLinkEnded):
        set_password_by_link(token=token, password=GOOD, at=timezone.now())


def test_an_operators_login_is_never_shown():
    world = cast.assemble()
    Person.objects.filter(id=world.paul.person_id).update(is_operator=True)
    with pytest.raises(OnlyByMail):
        restore_access(**about(world.tom, world.paul), show=True)


@pytest.mark.parametrize(
    ("by", "whom", "no"),
    [
        ("tom", "tom", OwnLicense),
        ("tom", "anna", Forbidden),
        ("otto", "paul", Forbidden),
        ("xaver", "paul", NotFound),
        ("tom", "ines", WrongState),
        ("anna", "bea", WrongState),
    ],
)
def test_who_may_not_and_for_whom_it_is_not(by, whom, no):
    world = cast.assemble()
    suspend_license(**about(world.anna, world.bea))
    with pytest.raises(no):
        restore_access(**about(getattr(world, by), getattr(world, whom)), show=False)
    assert not RestoreLink.objects.exists()


def test_the_link_of_somebody_who_lost_the_license_is_dead():
    world = cast.assemble()
    token = token_of(restore_access(**about(world.tom, world.paul), show=True))
    request = about(world.tom, world.paul) | {"wish": Wish("nora@musterwerk.test")}
    reassign_license(**request, confirmed=plan_reassignment(**request).hash)
    with pytest.raises(RestoreLinkEnded):
        open_restore_link(token, timezone.now())


def test_the_person_gets_the_link_or_is_told_that_there_is_one():
    world = cast.assemble()
    restore_access(**about(world.tom, world.paul), show=False)
    run_jobs()
    restore_access(**about(world.tom, world.paul), show=True)
    run_jobs()
    linked, told = (message for message in mail.outbox if message.to == [world.paul.email])
    assert "/sign-in/restore/" in linked.body
    assert "/sign-in/restore/" not in told.body
    assert "Musterwerk GmbH" in told.body


def test_the_operator_removes_a_second_factor_and_every_account_is_told():
    world = cast.assemble()
    make.person(world.anderswo, world.paul.email)
    add_factor(world.paul)
    at = timezone.now()
    with pytest.raises(NotFound):
        reset_second_factor(actor=world.anna.actor, person_id=world.paul.person_id, at=at)
    assert reset_second_factor(actor=OPERATOR_SHELL, person_id=world.paul.person_id, at=at) == 1
    assert reset_second_factor(actor=OPERATOR_SHELL, person_id=world.paul.person_id, at=at) == 0
    assert Event.objects.filter(verb="factor.reset").count() == 2


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_of_two_who_use_one_link_at_once_one_sets_the_password():
    world = cast.assemble()
    token = token_of(restore_access(**about(world.tom, world.paul), show=True))
    results = at_once(
        *[
            lambda word=word: set_password_by_link(
                token=token, password=f"{GOOD}-{word}", at=timezone.now()
            )
            for word in ("eins", "zwei")
        ]
    )
    assert sorted(type(result).__name__ for result in results) == ["RestoreLinkEnded", "UUID"]
