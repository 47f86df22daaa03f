"""One person: what is known about them and their license, and correcting it."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from siegel.accounts.actions import change_profile, clean_person
from siegel.accounts.permissions import Permission
from siegel.core.refusal import BadInput
from siegel.web.access import AccountRequest, account_page
from siegel.web.people.forms import EditForm
from siegel.web.people.frame import details_of, person_address, person_frame
from siegel.web.toasts import toast


@require_safe
@account_page(Permission.PEOPLE_VIEW)
def show_person(request: AccountRequest, license_id: UUID) -> HttpResponse:
    """Show one person with their license."""
    _details, context = person_frame(request, license_id, "person")
    return render(request, "people/person.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@account_page(Permission.LICENSE_ASSIGN)
def edit_person(request: AccountRequest, license_id: UUID) -> HttpResponse:
    """Correct what the account knows about a person."""
    details = details_of(request, license_id)
    initial: dict[str, Any] = {
        "first_name": details.first_name,
        "last_name": details.last_name,
        "organisation": details.row.organisation,
        "department": details.department,
        "phone": details.phone,
        "description": details.description,
    }
    form = EditForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            change_profile(
                actor=request.actor,
                account_id=request.account.id,
                profile_id=details.row.profile_id,
                data=clean_person(form.person(details.row.email)),
                at=timezone.now(),
            )
        except BadInput as bad:
            form.add_error(None, str(bad))
        else:
            toast(request, _("The details are saved."))
            return redirect(person_address(request, license_id))
    status = 422 if form.is_bound else 200
    back = person_address(request, license_id)
    context = {"form": form, "details": details, "back_url": back}
    return render(request, "people/edit.html", context, status=status)
