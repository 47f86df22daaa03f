"""Licenses, states and roles as the people pages say them."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from siegel.accounts.permissions import Role
from siegel.licensing.kinds import LicenseState, PoolKind
from siegel.workflows.import_people import KIND_LABELS


def license_label(kind: PoolKind) -> str:
    """Return what one license of the kind is called."""
    return str(KIND_LABELS[kind])


@dataclass(frozen=True)
class StateBadge:
    """How a state is shown."""

    text: str
    tone: str
    icon: str


def state_badge(state: LicenseState) -> StateBadge:
    """Return a state as a word with tone and icon."""
    tone, icon = {
        LicenseState.INVITED: ("accent", "mail"),
        LicenseState.ACTIVE: ("good", "circle-check"),
        LicenseState.SUSPENDED: ("warn", "player-pause"),
        LicenseState.VACANT: ("", "circle-dashed"),
        LicenseState.RELEASED: ("", "user-off"),
    }[state]
    return StateBadge(str(state.label), tone, icon)


def role_text(role: Role) -> str:
    """Return in one sentence what a role may do."""
    return {
        Role.REGISTRATION_ADMIN: _(
            "May do everything: manage users, settings and the subscription, and give every role."
        ),
        Role.ADMIN: _(
            "Manages users and licenses, sees the account status, and names administrators and "
            "auditors."
        ),
        Role.BILLING_ADMIN: _("Sees the subscription and books licenses in the customer portal."),
        Role.AUDITOR: _("Reads the license ledger and the admin log and changes nothing."),
    }[role]
