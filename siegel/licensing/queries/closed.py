"""Accounts that a person belongs to and cannot enter now: suspended, or a time that is over."""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q
from django.utils import timezone

from siegel.accounts.permissions import ADMINS
from siegel.accounts.queries import AccountFacts, names_with_roles
from siegel.licensing.kinds import LicenseState
from siegel.licensing.models import License


@dataclass(frozen=True)
class ClosedSeat:
    """A place that is theirs and closed; ``to_ask`` are names of administrators."""

    account: AccountFacts
    suspended: bool  #: else the time of a temporary license is over
    to_ask: list[str]


def closed_seats(person_id: UUID, *, slug: str = "") -> list[ClosedSeat]:
    """Return the person's closed places by account name; ``slug`` narrows to one account.

    Only to the person themselves: whoever was only invited, or removed, learns nothing here.
    """
    rows = License.objects.filter(holder__person_id=person_id).filter(
        Q(state=LicenseState.SUSPENDED) | Q(state=LicenseState.ACTIVE, ends_at__lte=timezone.now())
    )
    if slug:
        rows = rows.filter(pool__account__slug=slug)
    found = rows.order_by("pool__account__name", "id").values_list(
        "state",
        "pool__account__id",
        "pool__account__slug",
        "pool__account__name",
        "pool__account__language",
        "pool__account__time_zone",
    )
    return [
        ClosedSeat(
            AccountFacts(id_, short, name, language, zone),
            state == LicenseState.SUSPENDED,
            names_with_roles(id_, ADMINS),
        )
        for state, id_, short, name, language, zone in found
    ]
