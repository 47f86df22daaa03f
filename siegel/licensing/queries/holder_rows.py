"""One line of the list of those who hold a license, and what it is read from."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, OuterRef

from siegel.accounts.actor_names import actor_name
from siegel.accounts.models import RoleGrant
from siegel.accounts.names import name_or_email
from siegel.accounts.permissions import Role
from siegel.licensing.kinds import LicenseState, PoolKind, Visibility
from siegel.licensing.models import GroupMember, Sponsorship


@dataclass(frozen=True)
class HolderRow:
    """One line of the list."""

    license_id: UUID
    profile_id: UUID
    person_id: UUID
    first_name: str
    last_name: str
    email: str
    organisation: str
    kind: PoolKind
    state: LicenseState
    assigned_at: datetime
    assigned_by: str  #: empty where the system did it
    giver_id: UUID | None
    last_active_at: datetime | None
    released_at: datetime | None
    created_at: datetime  #: since when the account knows the person
    ends_at: datetime | None  #: of a temporary license
    idle_days: int | None  #: a temporary license ends after so many days without sign-in
    creates_boxes: bool
    creates_temporary_boxes: bool
    creates_data_rooms: bool
    invites_guests: bool
    sees: Visibility
    notifications: bool
    boxes: int
    data_rooms: int
    owned_bytes: int
    roles: tuple[Role, ...] = ()

    @property
    def name(self) -> str:
        """First and last name, or the e-mail address where neither is known."""
        return name_or_email(self.first_name, self.last_name, self.email)

    @property
    def temporary(self) -> bool:
        """Whether the license ends by itself."""
        return self.ends_at is not None or self.idle_days is not None


#: The columns of a row, for ``holder_row``.
FIELDS = (
    "id",
    "holder_id",
    "holder__person_id",
    "holder__first_name",
    "holder__last_name",
    "holder__email",
    "holder__organisation",
    "pool__kind",
    "state",
    "assigned_at",
    actor_name("assigned_by", OuterRef("pool__account_id")),
    "assigned_by_id",
    "last_active_at",
    "released_at",
    "holder__created_at",
    "ends_at",
    "idle_days",
    "creates_boxes",
    "creates_temporary_boxes",
    "creates_data_rooms",
    "invites_guests",
    "sees",
    "notifications",
    "boxes",
    "data_rooms",
    "owned_bytes",
)


def holder_row(row: tuple[Any, ...]) -> HolderRow:
    """Return the row for the values of ``FIELDS``."""
    values = list(row)
    values[7], values[8] = PoolKind(row[7]), LicenseState(row[8])
    values[21] = Visibility(row[21])
    return HolderRow(*values)


def with_roles(rows: list[HolderRow]) -> tuple[HolderRow, ...]:
    """Return the rows with the roles that their holders have now, in one statement."""
    granted: dict[UUID, list[Role]] = {}
    grants = RoleGrant.objects.filter(profile__in=[row.profile_id for row in rows])
    for profile, role in grants.values_list("profile", "role"):
        granted.setdefault(profile, []).append(Role(role))
    order = list(Role)
    return tuple(
        replace(row, roles=tuple(sorted(granted[row.profile_id], key=order.index)))
        if row.profile_id in granted
        else row
        for row in rows
    )


def groups_of(license_ids: list[UUID]) -> dict[UUID, list[tuple[UUID, str]]]:
    """Return the groups of these licenses by name, in one statement."""
    found: dict[UUID, list[tuple[UUID, str]]] = {}
    rows = GroupMember.objects.filter(license__in=license_ids).order_by("group__name", "group_id")
    for license_id, group_id, name in rows.values_list("license_id", "group_id", "group__name"):
        found.setdefault(license_id, []).append((group_id, name))
    return found


def count_invited(license_ids: list[UUID]) -> dict[UUID, int]:
    """Return how many live licenses these ones brought in or were given, in one statement."""
    rows = Sponsorship.objects.filter(sponsor__in=license_ids, guest__released_at=None)
    counted = rows.values("sponsor_id").annotate(count=Count("id")).order_by()
    return dict(counted.values_list("sponsor_id", "count"))
