"""The registration link of an invited person, for administrators."""

from uuid import UUID

from django.http import HttpResponse
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from siegel.accounts.permissions import Permission
from siegel.web.access import AccountRequest, account_page
from siegel.web.people.frame import details_of, person_address
from siegel.web.people.handing_out import Handed, Invited, link_page, mail_page, renew_page


def invited(request: AccountRequest, license_id: UUID) -> Invited:
    """Return whose link it is.

    :raises NotFound: no such license in this account.
    """
    row = details_of(request, license_id).row
    return Invited(
        license_id=row.license_id,
        profile_id=row.profile_id,
        name=row.name,
        email=row.email,
        kind=row.kind,
        state=row.state,
        back_url=person_address(request, license_id, "person_access"),
        template="people/link.html",
    )


@require_safe
@account_page(Permission.LICENSE_ASSIGN)
def show_link(request: AccountRequest, license_id: UUID) -> HttpResponse:
    """Show the open registration link of an invited person, to be copied."""
    return link_page(request, invited(request, license_id), Handed())


@require_POST
@account_page(Permission.LICENSE_ASSIGN)
def mail_link(request: AccountRequest, license_id: UUID) -> HttpResponse:
    """Mail the link once more; where none works, a new one with the same pass code."""
    return mail_page(request, invited(request, license_id))


@sensitive_post_parameters("own_code")
@require_http_methods(["GET", "HEAD", "POST"])
@account_page(Permission.LICENSE_ASSIGN)
def renew_link(request: AccountRequest, license_id: UUID) -> HttpResponse:
    """Ask how a new registration link is handed out, and make it; the old one ends."""
    return renew_page(request, invited(request, license_id))
