"""Changing what one person's license allows, and the groups they are in."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from siegel.accounts.permissions import Permission
from siegel.core.refusal import BadInput
from siegel.licensing.actions import change_groups, change_rights
from siegel.licensing.queries.holder_rows import groups_of
from siegel.web.access import AccountRequest, account_page
from siegel.web.people.frame import details_of, person_address
from siegel.web.people.rights import PersonRightsForm, groups_form
from siegel.web.toasts import toast


@require_POST
@account_page(Permission.LICENSE_ASSIGN)
def save_rights(request: AccountRequest, license_id: UUID) -> HttpResponse:
    """Set what a license allows.

    :raises BadInput: the form did not arrive as a whole.
    """
    row = details_of(request, license_id).row
    form = PersonRightsForm(request.POST, row)
    if not form.is_valid():
        raise BadInput(_("Only part of the form arrived. Nothing was changed."))
    change_rights(
        actor=request.actor,
        account_id=request.account.id,
        license_ids=[license_id],
        changes=form.changes(),
        at=timezone.now(),
    )
    toast(request, _("The rights are saved."))
    return redirect(person_address(request, license_id, "person_permissions"))


@require_POST
@account_page(Permission.LICENSE_ASSIGN)
def save_groups(request: AccountRequest, license_id: UUID) -> HttpResponse:
    """Set which groups a person is in.

    :raises BadInput: the form did not arrive as a whole, or names a group that is gone.
    """
    details_of(request, license_id)
    form = groups_form(request, request.POST)
    if not form.is_valid():
        raise BadInput(_("Only part of the form arrived. Nothing was changed."))
    wanted = {UUID(text) for text in form.cleaned_data["groups"]}
    now_in = {group for group, _name in groups_of([license_id]).get(license_id, [])}
    change_groups(
        actor=request.actor,
        account_id=request.account.id,
        license_ids=[license_id],
        join=sorted(wanted - now_in),
        leave=sorted(now_in - wanted),
        at=timezone.now(),
    )
    toast(request, _("The groups are saved."))
    return redirect(person_address(request, license_id, "person_permissions"))
