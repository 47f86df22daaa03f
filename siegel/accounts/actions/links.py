"""Registration links, and the first password: the only writers of both."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db import transaction
from django.utils.translation import gettext as _

from siegel.accounts.actions.people import BATCH
from siegel.accounts.models import (
    Person,
    Profile,
    RegistrationLink,
)
from siegel.accounts.permissions import Actor, Permission, require
from siegel.accounts.tokens import hash_token, registration_token
from siegel.core.refusal import NotFound


@dataclass(frozen=True)
class NewLink:
    """A registration link that was just created. The token is derived from the id, not stored."""

    id: UUID
    profile_id: UUID
    expires_at: datetime

    @property
    def token(self) -> str:
        """What the link's address ends with."""
        return registration_token(self.id)


def create_registration_link(
    *, actor: Actor, account_id: UUID, profile_id: UUID, at: datetime
) -> str:
    """Return the token of a new registration link; an open one of the same person ends."""
    (link,) = create_registration_links(
        actor=actor, account_id=account_id, profile_ids=[profile_id], at=at
    )
    return link.token


@transaction.atomic
def create_registration_links(
    *, actor: Actor, account_id: UUID, profile_ids: Sequence[UUID], at: datetime
) -> list[NewLink]:
    """Create a registration link for each person, in this order; their open ones end.

    :raises NotFound: one of them is not of this account.
    """
    require(actor, Permission.LICENSE_ASSIGN, account_id)
    links = []
    for start in range(0, len(profile_ids), BATCH):
        batch = profile_ids[start : start + BATCH]
        if Profile.objects.filter(account_id=account_id, id__in=batch).count() != len(batch):
            raise NotFound(_("This does not exist, or it belongs to another account."))
        open_links = RegistrationLink.objects.filter(profile_id__in=batch)
        open_links.filter(used_at=None, withdrawn_at=None).update(withdrawn_at=at)
        links += [_new_link(profile_id, actor, at) for profile_id in batch]
    RegistrationLink.objects.bulk_create(links, batch_size=BATCH)
    return [NewLink(link.id, link.profile_id, link.expires_at) for link in links]


def _new_link(profile_id: UUID, actor: Actor, at: datetime) -> RegistrationLink:
    link = RegistrationLink(
        profile_id=profile_id,
        created_at=at,
        created_by_id=actor.person_id,
        expires_at=at + timedelta(days=settings.REGISTRATION_LINK_DAYS),
    )
    link.token_hash = hash_token(registration_token(link.id))
    return link


def withdraw_registration_links(*, profile_id: UUID, at: datetime) -> None:
    """End a person's open registration links."""
    RegistrationLink.objects.filter(profile_id=profile_id, used_at=None, withdrawn_at=None).update(
        withdrawn_at=at
    )


def use_registration_link(*, link_id: UUID, at: datetime) -> bool:
    """Mark a link as used; return False if somebody was faster, or it had ended."""
    return bool(
        RegistrationLink.objects.filter(
            id=link_id, used_at=None, withdrawn_at=None, expires_at__gt=at
        ).update(used_at=at)
    )


def set_first_password(*, person_id: UUID, password: str) -> bool:
    """Give a password to a person who never had one; return False if they can sign in already.

    ``password`` is already hashed: hashing takes long, and this runs with the database locked.
    """
    rows = Person.objects.filter(
        id=person_id, is_active=True, last_login=None, password__startswith=UNUSABLE_PASSWORD_PREFIX
    )
    return bool(rows.update(password=password))
