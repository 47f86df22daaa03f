"""Book, plan and apply: the only writers of what an account has booked."""

import logging
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F
from django.db.models.functions import Greatest
from django.utils.translation import gettext as _

from siegel.accounts.permissions import SYSTEM, Actor, Permission, require
from siegel.audit.actions import record
from siegel.core.refusal import NotFound, Refusal, WayOut, WorldChanged
from siegel.licensing.kinds import PoolKind
from siegel.licensing.models import Booking, LedgerEntry, Package, PlannedChange, Pool
from siegel.licensing.queries.packages import package_facts, quantities_of, reductions_of
from siegel.licensing.rules import Quantities, entitlement, lower, settle_reduction

_log = logging.getLogger(__name__)


class ContactSupport(Refusal):
    """The account's package cannot be booked by the account itself (SPEC 1.4)."""

    code = "contact-support"


class NoDataRooms(Refusal):
    """The package has no data rooms."""

    code = "no-data-rooms"


class BelowUsed(Refusal):
    """Fewer would be booked than are used."""

    code = "below-used"


@transaction.atomic
def open_pools(*, account_id: UUID, at: datetime) -> None:
    """Create the account's four empty pools."""
    Pool.objects.bulk_create(
        Pool(account_id=account_id, kind=kind, last_at=at) for kind in PoolKind
    )


@transaction.atomic
def book(
    *,
    actor: Actor,
    account_id: UUID,
    expected_number: int,
    quantities: Quantities,
    at: datetime,
    plan: str | None = None,
    package_id: int | None = None,
) -> int:
    """Set the totals that an account has booked; return the new booking's number.

    All pools change in this one transaction. ``expected_number`` is the booking that the caller
    saw: of two administrators who book at once, the second is told.

    :raises WorldChanged: another booking came in between.
    :raises ContactSupport: the package is not for self-service.
    :raises NoDataRooms: data rooms in a package without.
    :raises BelowUsed: less than what is used.
    """
    require(actor, Permission.BOOKING_CHANGE, account_id)
    latest = latest_booking(account_id)
    if (latest.number if latest else 0) != expected_number:
        raise booking_changed()
    package = _package_for(latest, package_id)
    facts = package_facts(package)
    if actor.person_id is not None and not facts.self_service:
        raise contact_support()
    if quantities.data_rooms and not facts.data_rooms_allowed:
        raise NoDataRooms(_("The package %(name)s has no data rooms.") % {"name": facts.name})
    try:
        with transaction.atomic():
            booking = Booking.objects.create(
                account_id=account_id,
                number=expected_number + 1,
                at=max(at, latest.at) if latest else at,
                package=package,
                actor_id=actor.person_id,
                door=actor.door,
                plan=plan,
                **dict(quantities.items()),
            )
    except IntegrityError:
        raise booking_changed() from None
    for kind, booked in entitlement(facts, quantities).items():
        _set_booked(actor, account_id, kind, booked, booking)
    before = dict(quantities_of(latest).items()) if latest else {}
    changes: dict[str, list[int | str | None]] = {
        name: [before.get(name), new]
        for name, new in quantities.items()
        if before.get(name, 0) != new
    }
    if latest is None or latest.package_id != package.id:
        changes["package"] = [latest.package.name if latest else None, package.name]
    _record(actor, account_id, "booking.change", booking.at, number=booking.number, changes=changes)
    return booking.number


def hold_bookings(account_id: UUID) -> None:
    """Make other changes of the account's booking wait until this transaction ends.

    On PostgreSQL by locking the account's first booking, which nothing else ever locks: taking and
    freeing licenses goes on. On SQLite the transaction holds the write lock from its BEGIN.
    """
    first = Booking.objects.select_for_update(no_key=True).filter(account_id=account_id, number=1)
    list(first.values_list("id"))


def booking_changed() -> WorldChanged:
    """Return the refusal for a booking that somebody else overtook."""
    return WorldChanged(
        _(
            "The booking was changed in the meantime. "
            "Please look at the new figures and confirm again."
        )
    )


def contact_support() -> ContactSupport:
    """Return the documented hint for packages that only support can change."""
    return ContactSupport(
        _("Your package cannot be changed online. Please write to %(email)s.")
        % {"email": settings.SUPPORT_EMAIL},
        ways_out=(WayOut("contact-support", _("Write to support")),),
        email=settings.SUPPORT_EMAIL,
    )


def latest_booking(account_id: UUID) -> Booking | None:
    """Return the booking that holds now."""
    return (
        Booking.objects.select_related("package")
        .filter(account_id=account_id)
        .order_by("-number")
        .first()
    )


def _package_for(latest: Booking | None, package_id: int | None) -> Package:
    if package_id is not None:
        return Package.objects.get(id=package_id)
    if latest is None:
        raise ValueError("the first booking names its package")
    return latest.package


def _set_booked(
    actor: Actor, account_id: UUID, kind: PoolKind, booked: int, booking: Booking
) -> None:
    pools = Pool.objects.filter(account_id=account_id, kind=kind)
    before = pools.values_list("booked", flat=True).get()
    if booked == before:
        return
    changed = pools.filter(booked=before, used__lte=booked).update(
        booked=booked, seq=F("seq") + 1, last_at=Greatest(F("last_at"), booking.at)
    )
    pool = pools.get()
    if not changed:
        raise BelowUsed(
            _("%(kind)s: %(used)d are used, so %(booked)d are too few.")
            % {"kind": kind.label, "used": pool.used, "booked": booked}
        )
    LedgerEntry.objects.create(
        pool=pool,
        seq=pool.seq,
        at=pool.last_at,
        reason="book",
        booked_change=booked - before,
        booked=booked,
        used=pool.used,
        booking=booking,
        actor_id=actor.person_id,
        door=actor.door,
    )


@transaction.atomic
def plan_change(
    *,
    actor: Actor,
    account_id: UUID,
    quantities: Quantities,
    effective_at: datetime,
    at: datetime,
    plan: str,
) -> UUID:
    """Remember smaller totals for a date; an earlier plan of this account is replaced.

    Only what is lower than today is kept: what is booked meanwhile of the rest stays untouched.
    """
    require(actor, Permission.BOOKING_CHANGE, account_id)
    latest = latest_booking(account_id)
    if latest is None:
        raise NotFound(_("This does not exist, or it belongs to another account."))
    current = dict(quantities_of(latest).items())
    reductions = {name: new for name, new in quantities.items() if new < current[name]}
    _end_planned(account_id, actor, at)
    change = PlannedChange.objects.create(
        account_id=account_id,
        effective_at=effective_at,
        planned_at=at,
        planned_by_id=actor.person_id,
        plan=plan,
        **reductions,
    )
    changes = {name: [current[name], new] for name, new in reductions.items()}
    day = effective_at.isoformat()
    _record(actor, account_id, "booking.plan", at, day=day, changes=changes)
    return change.id


@transaction.atomic
def withdraw_planned_change(
    *, actor: Actor, account_id: UUID, change_id: UUID, at: datetime
) -> None:
    """Take a planned change back. Doing it twice changes nothing.

    :raises NotFound: no such planned change in this account.
    :raises WorldChanged: it has taken effect already.
    """
    require(actor, Permission.BOOKING_CHANGE, account_id)
    change = PlannedChange.objects.filter(id=change_id, account_id=account_id).first()
    if change is None:
        raise NotFound(_("This does not exist, or it belongs to another account."))
    if not _end_planned(account_id, actor, at, change_id) and change.state == "applied":
        raise WorldChanged(_("This change has already taken effect."))


def _end_planned(
    account_id: UUID, actor: Actor, at: datetime, change_id: UUID | None = None
) -> bool:
    planned = PlannedChange.objects.filter(account_id=account_id, state="planned")
    if change_id:
        planned = planned.filter(id=change_id)
    day = planned.values_list("effective_at", flat=True).first()
    ended = planned.update(state="withdrawn", ended_at=at, ended_by_id=actor.person_id)
    if ended and day:
        _record(actor, account_id, "booking.withdraw-plan", at, day=day.isoformat())
    return bool(ended)


def _record(actor: Actor, account_id: UUID, verb: str, at: datetime, **data: Any) -> None:
    record(
        account_id=account_id,
        actor_id=actor.person_id,
        door=actor.door,
        verb=verb,
        at=at,
        **data,
    )


def apply_due_changes(*, at: datetime) -> int:
    """Carry out every planned change whose date has come; return how many.

    What is still used on the day stays booked (``rules.settle_reduction``). Each change is its own
    transaction: killed in between, the next run goes on. The ledger gets the moment at which it
    really happened, so that no answer about the past ever changes. A change that fails is logged,
    does not hold up the others, and is tried again in the next run.
    """
    due = PlannedChange.objects.filter(state="planned", effective_at__lte=at)
    applied = 0
    for change_id in list(due.values_list("id", flat=True)):
        try:
            applied += _apply_change(change_id, at)
        except Exception:
            _log.exception("planned change not applied", extra={"change": str(change_id)})
    return applied


@transaction.atomic
def _apply_change(change_id: UUID, at: datetime) -> bool:
    changes = PlannedChange.objects.filter(id=change_id, state="planned")
    if not changes.update(state="applied", ended_at=at):
        return False
    change = PlannedChange.objects.get(id=change_id)
    pools = (
        Pool.objects.select_for_update(no_key=True)
        .filter(account_id=change.account_id)
        .order_by("kind")
    )
    used = {PoolKind(pool.kind): pool.used for pool in pools}
    latest = latest_booking(change.account_id)
    if latest is None:
        return False
    current = quantities_of(latest)
    target = lower(current, reductions_of(change))
    settled = settle_reduction(package_facts(latest.package), current, target, used)
    kept = [name for name, new in settled.items() if new > dict(target.items())[name]]
    day = change.effective_at.isoformat()
    _record(SYSTEM, change.account_id, "booking.apply-plan", at, day=day, still_used=kept)
    if settled != current:
        book(
            actor=SYSTEM,
            account_id=change.account_id,
            expected_number=latest.number,
            quantities=settled,
            at=at,
        )
    return True
