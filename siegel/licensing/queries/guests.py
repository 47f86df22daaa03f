"""Guests and whose they are: what full users may know of them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from siegel.accounts.names import name_or_email
from siegel.accounts.permissions import Actor, Permission, require
from siegel.accounts.search import words_of
from siegel.core.refusal import NotFound
from siegel.licensing.kinds import LicenseState, PoolKind
from siegel.licensing.models import License, Sponsorship
from siegel.licensing.queries.visible import visible


@dataclass(frozen=True)
class Guest:
    """A live guest license as a full user sees it."""

    license_id: UUID
    profile_id: UUID
    person_id: UUID
    name: str
    email: str
    organisation: str
    state: LicenseState
    since: datetime
    last_active_at: datetime | None
    ends_at: datetime | None
    idle_days: int | None
    sponsors: tuple[str, ...] = ()  #: names, by name
    own: bool = False  #: whether the reader is one of them
    decides: bool = False  #: whether end and link are the reader's business; for a single guest


_FIELDS = (
    "id",
    "holder_id",
    "holder__person_id",
    "holder__first_name",
    "holder__last_name",
    "holder__email",
    "holder__organisation",
    "state",
    "assigned_at",
    "last_active_at",
    "ends_at",
    "idle_days",
)
#: As many as a page of guests shows at once.
PAGE_SIZE = 50


def guests(
    *, actor: Actor, account_id: UUID, search: str = "", everybody: bool = False, page: int = 1
) -> tuple[list[Guest], bool]:
    """Return a page of the actor's guests by name, or of all whom they may see; and if it goes on.

    Pages are counted from 1.

    :raises Forbidden: guests have no guests.
    """
    require(actor, Permission.GUEST_INVITE, account_id)
    rows = _visible(actor, account_id) if everybody else _own(actor, account_id)
    for word in words_of(search):
        rows = rows.filter(holder__search__contains=f" {word}")
    if search.strip() and not words_of(search):
        rows = rows.none()
    before = (max(page, 1) - 1) * PAGE_SIZE
    shown = rows.order_by(*_ORDER).values_list(*_FIELDS)[before : before + PAGE_SIZE + 1]
    found = [_guest(row) for row in shown]
    return _with_sponsors(actor, found[:PAGE_SIZE]), len(found) > PAGE_SIZE


_ORDER = ("holder__sort_name", "id")


def may_see_guest(
    actor: Actor, account_id: UUID, license_id: UUID, *, decide: bool = False
) -> Guest:
    """Return a live guest whom the actor may see; with ``decide``, whose license is theirs to end.

    :raises NotFound: there is no such guest, or the actor may not see them.
    """
    require(actor, Permission.GUEST_INVITE, account_id)
    if actor.may(Permission.LICENSE_ASSIGN, account_id):
        rows, decides = _live(account_id), _live(account_id)
    else:
        rows, decides = _visible(actor, account_id), _to_end(actor, account_id)
    if decide:
        rows = decides
    row = rows.filter(id=license_id).values_list(*_FIELDS).first()
    if row is None:
        raise NotFound(_("This does not exist, or it belongs to another account."))
    guest = _with_sponsors(actor, [_guest(row)])[0]
    return replace(guest, decides=decides.filter(id=license_id).exists())


def require_own_or_all(actor: Actor, account_id: UUID, license_ids: Sequence[UUID]) -> None:
    """Return if all of these are live guests whose licenses are the actor's to end.

    :raises NotFound: one is not, or there is none of this id.
    """
    may = actor.may(Permission.LICENSE_ASSIGN, account_id)
    rows = _live(account_id) if may else _to_end(actor, account_id)
    if rows.filter(id__in=set(license_ids)).count() != len(set(license_ids)):
        raise NotFound(_("This does not exist, or it belongs to another account."))


def guest_of_email(account_id: UUID, email: str) -> Guest | None:
    """Return the account's live guest with this address, or None."""
    rows = _live(account_id).filter(holder__email=email.strip().lower())
    row = rows.values_list(*_FIELDS).first()
    return _guest(row) if row else None


def guest_to_take(actor: Actor, account_id: UUID, email: str) -> Guest | None:
    """Return the live guest with this address, with no more than the actor may know of them.

    Whoever knows the whole address learns that there is such a guest; name and sponsors are only
    told to those who could find the guest as well.
    """
    require(actor, Permission.GUEST_INVITE, account_id)
    known = guest_of_email(account_id, email)
    if known is None:
        return None
    if _visible(actor, account_id).filter(id=known.license_id).exists():
        return _with_sponsors(actor, [known])[0]
    own = actor.license_id in sponsors_of(known.license_id)
    return replace(known, name=known.email, organisation="", own=own)


def are_own_guests(actor: Actor, account_id: UUID, profile_ids: Sequence[UUID]) -> bool:
    """Return whether the actor may have guests, and all of these people are theirs."""
    if not actor.may(Permission.GUEST_INVITE, account_id):
        return False
    wanted = set(profile_ids)
    rows = _own(actor, account_id).filter(holder__in=wanted)
    return bool(wanted) and rows.count() == len(wanted)


def brought_all(actor: Actor, account_id: UUID, profile_ids: Sequence[UUID]) -> bool:
    """Return whether the actor invited all of these guests, or has them from somebody removed.

    Having taken a colleague's guest is not enough to see the registration link: whoever has that
    can register as the guest, and is in all their boxes.
    """
    if not are_own_guests(actor, account_id, profile_ids):
        return False
    rows = _own(actor, account_id).filter(_brought(actor), holder__in=set(profile_ids))
    return rows.count() == len(set(profile_ids))


def _brought(actor: Actor) -> Q:
    """Return the condition for guests whom the actor invited, or has from somebody removed."""
    handed = Sponsorship.objects.filter(sponsor_id=actor.license_id, removal__isnull=False)
    return Q(assigned_by=actor.person_id) | Q(id__in=handed.values("guest"))


def _to_end(actor: Actor, account_id: UUID) -> QuerySet[License]:
    """Return the guests whose end the actor decides: those they brought.

    Who took a colleague's guest cannot throw them out; once whoever invited them answers for them
    no more, all who still do may.
    """
    inviter = Sponsorship.objects.filter(
        guest=OuterRef("pk"),
        sponsor__released_at=None,
        sponsor__holder__person=OuterRef("assigned_by"),
    )
    return _own(actor, account_id).filter(_brought(actor) | ~Exists(inviter))


def possible_sponsors(
    *, actor: Actor, account_id: UUID, license_id: UUID, search: str = "", limit: int = 50
) -> list[tuple[UUID, str]]:
    """Return the colleagues with whom a guest can be shared, whom the actor may find, by name."""
    require(actor, Permission.GUEST_INVITE, account_id)
    rows = visible(actor, account_id).filter(
        pool__kind=PoolKind.FULL, state=LicenseState.ACTIVE, invites_guests=True
    )
    rows = rows.exclude(id__in=sponsors_of(license_id)).exclude(id__in=[actor.license_id])
    for word in words_of(search):
        rows = rows.filter(holder__search__contains=f" {word}")
    found = rows.order_by(*_ORDER).values_list(
        "id", "holder__first_name", "holder__last_name", "holder__email"
    )
    return [(id_, name_or_email(*name)) for id_, *name in found[:limit]]


def sponsors_of(license_id: UUID) -> set[UUID]:
    """Return the live licenses whose guest this one is."""
    rows = Sponsorship.objects.filter(guest_id=license_id, sponsor__released_at=None)
    return set(rows.values_list("sponsor", flat=True))


def sponsors_who_may(account_id: UUID, license_ids: Sequence[UUID]) -> set[UUID]:
    """Return which of these licenses may have guests: full ones in use with the right to."""
    rows = License.objects.filter(
        id__in=license_ids,
        pool__account_id=account_id,
        pool__kind=PoolKind.FULL,
        state=LicenseState.ACTIVE,
        invites_guests=True,
    )
    return set(rows.values_list("id", flat=True))


def _live(account_id: UUID) -> QuerySet[License]:
    return License.objects.filter(
        pool__account_id=account_id, pool__kind=PoolKind.GUEST, released_at=None
    )


def _own(actor: Actor, account_id: UUID) -> QuerySet[License]:
    mine = Sponsorship.objects.filter(sponsor_id=actor.license_id).values("guest")
    return _live(account_id).filter(id__in=mine)


def _visible(actor: Actor, account_id: UUID) -> QuerySet[License]:
    return visible(actor, account_id).filter(pool__kind=PoolKind.GUEST)


def _guest(row: tuple[Any, ...]) -> Guest:
    (id_, profile, person, first, last, email, organisation, state, *times) = row
    return Guest(
        id_,
        profile,
        person,
        name_or_email(first, last, email),
        email,
        organisation,
        LicenseState(state),
        *times,
    )


def _with_sponsors(actor: Actor, found: list[Guest]) -> list[Guest]:
    """Return the guests with the names of their sponsors, in one statement."""
    rows = (
        Sponsorship.objects.filter(
            Q(sponsor__released_at=None), guest__in=[guest.license_id for guest in found]
        )
        .order_by("sponsor__holder__sort_name", "sponsor")
        .values_list(
            "guest",
            "sponsor",
            "sponsor__holder__first_name",
            "sponsor__holder__last_name",
            "sponsor__holder__email",
        )
    )
    names: dict[UUID, list[str]] = {}
    own: set[UUID] = set()
    for guest, sponsor, *name in rows:
        names.setdefault(guest, []).append(name_or_email(*name))
        if sponsor == actor.license_id:
            own.add(guest)
    return [
        replace(
            guest,
            sponsors=tuple(names.get(guest.license_id, ())),
            own=guest.license_id in own,
        )
        for guest in found
    ]
