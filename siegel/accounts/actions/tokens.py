"""API tokens: the only writer of their table."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from siegel.accounts.models import (
    ApiToken,
    Profile,
)
from siegel.accounts.permissions import Actor, Permission, require
from siegel.accounts.tokens import hash_token, new_api_token
from siegel.audit.actions import record
from siegel.core.refusal import BadInput, NotFound


@transaction.atomic
def create_api_token(
    *,
    actor: Actor,
    account_id: UUID,
    label: str,
    days: int,
    at: datetime,
    owner_id: UUID | None = None,
) -> str:
    """Return a new token with which a program acts as the actor. It is shown only now.

    ``owner_id`` is whom the operator's shell makes it for; people make tokens only for themselves.

    :raises BadInput: no label, or a lifetime that is not between 1 and 366 days.
    """
    require(actor, Permission.TOKEN_MANAGE, account_id)
    if not label.strip() or not 1 <= days <= 366:
        raise BadInput(_("A token needs a name and a lifetime between 1 and 366 days."))
    owner = actor.person_id or owner_id
    profile = Profile.objects.filter(account_id=account_id, person=owner).first() if owner else None
    if profile is None:
        raise NotFound(_("This does not exist, or it belongs to another account."))
    token = new_api_token()
    row = ApiToken.objects.create(
        profile=profile,
        label=label.strip()[:80],
        token_hash=hash_token(token),
        created_at=at,
        expires_at=at + timedelta(days=days),
    )
    record(
        account_id=account_id,
        actor_id=actor.person_id,
        door=actor.door,
        verb="token.create",
        at=at,
        subject_id=owner,
        token=str(row.id),
        expires_at=row.expires_at.isoformat(),
    )
    return token


@transaction.atomic
def revoke_api_token(*, actor: Actor, account_id: UUID, token_id: UUID, at: datetime) -> None:
    """End a token of this account. Ending it twice changes nothing.

    :raises NotFound: no such token in this account.
    """
    require(actor, Permission.TOKEN_MANAGE, account_id)
    rows = ApiToken.objects.filter(id=token_id, profile__account_id=account_id)
    token = rows.select_related("profile").first()
    if token is None:
        raise NotFound(_("This does not exist, or it belongs to another account."))
    if rows.filter(revoked_at=None).update(revoked_at=at):
        record(
            account_id=account_id,
            actor_id=actor.person_id,
            door=actor.door,
            verb="token.revoke",
            at=at,
            subject_id=token.profile.person_id,
            token=str(token.id),
        )


def revoke_api_tokens_of(*, profile_id: UUID, at: datetime) -> None:
    """End all tokens of a person in an account, because they leave it."""
    ApiToken.objects.filter(profile_id=profile_id, revoked_at=None).update(revoked_at=at)


def note_token_use(*, token_id: UUID, at: datetime) -> None:
    """Remember when a token was last used, at most once a minute: reading must stay cheap."""
    ApiToken.objects.filter(id=token_id).exclude(last_used_at__gt=at - timedelta(minutes=1)).update(
        last_used_at=at
    )
