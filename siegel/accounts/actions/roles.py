"""Give and take roles: the only writers of role grants."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from siegel.accounts.actions.people import profile_in
from siegel.accounts.models import (
    Account,
    Profile,
    RoleGrant,
)
from siegel.accounts.permissions import Actor, Role, require_role_change
from siegel.audit.actions import record
from siegel.core.refusal import Refusal


class LastRegistrationAdmin(Refusal):
    """The account would be left without a registration administrator."""

    code = "last-registration-admin"


@transaction.atomic
def grant_role(
    *, actor: Actor, profile_id: UUID, account_id: UUID, role: Role, at: datetime
) -> None:
    """Give a person a role. Giving it twice changes nothing.

    :raises NotFound: no such person in this account.
    """
    require_role_change(actor, role, account_id)
    profile = profile_in(profile_id, account_id)
    _grant, new = RoleGrant.objects.get_or_create(
        profile=profile, role=role, defaults={"granted_by_id": actor.person_id, "granted_at": at}
    )
    if not new:
        return
    if role == Role.REGISTRATION_ADMIN:
        # The account starts with the count of the first one, who is named when it is opened.
        others = RoleGrant.objects.filter(profile__account_id=account_id, role=role)
        if others.exclude(profile=profile).exists():
            Account.objects.filter(id=account_id).update(
                registration_admins=F("registration_admins") + 1
            )
    _record_role(actor, profile, role, "role.grant", at)


@transaction.atomic
def withdraw_role(
    *, actor: Actor, profile_id: UUID, account_id: UUID, role: Role, at: datetime
) -> None:
    """Take a role from a person. Taking it twice changes nothing.

    :raises LastRegistrationAdmin: nobody else could administer the account.
    """
    require_role_change(actor, role, account_id)
    profile = profile_in(profile_id, account_id)
    deleted, _rows = RoleGrant.objects.filter(profile=profile, role=role).delete()
    if not deleted:
        return
    if role == Role.REGISTRATION_ADMIN:
        # Conditional, so that two withdrawals at once cannot both succeed; the CHECK stands behind.
        counted = Account.objects.filter(id=account_id, registration_admins__gt=1).update(
            registration_admins=F("registration_admins") - 1
        )
        if not counted:
            raise LastRegistrationAdmin(
                _("%(name)s is the last registration administrator. Please name another one first.")
                % {"name": profile.name}
            )
    _record_role(actor, profile, role, "role.withdraw", at)


def hold_administrators(account_id: UUID) -> None:
    """Let changes of who administers the account wait for each other (a lock of its row)."""
    rows = Account.objects.select_for_update(no_key=True).filter(id=account_id)
    list(rows.values_list("id"))


def _record_role(actor: Actor, profile: Profile, role: Role, verb: str, at: datetime) -> None:
    record(
        account_id=profile.account_id,
        actor_id=actor.person_id,
        door=actor.door,
        verb=verb,
        at=at,
        subject_id=profile.person_id,
        role=str(role),
    )
