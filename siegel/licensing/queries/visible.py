"""Whom the holder of a license may find in their account, beside the members of their boxes."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q, QuerySet

from siegel.accounts.names import name_or_email
from siegel.accounts.permissions import Actor, Permission, require
from siegel.accounts.search import words_of
from siegel.licensing.kinds import PERSONAL, LicenseState, PoolKind, Visibility
from siegel.licensing.models import License, Sponsorship


@dataclass(frozen=True)
class VisiblePerson:
    """Somebody whom one may find: as little as it takes to recognize them."""

    license_id: UUID
    name: str
    email: str
    organisation: str
    kind: PoolKind
    state: LicenseState


def visible_people(
    *,
    actor: Actor,
    account_id: UUID,
    search: str = "",
    kinds: Collection[PoolKind] = PERSONAL,
    limit: int = 50,
) -> list[VisiblePerson]:
    """Return whom the actor may find, by name: never more than their license lets them see.

    Administrators find everybody. Others as ``License.sees`` says: everybody, colleagues with the
    guests they brought or were given, or only these. Guests find nobody here. ``search`` are
    beginnings of words as in the list of all users.

    :raises NotFound: the account is not the actor's.
    """
    require(actor, Permission.ACCOUNT_ENTER, account_id)
    rows = visible(actor, account_id).filter(pool__kind__in=list(kinds))
    words = words_of(search)
    if search.strip() and not words:  # only signs: nobody's name has them
        return []
    for word in words:
        rows = rows.filter(holder__search__contains=f" {word}")
    found = rows.order_by("holder__sort_name", "holder_id").values_list(*_FIELDS)[:limit]
    return [_person(row) for row in found]


def visible_licenses(
    *, actor: Actor, account_id: UUID, license_ids: Collection[UUID]
) -> frozenset[UUID]:
    """Return those of the licenses whose holders the actor may find."""
    require(actor, Permission.ACCOUNT_ENTER, account_id)
    rows = visible(actor, account_id).filter(id__in=list(license_ids))
    return frozenset(rows.values_list("id", flat=True))


def visible(actor: Actor, account_id: UUID) -> QuerySet[License]:
    """Return the live licenses whose holders the actor may find: the rule behind all of these."""
    rows = License.objects.filter(
        pool__account_id=account_id,
        holder__account_id=account_id,
        released_at=None,
    )
    if actor.may(Permission.PEOPLE_VIEW, account_id):
        return rows
    own = License.objects.filter(id__in=[actor.license_id], pool__account_id=account_id)
    mine = own.filter(state=LicenseState.ACTIVE, pool__kind=PoolKind.FULL)
    sees = mine.values_list("sees", flat=True).first()
    if sees is None:
        return rows.none()
    if sees == Visibility.ALL:
        return rows
    brought = Sponsorship.objects.filter(sponsor_id=actor.license_id).values("guest")
    found = Q(pool__kind=PoolKind.GUEST, id__in=brought)
    if sees == Visibility.COLLEAGUES:
        found |= Q(pool__kind=PoolKind.FULL)
    return rows.filter(found | Q(id=actor.license_id))


_FIELDS = (
    "id",
    "holder__first_name",
    "holder__last_name",
    "holder__email",
    "holder__organisation",
    "pool__kind",
    "state",
)


def _person(row: tuple[UUID, str, str, str, str, str, str]) -> VisiblePerson:
    id_, first, last, email, organisation, kind, state = row
    name = name_or_email(first, last, email)
    return VisiblePerson(id_, name, email, organisation, PoolKind(kind), LicenseState(state))
