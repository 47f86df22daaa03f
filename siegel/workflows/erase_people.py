"""Erase removed people for good, when their time in the bin is over or somebody asks for it.

Their boxes in the bin are destroyed, and what is personal gives way to a pseudonym (GDPR Art. 17).
Ledgers, journals and totals stay as they are.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django_tasks import task
from django_tasks.base import TaskContext

from siegel.accounts import actions as accounts
from siegel.accounts.permissions import SYSTEM, Actor, Permission, require
from siegel.accounts.queries import AccountFacts, account_by_id
from siegel.audit.actions import record
from siegel.boxes import actions as boxes
from siegel.core.formats import date_long
from siegel.core.refusal import NotFound
from siegel.jobs.mail import send_mail
from siegel.licensing import actions as licensing
from siegel.licensing.queries.one_holder import administrators_to_mail
from siegel.licensing.queries.removals import (
    FormerHolder,
    RemovedPerson,
    due_removals,
    former_holders,
    hold_removal,
    is_kept,
    known_removals,
    license_of_removal,
    removals,
    unwarned_removals,
)

#: How long before the end administrators hear of it.
WARNING = timedelta(days=3)


def erase_due(*, at: datetime) -> int:
    """Erase everybody whose grace period is over, each for itself; return how many.

    Killed in between, the next run goes on with the rest.
    """
    count = 0
    while due := due_removals(at):
        for removal in due:
            count += _erase(SYSTEM, removal.account_id, removal.id, at)
    before = at - timedelta(days=settings.REMOVAL_GRACE_DAYS)
    return count + sum(_erase_former(one, at) for one in former_holders(before))


@transaction.atomic
def _erase_former(one: FormerHolder, at: datetime) -> bool:
    """Erase somebody whose license went to a successor: there is nothing that could come back."""
    accounts.hold_profile(profile_id=one.profile_id)
    if is_kept(one.profile_id):  # invited anew in this moment
        return False
    if not accounts.erase_profile(profile_id=one.profile_id, at=at):
        return False
    accounts.erase_person(person_id=one.person_id)
    record(
        account_id=one.account_id,
        actor_id=None,
        door=SYSTEM.door,
        verb="person.erase",
        at=at,
        subject_id=one.person_id,
    )
    return True


@transaction.atomic
def erase_people(
    *, actor: Actor, account_id: UUID, removal_ids: Sequence[UUID], at: datetime
) -> int:
    """Erase people in the bin now, because they asked for it; return how many. Not undoable.

    :raises Forbidden: only registration administrators decide this.
    :raises NotFound: one of the removals is not of this account.
    """
    require(actor, Permission.PERSON_ERASE, account_id)
    if known_removals(account_id, removal_ids) != len(set(removal_ids)):
        raise NotFound(_("This does not exist, or it belongs to another account."))
    held = [license_of_removal(removal_id) for removal_id in removal_ids]
    licensing.hold_licenses(account_id=account_id, license_ids=held, with_pools=False)
    return sum(_erase(actor, account_id, removal_id, at) for removal_id in sorted(set(removal_ids)))


@transaction.atomic
def _erase(actor: Actor, account_id: UUID, removal_id: UUID, at: datetime) -> bool:
    # The license before its removal, as restoring takes them: whoever comes second waits here.
    licensing.hold_licenses(
        account_id=account_id, license_ids=[license_of_removal(removal_id)], with_pools=False
    )
    removal = hold_removal(removal_id)
    if removal is None:  # restored, or erased by somebody else
        return False
    destroyed = boxes.destroy_boxes(removal_id=removal_id, at=at)
    boxes.end_memberships(license_id=removal.license_id)
    licensing.mark_erased(removal_id=removal_id, at=at)
    if not is_kept(removal.profile_id):
        accounts.erase_profile(profile_id=removal.profile_id, at=at)
        accounts.erase_person(person_id=removal.person_id)
    record(
        account_id=removal.account_id,
        actor_id=actor.person_id,
        door=actor.door,
        verb="license.erase",
        at=at,
        subject_id=removal.person_id,
        license=str(removal.license_id),
        removal=str(removal_id),
        boxes=destroyed,
    )
    return True


def warn_of_erasure(*, at: datetime) -> int:
    """Mail administrators who will be erased soon, once; return of how many people."""
    count = 0
    for account_id, removal_ids in unwarned_removals(at + WARNING).items():
        with transaction.atomic():
            licensing.mark_warned(removal_ids=removal_ids, at=at)
            for email, language in administrators_to_mail(account_id):
                mail_warning.enqueue(
                    email, language, str(account_id), [str(one) for one in removal_ids]
                )
        count += len(removal_ids)
    return count


@task(takes_context=True, max_attempts=20)  # for about half a day
def mail_warning(
    context: TaskContext, email: str, language: str, account_id: str, removal_ids: list[str]
) -> None:
    """Send the list of those who still lie in the bin; the job itself holds no names of them."""
    found = removals(
        actor=SYSTEM,
        account_id=UUID(account_id),
        removal_ids=[UUID(one) for one in removal_ids],
    )
    if found:
        subject, text = warning_text(
            account_by_id(UUID(account_id)), list(found.values()), language
        )
        send_mail(context, email, subject, text)


def warning_text(
    account: AccountFacts, people: Sequence[RemovedPerson], language: str
) -> tuple[str, str]:
    """Return subject and text in the reader's language."""
    with translation.override(language):
        first = min(one.erase_after for one in people)
        day = date_long(first.astimezone(account.zone).date(), language)
        subject = ngettext(
            "%(account)s: %(count)d person will be erased for good from %(day)s on",
            "%(account)s: %(count)d people will be erased for good from %(day)s on",
            len(people),
        ) % {"account": account.name, "count": len(people), "day": day}
        lines = [
            f"- {one.name}, {date_long(one.erase_after.astimezone(account.zone).date(), language)}"
            for one in people
        ]
        parts = (
            _("These people were removed and lie in the bin of %(account)s until the day given:")
            % {"account": account.name},
            "\n".join(lines),
            _(
                "Then their personal data is erased, and boxes that lie in the bin with them are "
                "destroyed. Whoever shall stay can be restored until then:"
            ),
            f"{settings.BASE_URL}/a/{account.slug}/people/bin/",
            _("If everybody on this list shall go, you need not do anything."),
        )
        return subject, "\n\n".join(parts) + "\n"
