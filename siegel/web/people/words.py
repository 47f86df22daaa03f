"""Licenses, states and roles as the people pages say them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from siegel.accounts.permissions import Role
from siegel.core import formats
from siegel.licensing.kinds import LicenseState, PoolKind
from siegel.licensing.queries.holder_rows import HolderRow
from siegel.workflows.import_people import KIND_LABELS

_A_MOMENT = timedelta(microseconds=1)


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


#: The rights of a full license by the name of their column, as short words.
RIGHT_LABELS = {
    "creates_boxes": gettext_lazy("Boxes"),
    "creates_temporary_boxes": gettext_lazy("Temporary boxes"),
    "creates_data_rooms": gettext_lazy("Data rooms"),
    "invites_guests": gettext_lazy("Invites guests"),
}

#: The same as what one decides about.
RIGHT_QUESTIONS = {
    "creates_boxes": gettext_lazy("Create boxes"),
    "creates_temporary_boxes": gettext_lazy("Create temporary boxes"),
    "creates_data_rooms": gettext_lazy("Create data rooms"),
    "invites_guests": gettext_lazy("Invite guests"),
}


def rights_words(row: HolderRow) -> Sequence[str]:
    """Return what a license allows, each in a word."""
    return [str(label) for name, label in RIGHT_LABELS.items() if getattr(row, name)]


def ends_text(row: HolderRow) -> str:
    """Return when a temporary license ends; empty for a regular one."""
    if row.ends_at is not None:
        # It ends with the day: the midnight after it is the next day's already.
        last = timezone.localtime(row.ends_at - _A_MOMENT).date()
        return formats.date_short(last, get_language() or "de")
    if row.idle_days is not None:
        return ngettext(
            "after %(count)d day without sign-in",
            "after %(count)d days without sign-in",
            row.idle_days,
        ) % {"count": row.idle_days}
    return ""
