"""Wrong passwords and codes, counted for each e-mail address: the only writer of that table.

Addresses that nobody has are counted alike, so that no answer tells who has a login. The address
itself is not stored, only a keyed hash of it.
"""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from siegel.accounts.models import SignInLock
from siegel.accounts.protection import ProtectionFacts
from siegel.accounts.tokens import hash_token

#: After so long without a wrong entry, counting begins anew.
FORGET_AFTER = timedelta(days=1)


@dataclass(frozen=True)
class Failures:
    """What the wrong entries for an address have come to."""

    lock_id: UUID
    count: int
    just_locked: bool


def is_locked(email: str, at: datetime) -> bool:
    """Return whether nobody can sign in with the address at this moment."""
    return SignInLock.objects.filter(key=_key(email), locked_until__gt=at).exists()


def failures_of(email: str, at: datetime) -> int:
    """Return how many wrong entries are counted for the address."""
    rows = SignInLock.objects.filter(key=_key(email), last_failed_at__gt=at - FORGET_AFTER)
    return rows.values_list("failures", flat=True).first() or 0


@transaction.atomic
def count_failure(
    *, email: str, person_id: UUID | None, rules: ProtectionFacts, at: datetime
) -> Failures:
    """Count a wrong password or code, and lock the address at the number that the rules name."""
    key = _key(email)
    # Both statements are repeatable beside others: no reading first and writing what was read.
    SignInLock.objects.bulk_create([SignInLock(key=key, last_failed_at=at)], ignore_conflicts=True)
    row = SignInLock.objects.select_for_update().get(key=key)
    over = row.locked_until is not None and row.locked_until <= at
    if over or row.last_failed_at <= at - FORGET_AFTER:
        row.failures, row.locked_until, row.unlock_hash = 0, None, ""
    row.failures += 1
    row.last_failed_at, row.person_id = at, person_id
    just_locked = row.locked_until is None and row.failures >= rules.lockout_attempts
    if just_locked:
        row.locked_until = at + timedelta(minutes=rules.lockout_minutes)
        row.unlock_hash = hash_token(unlock_token(row.id, row.locked_until))
    row.save()
    return Failures(row.id, row.failures, just_locked)


def clear_failures(*, email: str) -> None:
    """Forget the wrong entries: the person is in, or has proved that the mailbox is theirs."""
    SignInLock.objects.filter(key=_key(email)).delete()


@dataclass(frozen=True)
class Unlocking:
    """A lock that its link can end."""

    id: UUID
    person_id: UUID
    locked_until: datetime


def lock_of(token: str, at: datetime) -> Unlocking | None:
    """Return the lock that a link from the mail would end now; None for any other link."""
    row = SignInLock.objects.filter(
        unlock_hash=hash_token(token), locked_until__gt=at, person__isnull=False
    ).first()
    if row is None or row.person_id is None or row.locked_until is None:
        return None
    return Unlocking(row.id, row.person_id, row.locked_until)


def open_lock(lock_id: UUID, at: datetime) -> Unlocking | None:
    """Return a lock that still holds, for the mail about it."""
    row = SignInLock.objects.filter(id=lock_id, locked_until__gt=at).first()
    if row is None or row.person_id is None or row.locked_until is None:
        return None
    return Unlocking(row.id, row.person_id, row.locked_until)


def end_lock(*, token: str, at: datetime) -> UUID | None:
    """End the lock of a link, once; return whose it was, or None where nothing was to be ended."""
    found = lock_of(token, at)
    if found is None:
        return None
    ended, _rows = SignInLock.objects.filter(id=found.id, locked_until__gt=at).delete()
    return found.person_id if ended else None


def unlock_token(lock_id: UUID, locked_until: datetime) -> str:
    """Return the secret of the link that ends this lock, derived like a registration token."""
    key = hashlib.sha256(b"siegel unlock link" + settings.SECRET_KEY.encode()).digest()
    value = f"{lock_id}:{locked_until.timestamp():.6f}"
    return hmac.digest(key, value.encode(), "sha256").hex()


def forget_old_locks(*, at: datetime) -> int:
    """Delete what was counted more than a day ago and locks nobody; return how many."""
    quiet = Q(last_failed_at__lt=at - FORGET_AFTER)
    old = SignInLock.objects.filter(quiet & (Q(locked_until=None) | Q(locked_until__lt=at)))
    return old.delete()[0]


def _key(email: str) -> str:
    secret = hashlib.sha256(b"siegel sign-in lock" + settings.SECRET_KEY.encode()).digest()
    return hmac.digest(secret, email.strip().lower().encode(), "sha256").hex()
