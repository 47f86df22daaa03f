"""What the four tabs of a person's page share: the head, the tab bar, and what may be done."""

from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from siegel.accounts.permissions import Permission, Role, may_change_role
from siegel.licensing.kinds import LicenseState
from siegel.licensing.queries.one_holder import HolderDetails, holder_details
from siegel.web.access import AccountRequest
from siegel.web.people.list_address import back_to_list, kept
from siegel.web.people.words import license_label, state_badge
from siegel.web.settings.tabs import Tab


def details_of(request: AccountRequest, license_id: UUID) -> HolderDetails:
    """Return the person of the address.

    :raises NotFound: no such license in this account.
    """
    return holder_details(actor=request.actor, account_id=request.account.id, license_id=license_id)


def person_address(request: AccountRequest, license_id: UUID, page: str = "person") -> str:
    """Return the address of a tab of a person's page that keeps the list which led there."""
    return reverse(page, args=[request.account.slug, license_id]) + kept(request)


def may_change(request: AccountRequest, role: Role) -> bool:
    """Return whether the reader may give and take the role in this account."""
    return may_change_role(request.actor, role, request.account.id)


def person_frame(
    request: AccountRequest, license_id: UUID, page: str
) -> tuple[HolderDetails, dict[str, Any]]:
    """Return the person and what the templates of every tab are filled with.

    :raises NotFound: no such license in this account.
    """
    details = details_of(request, license_id)
    row = details.row
    may_assign = Permission.LICENSE_ASSIGN in request.actor.permissions
    own = row.person_id == request.person_id
    above = not all(may_change(request, role) for role in row.roles)
    return details, {
        "details": details,
        "row": row,
        "kind": license_label(row.kind),
        "state": state_badge(row.state),
        "live": row.state != LicenseState.RELEASED,
        "own": own,
        "above": above,
        "may_assign": may_assign,
        "may_end": may_assign and not own and not above,
        "kept": kept(request),
        "back_url": back_to_list(request),
        "tabs": _tabs(request, license_id, page),
    }


def _tabs(request: AccountRequest, license_id: UUID, current: str) -> list[Tab]:
    tabs = (
        ("person", _("Details")),
        ("person_permissions", _("Permissions")),
        ("person_access", _("Access")),
        ("person_history", _("History")),
    )
    return [
        Tab(person_address(request, license_id, page), label, page == current)
        for page, label in tabs
    ]
