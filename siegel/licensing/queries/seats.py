"""Which accounts a person may enter: those in which they hold a license in use."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from siegel.accounts.permissions import Actor, Permission, Role
from siegel.accounts.protection import ProtectionFacts, strictest
from siegel.accounts.queries import AccountFacts, protection_facts
from siegel.core.refusal import NotFound
from siegel.licensing.kinds import LicenseState, PoolKind
from siegel.licensing.models import License
from siegel.licensing.rules import RIGHTS, rights_of

_RULE_NAMES = tuple(ProtectionFacts.__dataclass_fields__)
_RULES = tuple(f"pool__account__protection__{name}" for name in _RULE_NAMES)


@dataclass(frozen=True)
class Seat:
    """A person's place in one account: license and roles."""

    account: AccountFacts
    profile_id: UUID
    license_id: UUID
    kind: PoolKind
    roles: frozenset[Role]
    rights: frozenset[Permission] = frozenset()  #: what the license allows beside the roles
    rules: ProtectionFacts = field(default_factory=ProtectionFacts)  #: of access protection

    def actor(self, person_id: UUID, *, door: str) -> Actor:
        """Return the person as an actor of this account."""
        return Actor(
            person_id=person_id,
            account_id=self.account.id,
            roles=self.roles,
            door=door,
            license_id=self.license_id,
            rights=self.rights,
        )


def seats_of(person_id: UUID) -> list[Seat]:
    """Return the person's seats by account name, in one statement.

    A temporary license whose time is over opens nothing, also before the worker has ended it.
    """
    rows = (
        License.objects.filter(holder__person_id=person_id, state=LicenseState.ACTIVE)
        .filter(Q(ends_at=None) | Q(ends_at__gt=timezone.now()))
        .order_by("pool__account__name", "id")
        .values_list(
            "id",
            "holder_id",
            "pool__kind",
            "pool__account__id",
            "pool__account__slug",
            "pool__account__name",
            "pool__account__language",
            "pool__account__time_zone",
            "holder__roles__role",
            *RIGHTS,
            *_RULES,
        )
    )
    seats: dict[UUID, Seat] = {}
    for license_id, profile_id, kind, id_, slug, name, language, zone, role, *more in rows:
        rights, rules = more[: len(RIGHTS)], more[len(RIGHTS) :]
        seat = seats.get(license_id)
        roles = (seat.roles if seat else frozenset()) | ({Role(role)} if role else frozenset())
        seats[license_id] = Seat(
            AccountFacts(id_, slug, name, language, zone),
            profile_id,
            license_id,
            PoolKind(kind),
            roles,
            rights_of(PoolKind(kind), dict(zip(RIGHTS, rights, strict=True))),
            _rules_of(rules),
        )
    return list(seats.values())


def works_elsewhere(person_id: UUID, account_id: UUID) -> bool:
    """Return whether the person's login opens, or was invited to, another account than this."""
    rows = License.objects.filter(holder__person_id=person_id, released_at=None)
    return rows.exclude(pool__account_id=account_id).exists()


def _rules_of(values: Sequence[Any]) -> ProtectionFacts:
    row = dict(zip(_RULE_NAMES, values, strict=True))
    return ProtectionFacts() if row["version"] is None else protection_facts(row)


def rules_for(seats: Iterable[Seat]) -> ProtectionFacts:
    """Return what holds for a person with these seats: of each rule the strictest.

    An account that only invites somebody, or has suspended them, decides nothing about their login.
    """
    return strictest(seat.rules for seat in seats)


def protection_for(person_id: UUID) -> ProtectionFacts:
    """Return what holds for the person in all accounts that they may enter."""
    return rules_for(seats_of(person_id))


def actor_for(person_id: UUID, slug: str, *, door: str) -> tuple[AccountFacts, Actor]:
    """Return the account and the person as its actor.

    :raises NotFound: no such account, or the person has no license in use there.
    """
    for seat in seats_of(person_id):
        if seat.account.slug == slug:
            return seat.account, seat.actor(person_id, door=door)
    raise NotFound(_("This does not exist, or it belongs to another account."))
