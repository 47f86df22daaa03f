"""Temporary guest licenses: whose time is over, whose soon will be."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import F, Q, QuerySet

from siegel.accounts.names import name_or_email
from siegel.licensing.kinds import LicenseState, PoolKind
from siegel.licensing.models import License, Sponsorship

#: So many are ended in one transaction.
BATCH = 200
#: So long before the end guest and sponsors hear of it.
WARNING = timedelta(days=3)


def due_to_end(at: datetime, *, but: Collection[UUID] = ()) -> dict[UUID, list[UUID]]:
    """Return some of the guest licenses whose time is over, by account, the oldest first."""
    rows = _temporary().filter(ends_at__lte=at).exclude(id__in=list(but))
    found: dict[UUID, list[UUID]] = {}
    pairs = rows.order_by("ends_at", "id").values_list("pool__account_id", "id")
    for account_id, license_id in pairs[:BATCH]:
        found.setdefault(account_id, []).append(license_id)
    return found


def still_due(license_ids: Sequence[UUID], at: datetime) -> list[UUID]:
    """Return those of the licenses whose time is over, asked while they are held."""
    rows = _temporary().filter(id__in=license_ids, ends_at__lte=at)
    return list(rows.order_by("id").values_list("id", flat=True))


def count_ending(account_id: UUID, *, after: datetime, until: datetime) -> int:
    """Return how many guest licenses of the account have a planned end in this time."""
    rows = _temporary().filter(pool__account_id=account_id)
    return rows.filter(ends_at__gt=after, ends_at__lte=until).count()


@dataclass(frozen=True)
class Ending:
    """A guest license that will end soon."""

    license_id: UUID
    account_id: UUID
    person_id: UUID
    name: str
    organisation: str
    registered: bool
    ends_at: datetime
    idle_days: int | None

    @property
    def warns_from(self) -> datetime:
        """From when on its end is news: who comes every day does not hear of it every day."""
        if self.idle_days is None:
            return self.ends_at - WARNING
        return self.ends_at - min(WARNING, timedelta(hours=12 * self.idle_days))


def untold_endings(at: datetime) -> list[Ending]:
    """Return the licenses of whose end nobody was told yet and should be now, by account."""
    rows = _temporary().filter(Q(end_told=None) | ~Q(end_told=F("ends_at")))
    rows = rows.filter(ends_at__gt=at, ends_at__lte=at + WARNING)
    found = map(_ending, rows.order_by("pool__account_id", "id").values_list(*_FIELDS))
    return [one for one in found if one.warns_from <= at]


def told_endings(license_ids: Sequence[UUID], at: datetime) -> list[Ending]:
    """Return those of the licenses that still end as was to be told, the first end first."""
    rows = _temporary().filter(id__in=license_ids, end_told=F("ends_at"), ends_at__gt=at)
    return [_ending(row) for row in rows.order_by("ends_at", "id").values_list(*_FIELDS)]


@dataclass(frozen=True)
class ToTell:
    """A sponsor who wants to be told, and their guests."""

    person_id: UUID
    account_id: UUID
    guests: list[UUID]


def sponsors_to_tell(license_ids: Sequence[UUID]) -> list[ToTell]:
    """Return the sponsors of these guests who are here and want mails."""
    rows = Sponsorship.objects.filter(
        guest__in=license_ids,
        sponsor__state=LicenseState.ACTIVE,
        sponsor__pool__kind=PoolKind.FULL,
        sponsor__notifications=True,
    ).order_by("sponsor", "guest")
    found: dict[UUID, ToTell] = {}
    for person, account, guest in rows.values_list(
        "sponsor__holder__person_id", "sponsor__pool__account_id", "guest"
    ):
        found.setdefault(person, ToTell(person, account, [])).guests.append(guest)
    return list(found.values())


def _temporary() -> QuerySet[License]:
    return License.objects.filter(
        released_at=None, ends_at__isnull=False, pool__kind=PoolKind.GUEST, holder__isnull=False
    )


_FIELDS = (
    "id",
    "pool__account_id",
    "holder__person_id",
    "holder__first_name",
    "holder__last_name",
    "holder__email",
    "holder__organisation",
    "state",
    "ends_at",
    "idle_days",
)
_Row = tuple[UUID, UUID, UUID, str, str, str, str, str, datetime, int | None]


def _ending(row: _Row) -> Ending:
    id_, account, person, first, last, email, organisation, state, ends_at, days = row
    name = name_or_email(first, last, email)
    registered = state == LicenseState.ACTIVE
    return Ending(id_, account, person, name, organisation, registered, ends_at, days)
