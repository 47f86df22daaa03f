"""The registration link of one's own guest."""

from uuid import UUID

from django.http import HttpResponse
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from siegel.accounts.permissions import Permission
from siegel.licensing.kinds import PoolKind
from siegel.licensing.queries.guests import may_see_guest
from siegel.web.access import AccountRequest, account_page
from siegel.web.guests.frame import guest_address
from siegel.web.people.handing_out import Handed, Invited, link_page, mail_page, renew_page
from siegel.workflows.invitation_rules import require_reach


def invited(request: AccountRequest, license_id: UUID) -> Invited:
    """Return the guest whose link it is.

    :raises NotFound: no such guest, or their link is somebody else's business.
    """
    guest = may_see_guest(request.actor, request.account.id, license_id, decide=True)
    require_reach(request.actor, request.account.id, [guest.profile_id])
    return Invited(
        license_id=guest.license_id,
        profile_id=guest.profile_id,
        name=guest.name,
        email=guest.email,
        kind=PoolKind.GUEST,
        state=guest.state,
        back_url=guest_address(request, license_id),
        template="guests/link.html",
    )


@require_safe
@account_page(Permission.GUEST_INVITE)
def show_link(request: AccountRequest, license_id: UUID) -> HttpResponse:
    """Show the open registration link of a guest, to be copied."""
    return link_page(request, invited(request, license_id), Handed())


@require_POST
@account_page(Permission.GUEST_INVITE)
def mail_link(request: AccountRequest, license_id: UUID) -> HttpResponse:
    """Mail the link once more; where none works, a new one with the same pass code."""
    return mail_page(request, invited(request, license_id))


@sensitive_post_parameters("own_code")
@require_http_methods(["GET", "HEAD", "POST"])
@account_page(Permission.GUEST_INVITE)
def renew_link(request: AccountRequest, license_id: UUID) -> HttpResponse:
    """Ask how a new registration link is handed out, and make it; the old one ends."""
    return renew_page(request, invited(request, license_id))
