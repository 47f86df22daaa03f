"""Too many wrong entries lock a login, known or not, and a mail unlocks it."""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone

from siegel.accounts.actions import forget_old_locks
from siegel.accounts.models import SignInLock
from siegel.audit.models import Event
from siegel.jobs.models import Job
from siegel.jobs.worker import run_jobs
from siegel.workflows.sign_in_lock import (
    is_locked,
    note_sign_in,
    note_wrong_entry,
    unlock,
    unlock_after_new_password,
)
from tests import cast, factors

pytestmark = pytest.mark.django_db
UNKNOWN = "niemand@nirgends.test"


@pytest.fixture
def world():
    return cast.assemble()


def fail(email, times, at=None):
    return [note_wrong_entry(email=email, at=at or timezone.now()) for _time in range(times)]


def link():
    run_jobs()
    return re.search(r"/sign-in/unlock/([0-9a-f]{64})/", str(mail.outbox[-1].body))[1]


def test_the_number_that_the_account_chose_locks(world):
    factors.protect(world.anna, lockout_attempts=4, lockout_minutes=30)
    entries = fail(world.paul.email, 4)
    assert [entry.locked for entry in entries] == [False, False, False, True]
    now = timezone.now()
    assert is_locked(world.paul.email, now + timedelta(minutes=29))
    assert not is_locked(world.paul.email, now + timedelta(minutes=31))
    assert not is_locked(world.tom.email, now)


def test_an_unknown_address_is_counted_alike_and_gets_no_mail(world):
    assert [entry.locked for entry in fail(UNKNOWN, 10)] == [False] * 9 + [True]
    assert is_locked(UNKNOWN.upper(), timezone.now())
    run_jobs()
    assert mail.outbox == []
    assert UNKNOWN not in str(list(SignInLock.objects.values_list()))


def test_the_lock_is_told_to_the_person_and_to_the_accounts_log(world):
    fail(world.paul.email, 10)
    event = Event.objects.get(verb="login.lock")
    assert (event.account_id, event.subject_id) == (world.musterwerk.id, world.paul.person_id)
    token = link()
    assert mail.outbox[0].subject == "Ihr Zugang ist gesperrt"
    assert "15 Minuten" in str(mail.outbox[0].body)
    assert token not in str(list(Job.objects.values_list("arguments", flat=True)))
    assert token not in str(list(SignInLock.objects.values_list()))


def test_the_link_unlocks_once(world):
    fail(world.paul.email, 10)
    token, now = link(), timezone.now()
    assert not unlock(token="0" * 64, at=now)
    assert unlock(token=token, at=now)
    assert not is_locked(world.paul.email, now)
    assert not unlock(token=token, at=now)
    assert Event.objects.get(verb="login.unlock").actor_id == world.paul.person_id
    assert not fail(world.paul.email, 1)[0].locked  # counting has begun anew


def test_the_link_ends_with_its_lock_and_does_not_open_the_next_one(world):
    at = timezone.now()
    fail(world.paul.email, 10, at)
    old = link()
    assert not unlock(token=old, at=at + timedelta(minutes=16))
    assert fail(world.paul.email, 10, at + timedelta(minutes=16))[-1].locked
    assert not unlock(token=old, at=at + timedelta(minutes=17))
    assert unlock(token=link(), at=at + timedelta(minutes=17))


def test_no_link_where_an_account_forbids_it(world):
    factors.protect(world.anna, self_unlock=False)
    fail(world.paul.email, 10)
    run_jobs()
    text = str(mail.outbox[0].body)
    assert "/sign-in/unlock/" not in text
    assert "warten Sie 15 Minuten" in text
    assert "Ihren Zugang wiederherzustellen" in text
    now = timezone.now()
    unlock_after_new_password(person_id=world.paul.person_id, at=now)
    assert is_locked(world.paul.email, now)


def test_a_new_password_by_mail_unlocks(world):
    fail(world.paul.email, 10)
    now = timezone.now()
    unlock_after_new_password(person_id=world.paul.person_id, at=now)
    assert not is_locked(world.paul.email, now)
    assert Event.objects.filter(verb="login.unlock").count() == 1


def test_attempts_while_locked_do_not_lock_longer(world):
    at = timezone.now()
    fail(world.paul.email, 10, at)
    assert all(entry.locked for entry in fail(world.paul.email, 3, at + timedelta(minutes=14)))
    assert not is_locked(world.paul.email, at + timedelta(minutes=15, seconds=1))


def test_a_sign_in_and_a_quiet_day_forget_wrong_entries(world):
    at = timezone.now()
    fail(world.paul.email, 9, at)
    note_sign_in(email=world.paul.email)
    assert not any(entry.locked for entry in fail(world.paul.email, 9, at))
    assert not fail(world.paul.email, 1, at + timedelta(days=1))[0].locked
    assert fail(world.paul.email, 1, at + timedelta(days=1))[0].failures == 2


def test_rows_of_a_quiet_day_are_deleted_but_no_lock_that_holds(world):
    factors.protect(world.anna, lockout_minutes=1_440)
    at = timezone.now()
    fail(UNKNOWN, 1, at)
    fail(world.paul.email, 9, at)
    fail(world.paul.email, 1, at + timedelta(hours=1))
    assert forget_old_locks(at=at + timedelta(hours=24, minutes=30)) == 1
    assert is_locked(world.paul.email, at + timedelta(hours=24, minutes=30))
    assert forget_old_locks(at=at + timedelta(hours=26)) == 1
