"""Registration links: once, in time, and never a way into somebody else's login."""

import threading
from datetime import timedelta

import pytest
from django.contrib.auth.hashers import make_password
from django.db import connection
from django.utils import timezone

from siegel.accounts.actions import PersonData
from siegel.accounts.models import Person
from siegel.core.refusal import BadInput
from siegel.licensing.kinds import LicenseState, PoolKind
from siegel.licensing.models import License
from siegel.licensing.queries.seats import seats_of
from siegel.workflows.accept_invitation import (
    LinkNotOpen,
    LinkState,
    SignInFirst,
    accept_invitation,
    register,
    registration,
)
from siegel.workflows.invite_person import invite_again, invite_person
from siegel.workflows.remove_people import remove_person
from tests import cast, make

pytestmark = pytest.mark.django_db
GOOD = "viel-zu-lang-zum-raten"


def invite(by, email="jonas@kanzlei.test", at=None):
    invitation = invite_person(
        actor=by.actor,
        account_id=by.account.id,
        person=PersonData(email, "Jonas", "Okafor"),
        kind=PoolKind.GUEST,
        at=at or timezone.now(),
    )
    return invitation, invitation.link.split("/r/")[1].rstrip("/")


def test_a_new_person_chooses_a_password_and_is_in():
    world = cast.assemble()
    invitation, token = invite(world.tom)
    at = timezone.now()
    accepted = register(token=token, password=GOOD, at=at)
    license_ = License.objects.get(id=invitation.license_id)
    assert (license_.state, license_.last_active_at) == (LicenseState.ACTIVE, at)
    assert accepted.login.check_password(GOOD)
    assert accepted.account_slug == "musterwerk"
    assert [seat.account.slug for seat in seats_of(accepted.login.pk)] == ["musterwerk"]


def test_a_link_works_once():
    world = cast.assemble()
    _invitation, token = invite(world.tom)
    register(token=token, password=GOOD, at=timezone.now())
    with pytest.raises(LinkNotOpen) as no:
        register(token=token, password="ein-anderes-passwort", at=timezone.now())
    assert no.value.state == LinkState.USED
    assert Person.objects.get(email="jonas@kanzlei.test").check_password(GOOD)


def test_each_state_of_a_link_has_its_sentence():
    world = cast.assemble()
    now = timezone.now()
    invitation, first = invite(world.tom)
    assert registration(first, now).state == LinkState.OPEN
    assert registration(first, now + timedelta(days=15)).state == LinkState.EXPIRED
    again = invite_again(
        actor=world.tom.actor,
        account_id=world.musterwerk.id,
        license_id=invitation.license_id,
        at=now,
    )
    assert registration(first, now).state == LinkState.WITHDRAWN
    second = again.link.split("/r/")[1].rstrip("/")
    register(token=second, password=GOOD, at=now)
    assert registration(second, now).state == LinkState.USED
    forged = second[:-1] + ("A" if second[-1] != "A" else "B")
    assert registration(forged, now).state == LinkState.FORGED
    sentences = {registration(text, now).sentence for text in (first, second, forged)}
    assert len(sentences) == 3
    assert all(sentences)


@pytest.mark.parametrize("token", ["", "x", "x" * 5000, "ä", "%00", "' OR 1=1"])
def test_any_text_is_a_forged_link(token):
    assert registration(token, timezone.now()).state == LinkState.FORGED


def test_an_expired_link_does_not_register():
    world = cast.assemble()
    _invitation, token = invite(world.tom, at=timezone.now() - timedelta(days=14, seconds=1))
    with pytest.raises(LinkNotOpen) as no:
        register(token=token, password=GOOD, at=timezone.now())
    assert no.value.state == LinkState.EXPIRED


def test_the_link_of_a_released_license_has_ended():
    world = cast.assemble()
    invitation, token = invite(world.tom)
    remove_person(
        actor=world.tom.actor,
        account_id=world.musterwerk.id,
        license_id=invitation.license_id,
        at=timezone.now(),
    )
    with pytest.raises(LinkNotOpen) as no:
        register(token=token, password=GOOD, at=timezone.now())
    assert no.value.state == LinkState.WITHDRAWN
    assert not Person.objects.get(email="jonas@kanzlei.test").has_usable_password()


def test_no_link_ever_replaces_a_password():
    world = cast.assemble()
    _invitation, token = invite(world.tom, world.xaver.email)
    with pytest.raises(SignInFirst):
        register(token=token, password=GOOD, at=timezone.now())
    assert Person.objects.get(email=world.xaver.email).check_password(make.PASSWORD)
    assert registration(token, timezone.now()).state == LinkState.OPEN


def test_who_signed_in_without_a_password_is_not_taken_over_either():
    world = cast.assemble()
    _invitation, token = invite(world.tom)
    Person.objects.filter(email="jonas@kanzlei.test").update(last_login=timezone.now())
    with pytest.raises(SignInFirst):
        register(token=token, password=GOOD, at=timezone.now())


def test_of_two_accounts_links_only_the_first_sets_the_password():
    world = cast.assemble()
    _one, first = invite(world.tom)
    _two, second = invite(world.xaver)
    register(token=first, password=GOOD, at=timezone.now())
    with pytest.raises(SignInFirst):
        register(token=second, password="ein-anderes-passwort", at=timezone.now())
    person = Person.objects.get(email="jonas@kanzlei.test")
    assert person.check_password(GOOD)
    accept_invitation(token=second, person_id=person.id, at=timezone.now())
    assert {seat.account.slug for seat in seats_of(person.id)} == {"musterwerk", "anderswo"}


def test_somebody_else_who_is_signed_in_cannot_accept():
    world = cast.assemble()
    _invitation, token = invite(world.tom, world.xaver.email)
    with pytest.raises(SignInFirst):
        accept_invitation(token=token, person_id=world.paul.person_id, at=timezone.now())


@pytest.mark.parametrize("password", ["", "kurz", "1234567890", "passwort12", "jonas@kanzlei.test"])
def test_weak_passwords_are_refused_and_the_link_stays_open(password):
    world = cast.assemble()
    _invitation, token = invite(world.tom)
    if password == "passwort12":
        password = "password123"
    with pytest.raises(BadInput) as no:
        register(token=token, password=password, at=timezone.now())
    assert no.value.rows
    assert registration(token, timezone.now()).state == LinkState.OPEN


def test_a_blocked_person_finds_the_link_withdrawn():
    world = cast.assemble()
    _invitation, token = invite(world.tom)
    Person.objects.filter(email="jonas@kanzlei.test").update(is_active=False)
    assert registration(token, timezone.now()).state == LinkState.WITHDRAWN


def at_once(*calls):
    """Run the calls in threads that start together; return what each returned or raised."""
    barrier, results = threading.Barrier(len(calls)), [None] * len(calls)

    def run(index, call):
        try:
            barrier.wait()
            results[index] = call()
        except Exception as error:  # the test looks at it
            results[index] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=item) for item in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_of_many_who_open_one_link_at_once_one_sets_the_password(monkeypatch):
    monkeypatch.setattr(
        "siegel.workflows.accept_invitation.make_password", lambda text: make_password(text)
    )
    world = cast.assemble()
    invitation, token = invite(world.tom)
    passwords = [f"{GOOD}-{n}" for n in range(8)]
    results = at_once(
        *(
            lambda one=one: register(token=token, password=one, at=timezone.now())
            for one in passwords
        )
    )
    winners = [n for n, result in enumerate(results) if not isinstance(result, Exception)]
    assert len(winners) == 1
    assert all(
        isinstance(result, LinkNotOpen | SignInFirst)
        for n, result in enumerate(results)
        if n not in winners
    )
    person = Person.objects.get(email="jonas@kanzlei.test")
    assert person.check_password(passwords[winners[0]])
    assert License.objects.get(id=invitation.license_id).state == LicenseState.ACTIVE


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_links_of_two_accounts_used_at_once_set_one_password():
    world = cast.assemble()
    _one, first = invite(world.tom)
    _two, second = invite(world.xaver)
    results = at_once(
        lambda: register(token=first, password=GOOD + "1", at=timezone.now()),
        lambda: register(token=second, password=GOOD + "2", at=timezone.now()),
    )
    refused = [result for result in results if isinstance(result, Exception)]
    assert [type(result) for result in refused] == [SignInFirst]
