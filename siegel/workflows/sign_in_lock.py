"""Too many wrong passwords or codes lock a login; a link in a mail unlocks it."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django_tasks import task
from django_tasks.base import TaskContext

from siegel.accounts import actions as accounts
from siegel.accounts.protection import ProtectionFacts
from siegel.accounts.queries import login_of, person_with_email
from siegel.audit.actions import record
from siegel.jobs.mail import send_mail
from siegel.licensing.queries.protection import accounts_of
from siegel.licensing.queries.seats import protection_for


@dataclass(frozen=True)
class Entry:
    """What became of an attempt to sign in."""

    locked: bool
    failures: int


def is_locked(email: str, at: datetime) -> bool:
    """Return whether nobody can sign in with this address at this moment."""
    return accounts.is_locked(email, at)


@transaction.atomic
def note_wrong_entry(*, email: str, at: datetime, door: str = "web") -> Entry:
    """Count a wrong password or code; at the number that the strictest account names, lock.

    An address that nobody has is counted and locked by the default rules, without a mail.
    """
    if accounts.is_locked(email, at):
        return Entry(locked=True, failures=accounts.failures_of(email, at))
    person_id = person_with_email(email.strip().lower())
    rules = protection_for(person_id) if person_id else ProtectionFacts()
    counted = accounts.count_failure(email=email, person_id=person_id, rules=rules, at=at)
    if counted.just_locked and person_id is not None:
        _tell(person_id, "login.lock", at, door)
        mail_about_lock.enqueue(str(counted.lock_id))
    return Entry(locked=counted.just_locked, failures=counted.count)


def note_sign_in(*, email: str) -> None:
    """Forget the wrong entries: the person is in, with everything that was asked for."""
    accounts.clear_failures(email=email)


@transaction.atomic
def unlock(*, token: str, at: datetime, door: str = "web") -> bool:
    """End the lock that a mail's link belongs to; return False for a link that ends nothing."""
    person_id = accounts.end_lock(token=token, at=at)
    if person_id is None:
        return False
    _tell(person_id, "login.unlock", at, door, by=person_id)
    return True


@transaction.atomic
def unlock_after_new_password(*, person_id: UUID, at: datetime, door: str = "web") -> None:
    """End a lock because its person has proved by mail who they are, where that is allowed."""
    email = login_of(person_id).email
    if not protection_for(person_id).self_unlock:
        return
    was_locked = accounts.is_locked(email, at)
    accounts.clear_failures(email=email)
    if was_locked:
        _tell(person_id, "login.unlock", at, door, by=person_id)


def _tell(person_id: UUID, verb: str, at: datetime, door: str, *, by: UUID | None = None) -> None:
    """Write it into the log of every account that the person belongs to."""
    for account_id in accounts_of(person_id):
        record(
            account_id=account_id,
            actor_id=by,
            door=door,
            verb=verb,
            at=at,
            subject_id=person_id,
        )


@task(takes_context=True, max_attempts=20)
def mail_about_lock(context: TaskContext, lock_id: str) -> None:
    """Tell a person that their login is locked; with a link that unlocks, where that is allowed.

    The job knows the lock's id only: the link's secret is derived while sending. After the lock
    nobody needs the mail any more, so none is sent then.
    """
    now = timezone.now()
    lock = accounts.open_lock(UUID(lock_id), now)
    if lock is None:
        return
    person = login_of(lock.person_id)
    minutes = max(1, round((lock.locked_until - now).total_seconds() / 60))
    link = ""
    if protection_for(person.id).self_unlock:
        token = accounts.unlock_token(lock.id, lock.locked_until)
        link = f"{settings.BASE_URL}/sign-in/unlock/{token}/"
    with translation.override(person.language):
        send_mail(
            context, person.email, _("Your login is locked"), lock_text(person.name, minutes, link)
        )


def lock_text(name: str, minutes: int, link: str) -> str:
    """Return the mail about a lock in the reader's language; ``link`` may be empty."""
    parts = [
        _("Hello %(name)s,") % {"name": name},
        ngettext(
            "somebody has entered a wrong password or code for your login too often. It is locked "
            "for about %(count)d minute.",
            "somebody has entered a wrong password or code for your login too often. It is locked "
            "for about %(count)d minutes.",
            minutes,
        )
        % {"count": minutes},
    ]
    if link:
        parts += [_("Was it you? With this link you unlock it at once:"), link]
    else:
        parts.append(
            ngettext(
                "Was it you? Then wait %(count)d minute and sign in again; the lock then ends by "
                "itself. If you cannot wait, or have forgotten your password, ask an administrator "
                "of your account to restore your access.",
                "Was it you? Then wait %(count)d minutes and sign in again; the lock then ends by "
                "itself. If you cannot wait, or have forgotten your password, ask an administrator "
                "of your account to restore your access.",
                minutes,
            )
            % {"count": minutes}
        )
    parts.append(
        _(
            "Was it not you? Then do nothing; nobody has got in. If this happens again, choose a "
            "new password and tell an administrator of your account."
        )
    )
    return "\n\n".join([*parts, f"Siegel\n{settings.BASE_URL}\n"])
