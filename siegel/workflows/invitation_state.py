"""How an invitation stands: whether its link works, and whether its mail has left."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from siegel.accounts.permissions import Actor, Permission, require
from siegel.accounts.queries import InvitationFacts, invitations_of
from siegel.jobs.models import JobState
from siegel.jobs.queries import JobFacts, jobs_by_id
from siegel.licensing.queries.guests import are_own_guests


class Delivery(StrEnum):
    """What has become of the mail with the link."""

    NONE = "none"  # nobody wanted one: the link is handed over by hand
    WAITING = "waiting"
    RETRYING = "retrying"  # the mail server did not take it; it is tried again
    FAILED = "failed"  # every try has failed
    SENT = "sent"


class LinkStanding(StrEnum):
    """Whether a person can register with the link that they have."""

    OPEN = "open"
    EXPIRED = "expired"
    LOCKED = "locked"


@dataclass(frozen=True)
class InvitationState:
    """How one person's invitation stands."""

    standing: LinkStanding
    expires_at: datetime
    asks_code: bool
    wrong_codes: int
    language: str
    message: str
    delivery: Delivery
    attempts: int = 0
    next_try_at: datetime | None = None  #: of the mail
    mailed_at: datetime | None = None


def invitation_state(
    *, actor: Actor, account_id: UUID, profile_id: UUID, at: datetime
) -> InvitationState | None:
    """Return how a person's invitation stands; None where there is no link that waits.

    :raises NotFound: another account's.
    """
    found = invitation_states(actor=actor, account_id=account_id, profile_ids=[profile_id], at=at)
    return found.get(profile_id)


def invitation_states(
    *, actor: Actor, account_id: UUID, profile_ids: Sequence[UUID], at: datetime
) -> dict[UUID, InvitationState]:
    """Return how the invitations of these people of the account stand, by profile."""
    if not are_own_guests(actor, account_id, profile_ids):
        require(actor, Permission.PEOPLE_VIEW, account_id)
    links = {
        profile_id: link
        for profile_id, link in invitations_of(profile_ids).items()
        if link.account.id == account_id
    }
    jobs = jobs_by_id(link.mail_job for link in links.values() if link.mail_job)
    return {
        profile_id: _state(link, jobs.get(link.mail_job) if link.mail_job else None, at)
        for profile_id, link in links.items()
    }


def _state(link: InvitationFacts, job: JobFacts | None, at: datetime) -> InvitationState:
    standing = LinkStanding.OPEN
    if link.locked:
        standing = LinkStanding.LOCKED
    elif at >= link.expires_at:
        standing = LinkStanding.EXPIRED
    delivery = _delivery(link, job)
    return InvitationState(
        standing=standing,
        expires_at=link.expires_at,
        asks_code=link.asks_code,
        wrong_codes=link.wrong_codes,
        language=link.language,
        message=link.message,
        delivery=delivery,
        attempts=job.attempts if job else 0,
        next_try_at=job.run_after if job and delivery == Delivery.RETRYING else None,
        mailed_at=link.mailed_at,
    )


def _delivery(link: InvitationFacts, job: JobFacts | None) -> Delivery:
    if link.mail_wanted_at is None:
        return Delivery.NONE
    if link.mailed_at is not None:
        return Delivery.SENT
    if link.mail_job is None:  # one of many, which are queued by the hundred
        return Delivery.WAITING
    if job is None or job.state in {JobState.FAILED, JobState.DONE}:
        return Delivery.FAILED
    return Delivery.RETRYING if job.attempts and job.state == JobState.READY else Delivery.WAITING
