"""Whose guests are whose: find a colleague's guest and share them, instead of inviting twice."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from siegel.accounts.permissions import Actor, Permission, require
from siegel.accounts.queries import zone_of
from siegel.audit.actions import record
from siegel.core.periods import local_day, midnight_after
from siegel.core.refusal import BadInput, NotFound, Refusal, WayOut
from siegel.licensing import actions as licensing
from siegel.licensing.queries.guests import (
    Guest,
    guest_of_email,
    may_see_guest,
    require_own_or_all,
    sponsors_of,
    sponsors_who_may,
)


class LastSponsor(Refusal):
    """Somebody has to answer for a guest."""

    code = "last-sponsor"


def take_guest(*, actor: Actor, account_id: UUID, email: str, at: datetime) -> UUID:
    """Make somebody who is a guest already the actor's guest as well; return the license.

    Whoever knows the whole address may: nothing is shown of people whom one may not see.

    :raises NotFound: nobody with this address is a guest of the account.
    """
    require(actor, Permission.GUEST_INVITE, account_id)
    guest = guest_of_email(account_id, email)
    if guest is None or actor.license_id is None:
        raise NotFound(_("Nobody with this address is a guest here yet."))
    _sponsor(actor, account_id, guest, actor.license_id, at, verb="guest.take")
    return guest.license_id


def share_guest(
    *, actor: Actor, account_id: UUID, license_id: UUID, with_license: UUID, at: datetime
) -> None:
    """Give a colleague one's guest to work with as well. Doing it twice changes nothing.

    :raises NotFound: no guest whom the actor may see.
    :raises BadInput: the colleague may not have guests.
    """
    require(actor, Permission.GUEST_INVITE, account_id)
    guest = may_see_guest(actor, account_id, license_id)
    if with_license not in sponsors_who_may(account_id, [with_license]):
        raise BadInput(_("This colleague may not have guests."))
    _sponsor(actor, account_id, guest, with_license, at, verb="guest.share")


def _sponsor(
    actor: Actor, account_id: UUID, guest: Guest, sponsor_id: UUID, at: datetime, *, verb: str
) -> None:
    with transaction.atomic():
        if not licensing.add_sponsor(guest_ids=[guest.license_id], sponsor_id=sponsor_id, at=at):
            return
        record(
            account_id=account_id,
            actor_id=actor.person_id,
            door=actor.door,
            verb=verb,
            at=at,
            subject_id=guest.person_id,
            license=str(guest.license_id),
            sponsor=str(sponsor_id),
        )


@transaction.atomic
def leave_guest(*, actor: Actor, account_id: UUID, license_id: UUID, at: datetime) -> None:
    """Stop having somebody as one's guest. Doing it twice changes nothing.

    :raises NotFound: no guest whom the actor may see.
    :raises LastSponsor: nobody else has this guest; share or remove them instead.
    """
    require(actor, Permission.GUEST_INVITE, account_id)
    guest = may_see_guest(actor, account_id, license_id)
    sponsors = sponsors_of(license_id)
    if actor.license_id is None or actor.license_id not in sponsors:
        return
    if len(sponsors) == 1:
        raise LastSponsor(
            _("Nobody else has this guest. Please share the guest with a colleague first."),
            ways_out=(
                WayOut("share-guest", _("Share the guest with a colleague")),
                WayOut("end-guest", _("Let the guest license end")),
            ),
        )
    licensing.drop_sponsor(guest_id=license_id, sponsor_id=actor.license_id)
    record(
        account_id=account_id,
        actor_id=actor.person_id,
        door=actor.door,
        verb="guest.leave",
        at=at,
        subject_id=guest.person_id,
        license=str(license_id),
    )


def limit_guest(
    *,
    actor: Actor,
    account_id: UUID,
    license_id: UUID,
    last_day: date | None,
    idle_days: int | None,
    at: datetime,
) -> None:
    """Let one guest's license end, or last again with neither; see ``limit_guests``."""
    limit_guests(
        actor=actor,
        account_id=account_id,
        license_ids=[license_id],
        last_day=last_day,
        idle_days=idle_days,
        at=at,
    )


@transaction.atomic
def limit_guests(
    *,
    actor: Actor,
    account_id: UUID,
    license_ids: Sequence[UUID],
    last_day: date | None,
    idle_days: int | None,
    at: datetime,
) -> None:
    """Let guest licenses end, or last again with neither: all of them, or none.

    They end at the midnight after ``last_day`` in the account's time zone, or at the one after so
    many days without sign-in.

    :raises NotFound: one is no guest whom the actor may decide about.
    :raises BadInput: the day is over, or both are given.
    """
    require(actor, Permission.GUEST_INVITE, account_id)
    require_own_or_all(actor, account_id, license_ids)
    if last_day is not None and idle_days is not None:
        raise BadInput(_("Please give either a last day or a number of days without sign-in."))
    zone = zone_of(account_id)
    if last_day is not None and last_day < local_day(at, zone):
        raise BadInput(_("This day is over. Please give today or a later day."))
    licensing.set_end(
        actor=actor,
        account_id=account_id,
        license_ids=license_ids,
        ends_at=midnight_after(last_day, zone) if last_day else None,
        idle_days=idle_days,
        at=at,
    )
