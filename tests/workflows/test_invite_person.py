"""Inviting people: license, link and mail in one step, or nothing."""

from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone

from siegel.accounts.actions import PersonData, create_registration_links
from siegel.accounts.models import Profile, RegistrationLink
from siegel.accounts.permissions import Role
from siegel.audit.models import Event
from siegel.core.refusal import BadInput, Forbidden, NotFound
from siegel.jobs.models import Job
from siegel.jobs.worker import run_jobs
from siegel.licensing import actions as licensing
from siegel.licensing.actions import take
from siegel.licensing.actions.licenses import AlreadyLicensed, NoFreeLicense, WrongState
from siegel.licensing.kinds import LicenseState, PoolKind
from siegel.licensing.models import License, Sponsorship
from siegel.workflows.change_roles import grant_role
from siegel.workflows.invitation_mail import mail_invitation
from siegel.workflows.invite_person import (
    invite_again,
    invite_people,
    invite_person,
    open_invitation,
)
from tests import cast, make

pytestmark = pytest.mark.django_db
JONAS = PersonData("Jonas@Kanzlei.test ", " Jonas ", "Okafor", organisation="Kanzlei Okafor")


def invite(by, person=JONAS, kind=PoolKind.GUEST, **options):
    return invite_person(
        actor=by.actor,
        account_id=by.account.id,
        person=person,
        kind=kind,
        at=timezone.now(),
        **options,
    )


def test_an_invited_person_has_a_license_a_profile_a_link_and_an_event():
    world = cast.assemble()
    before = make.pool(world.musterwerk, PoolKind.GUEST).used
    invitation = invite(world.tom)
    license_ = License.objects.select_related("holder").get(id=invitation.license_id)
    assert license_.state == LicenseState.INVITED
    assert make.pool(world.musterwerk, PoolKind.GUEST).used == before + 1
    assert (license_.holder.email, license_.holder.name) == ("jonas@kanzlei.test", "Jonas Okafor")
    assert invitation.link.startswith("http://127.0.0.1:8000/r/")
    event = Event.objects.get(verb="license.invite", actor=world.tom.person_id)
    assert (event.actor_id, event.subject_id) == (world.tom.person_id, license_.holder.person_id)


def test_the_link_is_nowhere_in_the_database():
    world = cast.assemble()
    token = invite(world.tom).link.split("/r/")[1].rstrip("/")
    link = RegistrationLink.objects.get(profile__email="jonas@kanzlei.test")
    assert token not in str(link.__dict__)
    assert not [job for job in Job.objects.all() if token in str(job.arguments)]
    assert not [event for event in Event.objects.all() if token in str(event.data)]


def test_the_mail_names_person_account_link_and_expiry_in_the_accounts_language():
    world = cast.assemble()
    invitation = invite(world.tom)
    run_jobs()
    (letter,) = mail.outbox
    assert letter.to == ["jonas@kanzlei.test"]
    assert "Musterwerk GmbH" in letter.subject
    assert "Jonas Okafor" in letter.body
    assert invitation.link in letter.body
    assert str((invitation.expires_at).year) in letter.body
    assert "Passwort" in letter.body


def test_without_mail_nothing_is_sent():
    world = cast.assemble()
    assert not invite(world.tom, mail=False).mailed
    run_jobs()
    assert mail.outbox == []


def test_a_link_that_has_ended_is_not_mailed_any_more():
    world = cast.assemble()
    invitation = invite(world.tom)
    again = invite_again(
        actor=world.tom.actor,
        account_id=world.musterwerk.id,
        license_id=invitation.license_id,
        at=timezone.now(),
    )
    run_jobs()
    assert [again.link in letter.body for letter in mail.outbox] == [True]
    assert again.link != invitation.link


def test_the_mail_to_somebody_with_a_login_says_to_sign_in():
    world = cast.assemble()
    invite(world.tom, PersonData(world.xaver.email, "Xaver", "Fremd"))
    run_jobs()
    (letter,) = mail.outbox
    assert "melden Sie sich" in letter.body


def test_a_full_pool_refuses_and_changes_nothing():
    anna = make.account(full=1)
    with pytest.raises(NoFreeLicense):
        invite(anna, kind=PoolKind.FULL)
    assert not Profile.objects.filter(email="jonas@kanzlei.test").exists()
    assert not RegistrationLink.objects.filter(profile__email="jonas@kanzlei.test").exists()
    assert not Job.objects.filter(task=mail_invitation.module_path).exists()


def test_a_holder_is_refused_with_the_license_they_hold():
    world = cast.assemble()
    with pytest.raises(AlreadyLicensed) as no:
        invite(world.tom, PersonData(world.paul.email))
    assert no.value.data["license_id"] == str(world.paul.license_id)


@pytest.mark.parametrize("address", ["", "jonas", "jonas@", "jonas@kanzlei", "a b@c.test"])
def test_bad_addresses_are_refused(address):
    world = cast.assemble()
    with pytest.raises(BadInput):
        invite(world.tom, PersonData(address))


def test_names_longer_than_the_column_are_refused():
    world = cast.assemble()
    with pytest.raises(BadInput):
        invite(world.tom, PersonData("jonas@kanzlei.test", "J" * 81))


def test_nobody_is_invited_to_storage():
    world = cast.assemble()
    with pytest.raises(BadInput):
        invite(world.tom, kind=PoolKind.STORAGE)


@pytest.mark.parametrize("who", ["bea", "otto", "paul", "gina", "ines"])
def test_only_administrators_give_full_licenses(who):
    world = cast.assemble()
    with pytest.raises(Forbidden):
        invite(getattr(world, who), kind=PoolKind.FULL)


def test_a_stranger_invites_nobody():
    world = cast.assemble()
    with pytest.raises(NotFound):
        invite_person(
            actor=world.xaver.actor,
            account_id=world.musterwerk.id,
            person=JONAS,
            kind=PoolKind.GUEST,
            at=timezone.now(),
        )


def test_who_comes_back_has_the_new_name_and_keeps_what_was_not_typed():
    world = cast.assemble()
    licensing.release_license(
        actor=world.tom.actor,
        account_id=world.musterwerk.id,
        license_id=world.gina.license_id,
        at=timezone.now(),
    )
    invite(world.tom, PersonData(world.gina.email, "Gina", "Bianchi"))
    profile = Profile.objects.get(id=world.gina.profile_id)
    assert (profile.name, profile.organisation) == ("Gina Bianchi", "Kanzlei Rossi")
    assert " bianchi" in profile.search


@pytest.mark.parametrize(
    ("kind", "typed", "organisation"),
    [
        (PoolKind.FULL, "", "Musterwerk GmbH"),
        (PoolKind.FULL, "Tochter GmbH", "Tochter GmbH"),
        (PoolKind.GUEST, "", ""),
    ],
)
def test_whoever_gets_a_full_license_belongs_to_the_account_unless_told_otherwise(
    kind, typed, organisation
):
    world = cast.assemble()
    invitation = invite(
        world.tom, PersonData("neu@musterwerk.test", "Nora", "Neu", organisation=typed), kind
    )
    assert Profile.objects.get(id=invitation.profile_id).organisation == organisation


def test_a_new_link_ends_the_old_one():
    world = cast.assemble()
    for _again in range(3):
        invite_again(
            actor=world.tom.actor,
            account_id=world.musterwerk.id,
            license_id=world.ines.license_id,
            at=timezone.now(),
        )
    links = RegistrationLink.objects.filter(profile_id=world.ines.profile_id)
    assert links.filter(used_at=None, withdrawn_at=None).count() == 1


def test_who_has_registered_needs_no_link():
    world = cast.assemble()
    with pytest.raises(WrongState):
        invite_again(
            actor=world.tom.actor,
            account_id=world.musterwerk.id,
            license_id=world.paul.license_id,
            at=timezone.now(),
        )


def test_links_for_hundreds_take_few_statements(django_assert_max_num_queries):
    anna = make.account(full=400)
    licenses = make.people(anna.account, 300)
    with django_assert_max_num_queries(700):  # one event and one job each
        invitations = invite_people(
            actor=anna.actor, account_id=anna.account.id, license_ids=licenses, at=timezone.now()
        )
    assert [one.license_id for one in invitations] == licenses
    assert len({one.link for one in invitations}) == 300


def test_links_are_not_made_for_people_of_another_account():
    world = cast.assemble()
    with pytest.raises(NotFound):
        create_registration_links(
            actor=world.tom.actor,
            account_id=world.musterwerk.id,
            profile_ids=[world.ines.profile_id, world.xaver.profile_id],
            at=timezone.now(),
        )
    with pytest.raises(NotFound):
        invite_people(
            actor=world.tom.actor,
            account_id=world.musterwerk.id,
            license_ids=[world.xaver.license_id],
            at=timezone.now() + timedelta(seconds=1),
        )


def test_only_a_registration_administrator_sees_the_link_of_one():
    world = cast.assemble()
    now = timezone.now()
    ids = {"account_id": world.musterwerk.id, "at": now}
    invite_again(actor=world.tom.actor, license_id=world.ines.license_id, **ids)
    grant_role(
        actor=world.anna.actor,
        license_id=world.ines.license_id,
        role=Role.REGISTRATION_ADMIN,
        **ids,
    )
    with pytest.raises(Forbidden):
        open_invitation(actor=world.tom.actor, profile_id=world.ines.profile_id, **ids)
    with pytest.raises(Forbidden):
        invite_again(actor=world.tom.actor, license_id=world.ines.license_id, **ids)
    found = open_invitation(actor=world.anna.actor, profile_id=world.ines.profile_id, **ids)
    assert found and "/r/" in found.link
    strange = ids | {"account_id": world.anderswo.id}
    assert (
        open_invitation(actor=world.xaver.actor, profile_id=world.ines.profile_id, **strange)
        is None
    )


def test_two_invitations_at_the_same_moment_are_one_and_a_refusal(monkeypatch):
    world = cast.assemble()
    invited = invite(world.tom)
    profile_id = invited.profile_id
    # What a request finds that began before the other one ended.
    monkeypatch.setattr(
        "siegel.licensing.actions.take._TAKE_POOL",
        take._TAKE_POOL.replace("IS NULL)", "IS NULL AND 1 = 0)"),
    )
    monkeypatch.setattr(
        "siegel.licensing.actions.take._TAKE_IN_ONE",
        take._TAKE_IN_ONE.replace("released_at IS NULL)", "released_at IS NULL AND 1 = 0)"),
    )
    with pytest.raises(AlreadyLicensed) as no:
        invite(world.tom)
    assert no.value.data["license_id"] == str(invited.license_id)
    assert License.objects.filter(holder_id=profile_id).count() == 1


def test_a_guest_belongs_to_the_license_of_whoever_invited_them():
    world = cast.assemble()
    guest = invite(world.tom)
    invite(world.tom, PersonData("kollege@musterwerk.test"), kind=PoolKind.FULL)
    assert list(Sponsorship.objects.values_list("guest", "sponsor")) == [
        (guest.license_id, world.tom.license_id)
    ]
