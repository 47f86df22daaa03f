"""A lost registration administrator: two operators, a week, everybody told, one role."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from siegel.accounts.actions import (
    RecoveryOpen,
    authenticate_operator,
    make_operator,
    needs_password,
)
from siegel.accounts.models import Person, Protection, RecoveryRequest, RegistrationLink
from siegel.accounts.pass_codes import is_pass_code
from siegel.accounts.permissions import Role
from siegel.accounts.queries import roles_of
from siegel.accounts.recoveries import RecoveryState, recoveries, recovery_facts
from siegel.audit.models import Event
from siegel.core.ids import new_id
from siegel.core.refusal import BadInput, Forbidden, NotFound
from siegel.jobs.worker import run_jobs
from siegel.licensing.models import License
from siegel.licensing.queries.one_holder import license_of_address
from siegel.workflows.recover_admin import (
    CannotRecover,
    RecoveryEnded,
    SameOperator,
    approve_recovery,
    request_recovery,
    withdraw_recovery,
)
from siegel.workflows.suspend_license import suspend_license
from tests import cast

pytestmark = pytest.mark.django_db
SECRET = "viel-zu-lang-zum-raten"
WHY = "Anna left; Paul showed the extract of the commercial register"


@pytest.fixture
def world():
    return cast.assemble()


def operator(email):
    now = timezone.now()
    make_operator(email=email, password=SECRET, at=now)
    return authenticate_operator(email=email, password=SECRET, at=now)


@pytest.fixture
def omar(db):
    return operator("omar@betreiber.test")


@pytest.fixture
def olga(db):
    return operator("olga@betreiber.test")


def ask(by, world, email=None, **more):
    return request_recovery(
        operator=by,
        slug=world.musterwerk.slug,
        email=email or world.paul.email,
        **({"reason": WHY, "at": timezone.now()} | more),
    )


def approve(by, request, at=None):
    return approve_recovery(operator=by, request_id=request.id, at=at or timezone.now())


def test_two_people_give_the_role_and_nothing_happens_before_the_second(world, omar, olga):
    request = ask(omar, world)
    assert roles_of(world.paul.profile_id) == set()
    done = approve(olga, request).request
    assert done.state == RecoveryState.APPROVED
    assert (done.requested_by, done.approved_by) == (omar.email, olga.email)
    assert roles_of(world.paul.profile_id) == {Role.REGISTRATION_ADMIN}


def test_whoever_asked_cannot_approve_whatever_they_do(world, omar):
    request = ask(omar, world)
    with pytest.raises(SameOperator):
        approve(omar, request)
    with pytest.raises(IntegrityError), transaction.atomic():
        RecoveryRequest.objects.filter(id=request.id).update(
            state="approved", approved_by=omar.person_id, ended_at=timezone.now()
        )
    assert roles_of(world.paul.profile_id) == set()


def test_approving_twice_changes_nothing(world, omar, olga, mailoutbox):
    request = ask(omar, world)
    approve(olga, request)
    run_jobs()
    events, mails = Event.objects.count(), len(mailoutbox)
    approve(olga, request)
    approve(operator("otto@betreiber.test"), request)
    run_jobs()
    assert Event.objects.filter(verb__startswith="recovery").count() == 4
    assert (Event.objects.count(), len(mailoutbox)) == (events + 1, mails)  # the new operator's


def test_the_administrators_and_the_person_are_told_both_times(world, omar, olga, mailoutbox):
    approve(olga, ask(omar, world))
    run_jobs()
    to = sorted(mail.to[0] for mail in mailoutbox)
    assert to == sorted([world.anna.email, world.tom.email, world.paul.email] * 2)
    asked = next(mail for mail in mailoutbox if "soll wiederhergestellt" in mail.subject)
    assert "Paul Özdemir" in asked.body
    assert WHY in asked.body
    assert "Noch hat sich nichts geändert" in asked.body
    assert any("hat einen neuen" in mail.subject for mail in mailoutbox)


def test_both_logs_tell_who_and_why(world, omar, olga):
    approve(olga, ask(omar, world))
    for account_id in (world.musterwerk.id, None):
        asked, approved = Event.objects.filter(
            account_id=account_id, verb__startswith="recovery"
        ).order_by("id")
        assert (asked.actor_id, approved.actor_id) == (omar.person_id, olga.person_id)
        assert asked.data["reason"] == WHY
        assert asked.subject_id == world.paul.person_id
    assert Event.objects.filter(account_id=world.musterwerk.id, verb="role.grant").exists()


def test_after_a_week_it_is_over_and_makes_room_for_another(world, omar, olga):
    long_ago = timezone.now() - timedelta(days=8)
    old = ask(omar, world, at=long_ago)
    with pytest.raises(RecoveryEnded, match="abgelaufen"):
        approve(olga, old)
    assert roles_of(world.paul.profile_id) == set()
    new = ask(olga, world)
    assert [one.state for one in recoveries(timezone.now())] == ["open", "expired"]
    approve(omar, new)


def test_one_open_request_for_an_account(world, omar, olga):
    first = ask(omar, world)
    with pytest.raises(RecoveryOpen, match=str(first.id)):
        ask(olga, world, email=world.bea.email)
    withdraw_recovery(operator=olga, request_id=first.id, at=timezone.now())
    withdraw_recovery(operator=olga, request_id=first.id, at=timezone.now())
    with pytest.raises(RecoveryEnded, match="zurückgezogen"):
        approve(olga, first)
    approve(olga, ask(omar, world, email=world.bea.email))
    assert Role.REGISTRATION_ADMIN in roles_of(world.bea.profile_id)
    with pytest.raises(RecoveryEnded):
        request = recoveries(timezone.now())[0]
        withdraw_recovery(operator=omar, request_id=request.id, at=timezone.now())


@pytest.mark.parametrize("who", ["gina", "ines", "anna", "xaver"])
def test_who_cannot_have_the_role_is_explained(world, omar, who):
    with pytest.raises(CannotRecover):
        ask(omar, world, email=getattr(world, who).email)
    assert not RecoveryRequest.objects.exists()


def test_somebody_without_a_license_is_told_the_ways_out(world, omar):
    with pytest.raises(CannotRecover) as no:
        ask(omar, world, email="Neu@Musterwerk.test")
    assert "keine Volllizenz" in str(no.value)
    assert any("--successor" in way.label for way in no.value.ways_out)


def test_what_changed_before_the_approval_counts(world, omar, olga):
    request = ask(omar, world)
    suspend_license(
        actor=world.anna.actor,
        account_id=world.musterwerk.id,
        license_id=world.paul.license_id,
        at=timezone.now(),
    )
    with pytest.raises(CannotRecover, match="gesperrt"):
        approve(olga, request)
    assert recovery_facts(request.id, timezone.now()).state == RecoveryState.OPEN


def test_a_successor_gets_license_and_role_and_the_leaver_keeps_nothing(
    world, omar, olga, mailoutbox
):
    suspend_license(
        actor=world.anna.actor,
        account_id=world.musterwerk.id,
        license_id=world.paul.license_id,
        at=timezone.now(),
    )
    count = License.objects.filter(released_at=None).count()
    request = ask(omar, world, successor="Nina@Musterwerk.test")
    done = approve(olga, request)
    assert "/r/" in done.link
    license_id = license_of_address(world.musterwerk.id, "nina@musterwerk.test")
    assert license_id == world.paul.license_id
    holder = License.objects.get(id=license_id).holder_id
    assert roles_of(holder) == {Role.REGISTRATION_ADMIN}
    assert License.objects.filter(released_at=None).count() == count
    run_jobs()
    assert any(done.link in mail.body for mail in mailoutbox if mail.to == ["nina@musterwerk.test"])


def test_a_protected_account_gets_its_successor_by_hand_and_with_a_pass_code(
    world, omar, olga, mailoutbox
):
    Protection.objects.update_or_create(
        account_id=world.musterwerk.id,
        defaults={"server_invitations": False, "pass_code_required": True},
    )
    done = approve(olga, ask(omar, world, successor="nina@musterwerk.test"))
    run_jobs()
    assert not any(done.link in mail.body for mail in mailoutbox)
    link = RegistrationLink.objects.get(profile__email="nina@musterwerk.test")
    assert is_pass_code(done.pass_code, link.pass_code)


def test_a_successor_who_cannot_be_is_refused_at_once(world, omar):
    for bad in ("keine-adresse", world.paul.email):
        with pytest.raises(Exception, match=r"Adresse|Lizenz"):
            ask(omar, world, successor=bad)
    assert not RecoveryRequest.objects.exists()


@pytest.mark.parametrize("reason", ["", "   ", "darum", "x" * 501])
def test_a_reason_is_needed(world, omar, reason):
    with pytest.raises(BadInput):
        ask(omar, world, reason=reason)


def test_accounts_and_requests_that_are_none(world, omar):
    with pytest.raises(NotFound):
        request_recovery(
            operator=omar, slug="nirgends", email="x@y.test", reason=WHY, at=timezone.now()
        )
    with pytest.raises(NotFound):
        approve_recovery(operator=omar, request_id=new_id(), at=timezone.now())


def test_operators_show_their_password_and_others_are_none(world, omar):
    now = timezone.now()
    for email, password in (
        (omar.email, "falsch"),
        (world.anna.email, "korrekt-pferd-batterie"),
        ("niemand@betreiber.test", SECRET),
        ("", ""),
    ):
        with pytest.raises(Forbidden):
            authenticate_operator(email=email, password=password, at=now)
    assert Event.objects.filter(verb="operator.refuse").count() == 2
    assert authenticate_operator(email="OMAR@betreiber.test", password=SECRET, at=now) == omar


def test_a_login_becomes_an_operators_and_keeps_its_password(world):
    assert not needs_password(world.anna.email)
    assert make_operator(email=world.anna.email, password="", at=timezone.now())
    assert not make_operator(email=world.anna.email, password="", at=timezone.now())
    assert Person.objects.get(email=world.anna.email).check_password("korrekt-pferd-batterie")
    with pytest.raises(BadInput):
        make_operator(email="neu@betreiber.test", password="kurz", at=timezone.now())
    assert not Person.objects.filter(email="neu@betreiber.test").exists()
