"""What workflows ask about people before they remove them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from siegel.accounts.permissions import Actor, Permission, require
from siegel.licensing.kinds import LicenseState, PoolKind
from siegel.licensing.models import License, Sponsorship
from siegel.licensing.queries.holder_rows import FIELDS, HolderRow, holder_row, with_roles

#: A successor owns boxes: only full licenses do, and whoever is suspended cannot look after them.
_SUCCESSORS = (LicenseState.ACTIVE, LicenseState.INVITED)


def people_of(*, actor: Actor, account_id: UUID, license_ids: Sequence[UUID]) -> list[HolderRow]:
    """Return these licenses of the account by name, also ended ones; what is not there is left out.

    :raises Forbidden: only administrators see people.
    """
    require(actor, Permission.PEOPLE_VIEW, account_id)
    rows = (
        License.objects.filter(
            id__in=set(license_ids),
            pool__account_id=account_id,
            holder__isnull=False,
            continued_by=None,
        )
        .order_by("holder__sort_name", "id")
        .values_list(*FIELDS)
    )
    return list(with_roles([holder_row(row) for row in rows]))


@dataclass(frozen=True)
class Guests:
    """The guests of one license who stay."""

    all: int = 0
    alone: int = 0  #: of these, guests of nobody else who stays


def guests_of(license_ids: Sequence[UUID]) -> dict[UUID, Guests]:
    """Return how many guests each of these licenses has, without those who leave as well."""
    leaving = set(license_ids)
    own = Sponsorship.objects.filter(
        sponsor_id__in=leaving, guest__released_at=None, guest__pool__kind=PoolKind.GUEST
    )
    pairs = [pair for pair in own.values_list("sponsor_id", "guest_id") if pair[1] not in leaving]
    guests = {guest for _sponsor, guest in pairs}
    kept = set(
        Sponsorship.objects.filter(guest_id__in=guests, sponsor__released_at=None)
        .exclude(sponsor_id__in=leaving)
        .values_list("guest_id", flat=True)
    )
    found: dict[UUID, Guests] = {}
    for sponsor, guest in pairs:
        known = found.get(sponsor, Guests())
        found[sponsor] = Guests(known.all + 1, known.alone + (guest not in kept))
    return found


def possible_successors(
    *,
    actor: Actor,
    account_id: UUID,
    leaving: Sequence[UUID],
    only: Sequence[UUID] | None = None,
    search: str = "",
    limit: int | None = None,
) -> list[HolderRow]:
    """Return who could take over boxes, by name: full licenses that stay and are not suspended.

    ``only`` narrows to these licenses, ``search`` to one e-mail address.
    """
    require(actor, Permission.PEOPLE_VIEW, account_id)
    rows = License.objects.filter(
        pool__account_id=account_id,
        pool__kind=PoolKind.FULL,
        state__in=_SUCCESSORS,
        holder__account_id=account_id,
    ).exclude(id__in=set(leaving))
    if only is not None:
        rows = rows.filter(id__in=set(only))
    if search:
        rows = rows.filter(holder__email=search)
    found = rows.order_by("holder__sort_name", "id").values_list(*FIELDS)[:limit]
    return [holder_row(row) for row in found]


def with_other_licenses(person_ids: Iterable[UUID], license_ids: Sequence[UUID]) -> set[UUID]:
    """Return who of these people holds a live license beside these, in any account."""
    rows = License.objects.filter(holder__person_id__in=set(person_ids), released_at=None)
    others = rows.exclude(id__in=set(license_ids))
    return set(others.values_list("holder__person_id", flat=True))
