"""What narrows the list of those who hold a license; everything given has to hold."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from siegel.accounts.models import RegistrationLink, RoleGrant
from siegel.accounts.permissions import Role
from siegel.accounts.search import words_of
from siegel.licensing.kinds import LicenseState, PoolKind
from siegel.licensing.models import GroupMember

#: What ``HolderFilter.owns`` may ask for.
OWNS = ("boxes", "data_rooms", "none")


@dataclass(frozen=True)
class HolderFilter:
    """What narrows the list; everything given has to hold."""

    search: str = ""  #: beginnings of words of name, e-mail, organisation or department
    kind: PoolKind | None = None
    state: LicenseState | None = None
    role: Role | None = None
    organisation: str = ""  #: its beginning, in any case
    unused_days: int | None = None  #: not signed in for so many days, or never and as long there
    never: bool = False  #: never signed in
    giver: UUID | None = None  #: the person who gave the license
    group: UUID | None = None
    registered: bool | None = None
    temporary: bool = False  #: ends by itself, on a date or without sign-in
    ends_within: int | None = None  #: on a date within so many days
    owns: str = ""  #: one of ``OWNS``
    link_expired: bool = False  #: invited, and without a registration link that works
    #: Only these licenses: rows that somebody has selected.
    licenses: tuple[UUID, ...] = ()

    @property
    def narrows(self) -> bool:
        """Whether anything is left out."""
        return self != NO_FILTER


#: What leaves nobody out.
NO_FILTER = HolderFilter()


def condition_of(account_id: UUID, narrow: HolderFilter) -> Q:
    """Return what a license of the account has to fulfil, its kind aside."""
    now = timezone.now()
    condition = _of_person(account_id, narrow) & _of_time(narrow, now)
    if narrow.state:
        condition &= Q(state=narrow.state)
    if narrow.registered is not None:
        waiting = Q(state=LicenseState.INVITED)
        condition &= ~waiting if narrow.registered else waiting
    if narrow.giver:
        condition &= Q(assigned_by=narrow.giver)
    if narrow.group:
        members = GroupMember.objects.filter(group=narrow.group, group__account_id=account_id)
        condition &= Q(id__in=members.values("license"))
    if narrow.owns:
        condition &= _OWNED[narrow.owns]
    if narrow.link_expired:
        links = RegistrationLink.objects.filter(profile=OuterRef("holder"))
        usable = links.filter(used_at=None, withdrawn_at=None, expires_at__gt=now)
        condition &= Q(~Exists(usable), state=LicenseState.INVITED)
    if narrow.licenses:
        condition &= Q(id__in=narrow.licenses)
    return condition


_OWNED = {
    "boxes": Q(boxes__gt=0),
    "data_rooms": Q(data_rooms__gt=0),
    "none": Q(boxes=0),
}


def _of_person(account_id: UUID, narrow: HolderFilter) -> Q:
    condition = Q()
    words = words_of(narrow.search)
    if narrow.search.strip() and not words:  # only signs, such as "%": nobody's name has them
        condition &= Q(pk__in=[])
    for word in words:
        condition &= Q(holder__search__contains=f" {word}")
    if narrow.role:
        # Few people have a role: as a list, so that the database starts with them.
        granted = RoleGrant.objects.filter(role=narrow.role, profile__account_id=account_id)
        condition &= Q(holder__in=list(granted.values_list("profile", flat=True)))
    if narrow.organisation:
        condition &= Q(holder__organisation__istartswith=narrow.organisation.strip())
    return condition


def _of_time(narrow: HolderFilter, now: datetime) -> Q:
    condition = Q()
    if narrow.unused_days is not None:
        since = now - timedelta(days=narrow.unused_days)
        condition &= Q(last_active_at__lt=since) | Q(last_active_at=None, assigned_at__lt=since)
    if narrow.never:
        condition &= Q(last_active_at=None)
    if narrow.temporary:
        condition &= Q(ends_at__isnull=False) | Q(idle_days__isnull=False)
    if narrow.ends_within is not None:
        condition &= Q(ends_at__lt=now + timedelta(days=narrow.ends_within))
    return condition
