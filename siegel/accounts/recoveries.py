"""What doors may know about requests to recover a registration administrator."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from siegel.accounts.models import Profile, RecoveryRequest
from siegel.accounts.permissions import Role
from siegel.accounts.queries import AccountFacts, account_facts
from siegel.core.refusal import NotFound


class RecoveryState(StrEnum):
    """What has become of a request to recover a registration administrator."""

    OPEN = "open"
    APPROVED = "approved"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


@dataclass(frozen=True)
class RecoveryFacts:
    """A request of an operator that somebody administers an account."""

    id: UUID
    account: AccountFacts
    profile_id: UUID
    person_id: UUID
    name: str
    email: str
    successor: str  #: address of whoever takes the license over; empty for its holder
    reason: str
    state: RecoveryState
    requested_by_id: UUID
    requested_by: str  #: e-mail address of the operator
    requested_at: datetime
    expires_at: datetime
    approved_by: str
    ended_at: datetime | None


def recovery_facts(request_id: UUID, at: datetime) -> RecoveryFacts:
    """Return a request, for the operator's shell only.

    :raises NotFound: there is none with this id.
    """
    row = _recoveries().filter(id=request_id).first()
    if row is None:
        raise NotFound(_("There is no request “%(id)s”.") % {"id": request_id})
    return _recovery(row, at)


def recoveries(at: datetime, limit: int = 100) -> list[RecoveryFacts]:
    """Return the latest requests of all accounts, newest first, for the operator's shell only."""
    rows = _recoveries().order_by("-requested_at", "-id")[:limit]
    return [_recovery(row, at) for row in rows]


def _recoveries() -> QuerySet[RecoveryRequest]:
    return RecoveryRequest.objects.select_related(
        "account", "profile", "requested_by", "approved_by"
    )


def _recovery(row: RecoveryRequest, at: datetime) -> RecoveryFacts:
    state = RecoveryState(row.state)
    if state == RecoveryState.OPEN and at >= row.expires_at:
        state = RecoveryState.EXPIRED
    return RecoveryFacts(
        id=row.id,
        account=account_facts(row.account),
        profile_id=row.profile_id,
        person_id=row.profile.person_id,
        name=row.profile.name,
        email=row.profile.email,
        successor=row.successor,
        reason=row.reason,
        state=state,
        requested_by_id=row.requested_by_id,
        requested_by=row.requested_by.email,
        requested_at=row.requested_at,
        expires_at=row.expires_at,
        approved_by=row.approved_by.email if row.approved_by else "",
        ended_at=row.ended_at,
    )


def mail_addresses(account_id: UUID, roles: Iterable[Role], person_id: UUID) -> dict[str, str]:
    """Return whom to write about an account, with their language: roles, and one person."""
    told = Q(roles__role__in=list(roles)) | Q(person_id=person_id)
    rows = Profile.objects.filter(told, account_id=account_id).distinct()
    return dict(rows.order_by("email").values_list("person__email", "person__language"))
