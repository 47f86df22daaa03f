"""Links that restore access, and the password chosen with them: the only writer of both."""

from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import F

from siegel.accounts.actions.people import profile_in
from siegel.accounts.models import Person, RestoreLink
from siegel.accounts.permissions import Actor, Permission, require
from siegel.accounts.tokens import hash_token, restore_token


@transaction.atomic
def create_restore_link(
    *, actor: Actor, account_id: UUID, profile_id: UUID, shown: bool, at: datetime
) -> UUID:
    """Create a link for a person of the account; an open one ends. Return its id.

    ``shown`` says that the actor gets to see it.

    :raises NotFound: no such person in this account.
    """
    require(actor, Permission.LICENSE_ASSIGN, account_id)
    profile_in(profile_id, account_id)
    RestoreLink.objects.filter(profile_id=profile_id, used_at=None, withdrawn_at=None).update(
        withdrawn_at=at
    )
    link = RestoreLink(
        profile_id=profile_id,
        shown=shown,
        created_at=at,
        created_by_id=actor.person_id,
        expires_at=at + timedelta(hours=settings.RESTORE_LINK_HOURS),
    )
    link.token_hash = hash_token(restore_token(link.id))
    link.save(force_insert=True)
    return link.id


def withdraw_shown_restore_links(*, profile_id: UUID, at: datetime) -> None:
    """End a person's open links that an administrator has seen."""
    RestoreLink.objects.filter(
        profile_id=profile_id, shown=True, used_at=None, withdrawn_at=None
    ).update(withdrawn_at=at)


def use_restore_link(*, link_id: UUID, at: datetime) -> bool:
    """Mark a link as used; return False if somebody was faster, or it had ended."""
    open_ = RestoreLink.objects.filter(
        id=link_id, used_at=None, withdrawn_at=None, expires_at__gt=at
    )
    return bool(open_.update(used_at=at))


def set_new_password(*, person_id: UUID, password: str) -> None:
    """Replace a person's password, already hashed, and end all their sessions."""
    Person.objects.filter(id=person_id, is_active=True).update(
        password=password, session_epoch=F("session_epoch") + 1
    )
