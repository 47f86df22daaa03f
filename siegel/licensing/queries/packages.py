"""Packages and bookings as frozen facts."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Exists, QuerySet
from django.utils.translation import gettext as _

from siegel.accounts.actor_names import actor_name
from siegel.core.refusal import BadInput, NotFound
from siegel.licensing.models import Booking, Package, PlannedChange
from siegel.licensing.rules import PackageFacts, Quantities


@dataclass(frozen=True)
class PlannedFacts:
    """Smaller totals that take effect on a date."""

    id: UUID
    effective_at: datetime
    reductions: dict[str, int]  #: only what gets smaller: name of the quantity, new total
    planned_at: datetime
    planned_by: str


@dataclass(frozen=True)
class PlanningFacts:
    """A change that was once planned, and what became of it."""

    planned: PlannedFacts
    state: str  #: planned, applied or withdrawn
    ended_at: datetime | None
    ended_by: str


@dataclass(frozen=True)
class BookingFacts:
    """The totals that hold, since when, and what is planned."""

    number: int
    at: datetime
    package: PackageFacts
    quantities: Quantities
    actor: str  #: empty where nobody's name is known: the system, or the operator's shell
    door: str
    planned: PlannedFacts | None = None


def package_facts(package: Package) -> PackageFacts:
    """Return the facts of a package row."""
    return PackageFacts(
        id=package.id,
        code=package.code,
        version=package.version,
        name=package.name,
        self_service=package.self_service,
        guests_per_full=package.guests_per_full,
        guests_per_pack=package.guests_per_pack,
        data_rooms_allowed=package.data_rooms_allowed,
        data_rooms_included=package.data_rooms_included,
        storage_per_full=package.storage_per_full,
        storage_per_pack=package.storage_per_pack,
        features=tuple(package.features),
    )


def quantities_of(row: Booking) -> Quantities:
    """Return the quantities of a booking."""
    return Quantities(
        full=row.full,
        guest_packs=row.guest_packs,
        data_rooms=row.data_rooms,
        storage_packs=row.storage_packs,
    )


def reductions_of(row: PlannedChange) -> dict[str, int]:
    """Return what a planned change lowers: name of the quantity, new total."""
    totals = {name: getattr(row, name) for name, _zero in Quantities().items()}
    return {name: total for name, total in totals.items() if total is not None}


def booking_facts(account_id: UUID, at: datetime | None = None) -> BookingFacts | None:
    """Return the booking that holds now, or held at a past moment, with what is planned."""
    rows = _bookings(account_id)
    if at is not None:
        rows = rows.filter(at__lte=at)
    # Most accounts have nothing planned: that is learned here, without a second statement.
    plans = PlannedChange.objects.filter(account_id=account_id, state="planned")
    booking = rows.annotate(has_plan=Exists(plans)).order_by("-number").first()
    if booking is None:
        return None
    return _facts(booking, planned_change(account_id) if booking.has_plan else None)


def booking_history(account_id: UUID) -> list[BookingFacts]:
    """Return every booking of the account, newest first."""
    rows = _bookings(account_id)
    return [_facts(row) for row in rows.order_by("-number")]


def planned_change(account_id: UUID) -> PlannedFacts | None:
    """Return the account's open planned change."""
    row = _planned_changes(account_id).filter(state="planned").first()
    return _planned_facts(row) if row else None


def planning_history(account_id: UUID) -> list[PlanningFacts]:
    """Return every change that was ever planned, newest first."""
    rows = _planned_changes(account_id).annotate(ended_by_name=actor_name("ended_by", account_id))
    return [
        PlanningFacts(
            planned=_planned_facts(row),
            state=row.state,
            ended_at=row.ended_at,
            ended_by=row.ended_by_name,
        )
        for row in rows.order_by("-planned_at", "-id")
    ]


def withdrawn_change(account_id: UUID, change_id: UUID) -> PlannedFacts:
    """Return a change that was withdrawn, so that it can be planned again.

    :raises NotFound: this account has no such withdrawn change.
    """
    row = _planned_changes(account_id).filter(id=change_id, state="withdrawn").first()
    if row is None:
        raise NotFound(_("This does not exist, or it belongs to another account."))
    return _planned_facts(row)


def _planned_changes(account_id: UUID) -> QuerySet[Any]:
    rows = PlannedChange.objects.filter(account_id=account_id)
    return rows.annotate(planned_by_name=actor_name("planned_by", account_id))


def _bookings(account_id: UUID) -> QuerySet[Any]:
    rows = Booking.objects.select_related("package").filter(account_id=account_id)
    return rows.annotate(actor_name=actor_name("actor", account_id))


def _planned_facts(row: Any) -> PlannedFacts:
    return PlannedFacts(
        id=row.id,
        effective_at=row.effective_at,
        reductions=reductions_of(row),
        planned_at=row.planned_at,
        planned_by=row.planned_by_name,
    )


def count_planned_changes(account_id: UUID) -> int:
    """Return how many changes were ever planned, whatever became of them."""
    return PlannedChange.objects.filter(account_id=account_id).count()


def plan_was_carried_out(account_id: UUID, plan: str) -> bool:
    """Return whether the confirmed plan with this hash was booked or planned before."""
    return any(
        rows.objects.filter(account_id=account_id, plan=plan).exists()
        for rows in (Booking, PlannedChange)
    )


def _facts(booking: Any, planned: PlannedFacts | None = None) -> BookingFacts:
    return BookingFacts(
        number=booking.number,
        at=booking.at,
        package=package_facts(booking.package),
        quantities=quantities_of(booking),
        actor=booking.actor_name,
        door=booking.door,
        planned=planned,
    )


def current_package(code: str) -> PackageFacts:
    """Return the newest version of a package.

    :raises BadInput: there is no such package; names those that are.
    """
    rows = Package.objects.order_by("code", "-version")
    package = rows.filter(code=code).first()
    if package is None:
        known = ", ".join(sorted(set(rows.values_list("code", flat=True))))
        raise BadInput(
            _("There is no package “%(code)s”. There are: %(known)s.")
            % {"code": code, "known": known}
        )
    return package_facts(package)


def packages_with(feature: str) -> tuple[str, ...]:
    """Return the names of the packages whose newest version has the feature."""
    newest: dict[str, Package] = {}
    for package in Package.objects.order_by("version"):
        newest[package.code] = package
    return tuple(one.name for one in newest.values() if feature in one.features)
