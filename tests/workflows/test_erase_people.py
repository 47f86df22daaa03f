"""The end of the grace period: personal data goes, figures stay, and nobody is surprised."""

from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone

from siegel.accounts.actions import Operator, make_operator
from siegel.accounts.models import ApiToken, Person, Profile, RecoveryRequest, RegistrationLink
from siegel.accounts.permissions import SYSTEM
from siegel.accounts.queries import account_by_id
from siegel.audit.models import Event
from siegel.boxes.models import Box, BoxMember
from siegel.core.refusal import Forbidden, NotFound
from siegel.jobs.models import Job
from siegel.licensing import actions as licensing
from siegel.licensing.kinds import LicenseState, PoolKind
from siegel.licensing.models import GroupMember, LedgerEntry, License, Pool, Removal, Sponsorship
from siegel.licensing.queries.ledger import LedgerFilter, ledger_page
from siegel.licensing.queries.status import license_status
from siegel.workflows import erase_people as erasing
from siegel.workflows.erase_people import erase_due, erase_people, warn_of_erasure, warning_text
from siegel.workflows.invite_person import invite_person
from siegel.workflows.recover_admin import approve_recovery, request_recovery
from siegel.workflows.removal_plan import BIN, Decisions
from siegel.workflows.remove_people import remove_person
from siegel.workflows.restore_people import restore_people
from tests import cast, make
from tests.workflows.test_remove_people import remove, sponsor, to
from tests.workflows.test_restore_people import lived_in, open_removals

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def later(days=31):
    return timezone.now() + days * DAY


def test_after_the_grace_period_nothing_personal_is_left_and_the_totals_are_the_same():
    world = cast.assemble()
    lived_in(world)
    remove(world.anna, world.paul, decisions=Decisions(BIN))
    totals = list(Pool.objects.order_by("id").values_list("booked", "used", "seq"))
    ledger = list(LedgerEntry.objects.order_by("id").values_list("seq", "booked", "used"))
    assert erase_due(at=later(29)) == 0
    assert erase_due(at=later()) == 1
    assert list(Pool.objects.order_by("id").values_list("booked", "used", "seq")) == totals
    assert list(LedgerEntry.objects.order_by("id").values_list("seq", "booked", "used")) == ledger
    profile = Profile.objects.get(id=world.paul.profile_id)
    code = world.paul.profile_id.hex[-6:].upper()
    assert profile.name == f"Ehemalige Person {code}"
    for row in (profile, Person.objects.get(id=world.paul.person_id)):
        text = " ".join(str(value).lower() for value in vars(row).values())
        assert not {"paul", "özdemir", "ozdemir"} & set(text.replace("@", " ").split())
        assert row.email.endswith("@erased.invalid")
    person = Person.objects.get(id=world.paul.person_id)
    assert (person.is_active, person.has_usable_password()) == (False, False)
    assert not BoxMember.objects.filter(license=world.paul.license_id).exists()
    assert not GroupMember.objects.filter(license=world.paul.license_id).exists()
    assert not Sponsorship.objects.filter(sponsor=world.paul.license_id).exists()
    destroyed = Box.objects.exclude(destroyed_at=None)
    assert set(destroyed.values_list("name", "files", "bytes")) == {("", 0, 0)}
    assert destroyed.count() == 2
    assert License.objects.get(id=world.paul.license_id).owned_bytes == 0


def test_a_run_that_was_cut_short_is_finished_by_the_next(monkeypatch):
    world = cast.assemble()
    remove(world.anna, world.paul, world.otto, world.gina)
    original, done = erasing.boxes.destroy_boxes, []

    def cut(**of):
        if done:
            raise KeyboardInterrupt
        done.append(of)
        return original(**of)

    monkeypatch.setattr(erasing.boxes, "destroy_boxes", cut)
    with pytest.raises(KeyboardInterrupt):
        erase_due(at=later())
    assert Removal.objects.exclude(erased_at=None).count() == 1
    monkeypatch.undo()
    assert erase_due(at=later()) == 2
    assert not open_removals()


def test_a_restored_person_is_never_erased():
    world = cast.assemble()
    remove(world.anna, world.paul)
    restore_people(
        actor=world.anna.actor,
        account_id=world.musterwerk.id,
        removal_ids=open_removals(),
        at=timezone.now(),
    )
    assert erase_due(at=later()) == 0
    assert Profile.objects.get(id=world.paul.profile_id).name == "Paul Özdemir"


def test_who_works_in_another_account_keeps_the_login_there():
    world = cast.assemble()
    there = make.person(world.anderswo, world.paul.email, "Paul", "Anders")
    remove(world.anna, world.paul)
    erase_due(at=later())
    person = Person.objects.get(id=world.paul.person_id)
    assert (person.email, person.is_active) == (world.paul.email, True)
    assert Profile.objects.get(id=there.profile_id).name == "Paul Anders"
    assert there.actor.license_id == there.license_id
    # Who comes again is somebody new here: another profile, with the pseudonym beside it.
    again = make.person(world.musterwerk, world.paul.email, "Paula", "Neu")
    assert again.profile_id != world.paul.profile_id
    assert again.person_id == world.paul.person_id


def test_an_operator_stays_who_they_are():
    world = cast.assemble()
    Person.objects.filter(id=world.paul.person_id).update(is_operator=True)
    remove(world.anna, world.paul)
    erase_due(at=later())
    assert Person.objects.get(id=world.paul.person_id).email == world.paul.email
    Profile.objects.get(id=world.paul.profile_id, erased_at__isnull=False)


def test_after_the_erasure_the_same_address_is_a_new_person():
    world = cast.assemble()
    remove(world.anna, world.paul)
    erase_due(at=later())
    invitation = invite_person(
        actor=world.anna.actor,
        account_id=world.musterwerk.id,
        person=make.PersonData(world.paul.email, "Petra"),
        kind=PoolKind.FULL,
        at=later(32),
    )
    fresh = Profile.objects.get(id=invitation.profile_id)
    assert (fresh.first_name, fresh.last_name) == ("Petra", "")
    assert fresh.person_id != world.paul.person_id


def test_boxes_with_a_successor_stay_there():
    world = cast.assemble()
    box = make.box(world.paul, files=3, size=9)
    sponsor(world.paul, world.gina)
    remove(world.anna, world.paul, decisions=Decisions(to(world.tom)))
    erase_due(at=later())
    row = Box.objects.get(id=box)
    assert (row.owner_id, row.files, row.destroyed_at) == (world.tom.license_id, 3, None)
    kept = Sponsorship.objects.get(guest=world.gina.license_id)
    assert (kept.sponsor_id, kept.removal_id) == (world.tom.license_id, None)


def test_the_ledger_shows_the_pseudonym():
    world = cast.assemble()
    remove(world.anna, world.paul)
    erase_due(at=later())
    lines = ledger_page(
        actor=world.anna.actor, account_id=world.musterwerk.id, which=LedgerFilter()
    ).lines
    holders = {line.holder for line in lines}
    assert not any("Özdemir" in holder for holder in holders)
    assert any("Ehemalige Person" in holder for holder in holders)


def test_erasing_at_once_is_for_registration_administrators_only():
    world = cast.assemble()
    remove(world.anna, world.paul)
    given = {
        "account_id": world.musterwerk.id,
        "removal_ids": open_removals(),
        "at": timezone.now(),
    }
    for by, no in ((world.tom, Forbidden), (world.otto, Forbidden), (world.xaver, NotFound)):
        with pytest.raises(no):
            erase_people(actor=by.actor, **given)
    with pytest.raises(NotFound):
        erase_people(actor=world.xaver.actor, **given | {"account_id": world.anderswo.id})
    assert erase_people(actor=world.anna.actor, **given) == 1
    assert erase_people(actor=world.anna.actor, **given) == 0
    assert Profile.objects.get(id=world.paul.profile_id).erased_at


def test_api_tokens_of_the_erased_lose_their_names_with_them():
    world = cast.assemble()
    from siegel.accounts.actions import create_api_token

    create_api_token(
        actor=world.tom.actor,
        account_id=world.musterwerk.id,
        label="Toms Skript",
        days=30,
        at=timezone.now(),
    )
    remove(world.anna, world.tom)
    erase_due(at=later())
    assert not ApiToken.objects.exists()


def test_what_was_written_to_the_erased_goes_and_the_log_never_had_their_address():
    world = cast.assemble()
    now = timezone.now()
    for who in ("omar@betreiber.test", "olga@betreiber.test"):
        make_operator(email=who, password="viel-zu-lang-zum-raten", at=now)
    asked, approves = (
        Operator(one.id, one.email) for one in Person.objects.filter(is_operator=True)
    )
    request = request_recovery(
        operator=asked,
        slug=world.musterwerk.slug,
        email=world.paul.email,
        reason="Paul hat die Firma verlassen",
        successor="nina@musterwerk.test",
        at=now,
    )
    approve_recovery(operator=approves, request_id=request.id, at=now)
    nina = Profile.objects.get(email="nina@musterwerk.test")
    RegistrationLink.objects.filter(profile=nina).update(message="Liebe Nina, bis Montag!")
    license_id = License.objects.get(holder=nina).id
    remove_person(
        actor=SYSTEM, account_id=world.musterwerk.id, license_id=license_id, at=now, to=BIN
    )
    assert erase_due(at=later()) == 2  # Nina, and Paul, whose license she had
    assert set(RegistrationLink.objects.filter(profile=nina).values_list("message")) == {("",)}
    nina.refresh_from_db()
    assert RecoveryRequest.objects.get().successor == nina.email
    log = " ".join(str(data) for data in Event.objects.values_list("data", flat=True))
    assert "nina" not in log


def test_administrators_are_told_three_days_before_and_once(settings):
    world = cast.assemble()
    remove(world.anna, world.paul, world.gina)
    assert warn_of_erasure(at=later(26)) == 0
    for _again in range(2):
        warn_of_erasure(at=later(27) + timedelta(minutes=1))
    jobs = Job.objects.filter(task__endswith="mail_warning")
    assert jobs.count() == 2  # Anna and Tom
    assert "Özdemir" not in str(list(jobs.values_list("arguments", flat=True)))
    from siegel.licensing.queries.removals import removals

    people = removals(
        actor=world.anna.actor, account_id=world.musterwerk.id, removal_ids=open_removals()
    )
    subject, text = warning_text(account_by_id(world.musterwerk.id), list(people.values()), "de")
    assert "2 Personen" in subject
    assert "Paul Özdemir" in text
    assert "/a/musterwerk/people/bin/" in text
    assert mail.outbox == []


def test_status_at_any_moment_is_the_same_before_and_after_the_erasure():
    world = cast.assemble()
    remove(world.anna, world.paul)
    at = timezone.now() - DAY
    before = license_status(world.musterwerk.id, at)
    erase_due(at=later())
    assert license_status(world.musterwerk.id, at) == before
    assert License.objects.filter(state=LicenseState.RELEASED).count() == 1


def test_who_lost_the_license_to_a_successor_is_erased_after_the_grace_period_too():
    world = cast.assemble()
    (new,) = make.profiles(world.musterwerk, 1)
    licensing.pass_on_license(
        actor=SYSTEM,
        account_id=world.musterwerk.id,
        license_id=world.paul.license_id,
        to_profile_id=new,
        at=timezone.now(),
    )
    assert erase_due(at=later(29)) == 0
    assert erase_due(at=later()) == 1
    assert erase_due(at=later()) == 0
    assert Profile.objects.get(id=world.paul.profile_id).name.startswith("Ehemalige Person")
    assert Profile.objects.get(id=new).erased_at is None
    event = Event.objects.get(verb="person.erase")
    assert (event.subject_id, event.data) == (world.paul.person_id, {})


def test_who_lost_the_license_and_was_invited_anew_stays():
    world = cast.assemble()
    (new,) = make.profiles(world.musterwerk, 1)
    of = {"actor": SYSTEM, "account_id": world.musterwerk.id, "at": timezone.now()}
    licensing.pass_on_license(license_id=world.paul.license_id, to_profile_id=new, **of)
    licensing.assign_license(kind=PoolKind.GUEST, holder_id=world.paul.profile_id, **of)
    assert erase_due(at=later()) == 0
    assert Profile.objects.get(id=world.paul.profile_id).name == "Paul Özdemir"
