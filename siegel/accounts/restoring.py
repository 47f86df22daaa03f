"""What is known about a link that restores access."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from siegel.accounts.models import RestoreLink
from siegel.accounts.queries import AccountFacts, account_facts
from siegel.accounts.tokens import hash_token


@dataclass(frozen=True)
class RestoreFacts:
    """A link that restores access, its account, and the person it is for."""

    id: UUID
    account: AccountFacts
    profile_id: UUID
    person_id: UUID
    email: str
    name: str
    language: str
    is_operator: bool  #: of the login, beside what it may in accounts
    may_sign_in: bool
    shown: bool  #: an administrator has seen the link
    expires_at: datetime
    used_at: datetime | None
    withdrawn_at: datetime | None


def restore_link_of(token: str) -> RestoreFacts | None:
    """Return the link of a token, used or not, or None for a forged one."""
    return _facts(token_hash=hash_token(token))


def restore_link(link_id: UUID) -> RestoreFacts | None:
    """Return a link by its id."""
    return _facts(id=link_id)


def _facts(**which: object) -> RestoreFacts | None:
    rows = RestoreLink.objects.select_related("profile__account", "profile__person")
    link = rows.filter(**which).first()
    if link is None:
        return None
    profile, person = link.profile, link.profile.person
    return RestoreFacts(
        id=link.id,
        account=account_facts(profile.account),
        profile_id=profile.id,
        person_id=person.id,
        email=person.email,
        name=profile.name,
        language=person.language,
        is_operator=person.is_operator,
        may_sign_in=person.is_active,
        shown=link.shown,
        expires_at=link.expires_at,
        used_at=link.used_at,
        withdrawn_at=link.withdrawn_at,
    )
