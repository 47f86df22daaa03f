"""The one question of page, command and API: what is booked, used and available?"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.utils import timezone

from siegel.accounts.actor_names import by_whom
from siegel.accounts.permissions import Actor, Permission, require
from siegel.accounts.queries import AccountFacts, account_by_slug
from siegel.billing.items import Item
from siegel.billing.queries import SubscriptionFacts, subscription_facts
from siegel.core.periods import local_day
from siegel.licensing.kinds import PoolKind
from siegel.licensing.queries.packages import BookingFacts, PlannedFacts, booking_facts
from siegel.licensing.queries.status import (
    LicenseStatus,
    PoolStatus,
    license_status,
    quantities_after_plan,
)
from siegel.licensing.rules import PackageFacts, Quantities, entitlement


@dataclass(frozen=True)
class ItemChange:
    """One quantity that a planned change lowers."""

    item: Item
    before: int
    after: int


@dataclass(frozen=True)
class PlannedLine:
    """A planned change as it is shown: when, what, what is available afterwards, by whom."""

    id: UUID
    on: date  #: in the account's time zone
    effective_at: datetime
    changes: tuple[ItemChange, ...]
    after: tuple[PoolStatus, ...]  #: only the kinds that change, if use stays as it is
    planned_at: datetime
    planned_by: str

    @property
    def by(self) -> str:
        """Who planned it: nobody plans without a name but the operator."""
        return by_whom(self.planned_by, "command")


@dataclass(frozen=True)
class AccountStatus:
    """Everything that the section "Preisplan" says about one moment."""

    account: AccountFacts
    at: datetime
    day: date  #: of the moment, in the account's time zone
    is_past: bool  #: whether the moment was asked for and lies before now
    package: PackageFacts | None  #: None before the first booking
    quantities: Quantities
    subscription: SubscriptionFacts | None  #: None before the contract's first day
    licenses: LicenseStatus
    planned: tuple[PlannedLine, ...]  #: what is planned and not yet in the figures
    applied: tuple[PlannedLine, ...] = ()  #: what is planned and, at this future moment, in them

    @property
    def pools(self) -> tuple[PoolStatus, ...]:
        """The figures by kind, in the order of ``PoolKind``; storage in bytes."""
        return self.licenses.pools


def account_status(
    *, actor: Actor, account: AccountFacts | str, at: datetime | None = None
) -> AccountStatus:
    """Return the account's status now, at a past or at a future moment (promise 4).

    ``account`` may be its short name.

    :raises NotFound: there is no such account, or it is not the actor's.
    :raises Forbidden: the actor is no administrator.
    """
    facts = account_by_slug(account) if isinstance(account, str) else account
    require(actor, Permission.STATUS_VIEW, facts.id)
    return read_status(facts, at)


def read_status(account: AccountFacts, at: datetime | None = None) -> AccountStatus:
    """Return the status for a workflow that has checked the permission already."""
    now = timezone.now()
    moment = at or now
    booking = booking_facts(account.id, moment)
    licenses = license_status(account.id, at, now=now, booking=booking)
    # As in license_status: only a moment that was asked for as such lies in the future.
    applied = at is not None and at >= now and booking is not None and _is_due(booking, at)
    used = {pool.kind: pool.used for pool in licenses.pools}
    lines = () if booking is None else _planned(account, booking, moment, used)
    return AccountStatus(
        account=account,
        at=moment,
        day=local_day(moment, account.zone),
        is_past=moment < now,
        package=booking.package if booking else None,
        quantities=_quantities(booking, used if applied else None),
        subscription=subscription_facts(account.id, local_day(moment, account.zone)),
        licenses=licenses,
        planned=() if applied else lines,
        applied=lines if applied else (),
    )


def _is_due(booking: BookingFacts, moment: datetime) -> bool:
    return booking.planned is not None and booking.planned.effective_at <= moment


def _quantities(
    booking: BookingFacts | None, used_after_plan: dict[PoolKind, int] | None
) -> Quantities:
    if booking is None:
        return Quantities()
    if used_after_plan is None:
        return booking.quantities
    return quantities_after_plan(booking, used_after_plan)


def _planned(
    account: AccountFacts, booking: BookingFacts, moment: datetime, used: dict[PoolKind, int]
) -> tuple[PlannedLine, ...]:
    planned = booking.planned
    if planned is None or planned.planned_at > moment:
        return ()
    return (planned_line(account, booking, planned, used),)


def planned_line(
    account: AccountFacts, booking: BookingFacts, planned: PlannedFacts, used: dict[PoolKind, int]
) -> PlannedLine:
    """Return a planned change with what it changes, and what is available afterwards.

    ``used`` is what is used now: the answer says what comes if that stays as it is.
    """
    before = dict(booking.quantities.items())
    booked = entitlement(booking.package, booking.quantities)
    after = entitlement(booking.package, quantities_after_plan(booking, used))
    return PlannedLine(
        id=planned.id,
        on=local_day(planned.effective_at, account.zone),
        effective_at=planned.effective_at,
        changes=tuple(
            ItemChange(Item(name), before[name], total)
            for name, total in planned.reductions.items()
        ),
        after=tuple(
            PoolStatus(kind, after[kind], used[kind])
            for kind in PoolKind
            if after[kind] != booked[kind]
        ),
        planned_at=planned.planned_at,
        planned_by=planned.planned_by,
    )


def status_data(status: AccountStatus) -> dict[str, Any]:
    """Return the status as plain data: what ``siegel status --json`` and the API answer."""
    package, contract = status.package, status.subscription
    return {
        "account": {"slug": status.account.slug, "name": status.account.name},
        "at": status.at.isoformat(),
        "time_zone": status.account.time_zone,
        "package": package and {"code": package.code, "name": package.name},
        "subscription": contract
        and {
            "term": contract.term.value,
            "started_on": contract.started_on.isoformat(),
            "renews_on": contract.renews_on.isoformat(),
            "notice_until": contract.notice_until.isoformat(),
        },
        "booked": dict(status.quantities.items()),
        "licenses": {pool.kind.value: pool_data(pool) for pool in status.pools},
        "planned": [
            {
                "id": str(line.id),
                "on": line.on.isoformat(),
                "effective_at": line.effective_at.isoformat(),
                "changes": [
                    {"item": change.item.value, "before": change.before, "after": change.after}
                    for change in line.changes
                ],
                "after": {pool.kind.value: pool_data(pool) for pool in line.after},
                "planned_by": line.planned_by,
            }
            for line in status.planned
        ],
    }


def pool_data(pool: PoolStatus) -> dict[str, Any]:
    """Return one kind's figures as plain data."""
    return {
        "booked": pool.booked,
        "used": pool.used,
        "available": pool.available,
        "scarce": pool.scarce,
        "unit": "bytes" if pool.kind is PoolKind.STORAGE else "licenses",
    }
