"""Temporary guests: their licenses end by themselves, and those concerned hear of it before.

Access is closed at the very moment (``seats_of``); what happens here is that the license becomes
free, and that the guest lies in the bin of people like everybody who was removed.
"""

import logging
from collections.abc import Sequence
from datetime import datetime
from itertools import groupby
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django_tasks import task
from django_tasks.base import TaskContext

from siegel.accounts.permissions import SYSTEM
from siegel.accounts.queries import AccountFacts, account_by_id, login_of
from siegel.core.formats import date_long
from siegel.core.periods import local_day
from siegel.core.refusal import Refusal
from siegel.jobs.mail import send_mail
from siegel.licensing import actions as licensing
from siegel.licensing.queries.ending import (
    Ending,
    due_to_end,
    sponsors_to_tell,
    still_due,
    told_endings,
    untold_endings,
)
from siegel.workflows.remove_people import end_licenses

logger = logging.getLogger(__name__)


def expire_guests(*, at: datetime) -> int:
    """End every guest license whose time is over; return how many.

    Killed in between, the next run goes on with the rest; a second run changes nothing.
    """
    count, refused = 0, set[UUID]()
    while due := due_to_end(at, but=refused):
        for account_id, license_ids in due.items():
            try:
                count += _end(account_id, license_ids, at)
            except Refusal:
                # One that cannot end must not keep the others.
                count += sum(_end_alone(account_id, one, at, refused) for one in license_ids)
    return count


def _end_alone(account_id: UUID, license_id: UUID, at: datetime, refused: set[UUID]) -> int:
    try:
        return _end(account_id, [license_id], at)
    except Refusal:
        logger.exception("The temporary license %s could not end", license_id)
        refused.add(license_id)
        return 0


@transaction.atomic
def _end(account_id: UUID, license_ids: Sequence[UUID], at: datetime) -> int:
    licensing.hold_licenses(account_id=account_id, license_ids=license_ids)
    # Somebody may have put the end off, or the guest may have signed in, until they were held.
    due = still_due(license_ids, at)
    if not due:
        return 0
    return end_licenses(actor=SYSTEM, account_id=account_id, license_ids=due, at=at).people


def warn_of_ends(*, at: datetime) -> int:
    """Mail guests and their sponsors that a license will end, once for each end; return how many.

    An end that moves is told of again. A sponsor with several such guests gets one mail.
    """
    count = 0
    for _account, group in groupby(untold_endings(at), lambda one: one.account_id):
        with transaction.atomic():
            told = [
                one
                for one in group
                if licensing.note_end_told(license_id=one.license_id, ends_at=one.ends_at)
            ]
            for one in told:
                if one.registered:
                    mail_guest.enqueue(str(one.license_id))
            for sponsor in sponsors_to_tell([one.license_id for one in told]):
                guests = [str(guest) for guest in sponsor.guests]
                mail_sponsor.enqueue(str(sponsor.person_id), str(sponsor.account_id), guests)
        count += len(told)
    return count


@task(takes_context=True, max_attempts=20)  # for about half a day
def mail_guest(context: TaskContext, license_id: str) -> None:
    """Tell a guest that their license will end; nothing if that has changed meanwhile."""
    for one in told_endings([UUID(license_id)], timezone.now()):
        person = login_of(one.person_id)
        subject, text = guest_text(account_by_id(one.account_id), one, person.language)
        send_mail(context, person.email, subject, text)


@task(takes_context=True, max_attempts=20)
def mail_sponsor(
    context: TaskContext, person_id: str, account_id: str, license_ids: list[str]
) -> None:
    """Tell a sponsor which of their guests will end; the job itself holds no names of them."""
    endings = told_endings([UUID(one) for one in license_ids], timezone.now())
    if endings:
        person = login_of(UUID(person_id))
        account = account_by_id(UUID(account_id))
        subject, text = sponsor_text(account, endings, person.language)
        send_mail(context, person.email, subject, text)


def guest_text(account: AccountFacts, one: Ending, language: str) -> tuple[str, str]:
    """Return subject and text of the mail to a guest."""
    with translation.override(language):
        day = _last_day(account, one, language)
        subject = _("%(account)s: your guest access ends on %(day)s")
        if one.idle_days is None:
            way = _("If you need it longer, please ask whoever invited you.")
        else:
            way = _("Sign in until then, and it stays: %(link)s") % {
                "link": f"{settings.BASE_URL}/a/{account.slug}/"
            }
        parts = [
            _("Hello %(name)s,") % {"name": one.name},
            _("your guest license of %(account)s is valid until the end of %(day)s.")
            % {"account": account.name, "day": day},
            way,
            _("What you have put into boxes of others stays there."),
        ]
        return subject % {"account": account.name, "day": day}, "\n\n".join(parts) + "\n"


def sponsor_text(
    account: AccountFacts, endings: Sequence[Ending], language: str
) -> tuple[str, str]:
    """Return subject and text of the mail to a sponsor."""
    with translation.override(language):
        subject = ngettext(
            "%(account)s: the access of %(count)d of your guests ends soon",
            "%(account)s: the access of %(count)d of your guests ends soon",
            len(endings),
        ) % {"account": account.name, "count": len(endings)}
        lines = [_line(account, one, language) for one in endings]
        parts = (
            _("These guest licenses end with the day given:"),
            "\n".join(lines),
            _("Whoever shall stay longer gets a later end here:"),
            f"{settings.BASE_URL}/a/{account.slug}/guests/",
            _("If all of them shall end, you need not do anything."),
        )
        return subject, "\n\n".join(parts) + "\n"


def _line(account: AccountFacts, one: Ending, language: str) -> str:
    who = f"{one.name} ({one.organisation})" if one.organisation else one.name
    day = _last_day(account, one, language)
    if one.idle_days is None:
        return f"- {who}: {day}"
    return _("- %(who)s: %(day)s, unless they sign in") % {"who": who, "day": day}


def _last_day(account: AccountFacts, one: Ending, language: str) -> str:
    # The end is a midnight: the last day is the one before.
    return date_long(local_day(one.ends_at - one.ends_at.resolution, account.zone), language)
