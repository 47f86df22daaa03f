"""Every permission, and who has it, in one table: deny, then permit."""

from dataclasses import dataclass, field
from enum import StrEnum
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from siegel.core.refusal import Forbidden, NotFound


class Role(StrEnum):
    """What a person may do for an account beside using boxes (SPEC §7)."""

    REGISTRATION_ADMIN = "registration_admin"
    ADMIN = "admin"
    BILLING_ADMIN = "billing_admin"
    AUDITOR = "auditor"

    @property
    def label(self) -> str:
        """The role's name in the reader's language."""
        return str(_ROLE_LABELS[self])


_ROLE_LABELS = {
    Role.REGISTRATION_ADMIN: gettext_lazy("Registration administrator"),
    Role.ADMIN: gettext_lazy("Administrator"),
    Role.BILLING_ADMIN: gettext_lazy("Billing administrator"),
    Role.AUDITOR: gettext_lazy("Auditor"),
}


class Permission(StrEnum):
    """One thing that somebody may be allowed to do in an account."""

    ACCOUNT_ENTER = "account.enter"  # see the account at all
    STATUS_VIEW = "status.view"  # booked, used, available
    LEDGER_VIEW = "ledger.view"
    ADMIN_LOG_VIEW = "admin-log.view"  # who administered what
    PEOPLE_VIEW = "people.view"
    LICENSE_ASSIGN = "license.assign"  # invite, import, release, suspend
    PERSON_ERASE = "person.erase"  # before the grace period is over
    GUEST_INVITE = "guest.invite"  # bring guests in, and share one's own with colleagues
    BOX_CREATE = "box.create"
    BOX_CREATE_TEMPORARY = "box.create-temporary"
    DATA_ROOM_CREATE = "data-room.create"
    ROLE_GRANT = "role.grant"
    # Keeps administrators who book as well from making themselves registration administrators.
    ROLE_GRANT_REGISTRATION = "role.grant-registration"
    PORTAL_VIEW = "portal.view"
    BOOKING_CHANGE = "booking.change"
    PROTECTION_VIEW = "protection.view"
    PROTECTION_MANAGE = "protection.manage"
    TEXT_CHANGE = "text.change"  # what the account's mails say
    TOKEN_MANAGE = "token.manage"  # noqa: S105 - the name of a permission


_ADMIN = frozenset(
    {
        Permission.ACCOUNT_ENTER,
        Permission.STATUS_VIEW,
        Permission.LEDGER_VIEW,
        Permission.ADMIN_LOG_VIEW,
        Permission.PEOPLE_VIEW,
        Permission.LICENSE_ASSIGN,
        Permission.GUEST_INVITE,
        Permission.ROLE_GRANT,
        Permission.PROTECTION_VIEW,
        Permission.PROTECTION_MANAGE,
        Permission.TEXT_CHANGE,
        Permission.TOKEN_MANAGE,
    }
)
_BILLING = frozenset({Permission.ACCOUNT_ENTER, Permission.PORTAL_VIEW, Permission.BOOKING_CHANGE})

GRANTS: dict[Role, frozenset[Permission]] = {
    Role.REGISTRATION_ADMIN: _ADMIN
    | _BILLING
    | {Permission.ROLE_GRANT_REGISTRATION, Permission.PERSON_ERASE},
    Role.ADMIN: _ADMIN,
    Role.BILLING_ADMIN: _BILLING,
    Role.AUDITOR: frozenset(
        {
            Permission.ACCOUNT_ENTER,
            Permission.LEDGER_VIEW,
            Permission.ADMIN_LOG_VIEW,
            Permission.PROTECTION_VIEW,
        }
    ),
}
#: Whom somebody asks who may not do a thing.
ADMINS = (Role.REGISTRATION_ADMIN, Role.ADMIN)
MEMBER: frozenset[Permission] = frozenset({Permission.ACCOUNT_ENTER})


@dataclass(frozen=True)
class Actor:
    """Who acts, for which account, through which door.

    ``person_id`` is None where the system itself acts: the operator's shell or a planned change.
    ``license_id`` is the license with which the person acts: what they create belongs to it.
    ``rights`` are permissions that this license gives, beside those of the roles.
    """

    person_id: UUID | None
    account_id: UUID | None
    roles: frozenset[Role] = frozenset()
    door: str = "system"
    name: str = ""
    license_id: UUID | None = None
    rights: frozenset[Permission] = frozenset()
    permissions: frozenset[Permission] = field(init=False, default=MEMBER)

    def __post_init__(self) -> None:
        granted = MEMBER.union(self.rights, *(GRANTS[role] for role in self.roles))
        object.__setattr__(self, "permissions", granted)

    def may(self, permission: Permission, account_id: UUID) -> bool:
        """Return whether the actor may do this in this account."""
        if self.person_id is None:
            return self.account_id is None or self.account_id == account_id
        return self.account_id == account_id and permission in self.permissions


SYSTEM = Actor(person_id=None, account_id=None, door="system")
OPERATOR_SHELL = Actor(person_id=None, account_id=None, door="command")


def require(actor: Actor, permission: Permission, account_id: UUID) -> None:
    """Return if the actor may; otherwise say no.

    :raises NotFound: the account is not the actor's: a stranger learns nothing.
    :raises Forbidden: it is, but the actor's roles do not allow this.
    """
    if actor.may(permission, account_id):
        return
    if actor.account_id != account_id:
        raise NotFound(_("This does not exist, or it belongs to another account."))
    raise Forbidden(
        _("Your role does not allow this. Please ask an administrator of your account.")
    )


def may_change_role(actor: Actor, role: Role, account_id: UUID) -> bool:
    """Return whether the actor may give and take the role.

    Nobody gives or takes a role whose permissions they do not all have themselves: otherwise
    whoever may give roles could do everything.
    """
    needed = GRANTS[role] | {Permission.ROLE_GRANT}
    return all(actor.may(permission, account_id) for permission in needed)


def require_role_change(actor: Actor, role: Role, account_id: UUID) -> None:
    """Return if the actor may give and take this role.

    :raises NotFound: the account is not the actor's.
    :raises Forbidden: they have not all of the role's permissions themselves.
    """
    require(actor, Permission.ROLE_GRANT, account_id)
    if not may_change_role(actor, role, account_id):
        raise Forbidden(
            _(
                "Only somebody with the same rights can decide about the role “%(role)s”. "
                "Please ask a registration administrator."
            )
            % {"role": role.label}
        )
