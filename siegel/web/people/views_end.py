"""How long a guest stays, decided on the person's page."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from siegel.accounts.permissions import Permission
from siegel.core.refusal import BadInput
from siegel.licensing.kinds import LicenseState, PoolKind
from siegel.web.access import AccountRequest, account_page
from siegel.web.guests.forms import EndForm
from siegel.web.people.frame import details_of, person_address
from siegel.web.toasts import toast
from siegel.workflows.guests import limit_guest


@require_http_methods(["GET", "HEAD", "POST"])
@account_page(Permission.LICENSE_ASSIGN)
def change_end(request: AccountRequest, license_id: UUID) -> HttpResponse:
    """Ask how long a guest stays, and let it be so."""
    details, back = (
        details_of(request, license_id),
        person_address(request, license_id, "person_access"),
    )
    row = details.row
    if row.kind != PoolKind.GUEST or row.state == LicenseState.RELEASED:
        return redirect(back)
    data = request.POST if request.method == "POST" else None
    form = EndForm.of(row.ends_at, row.idle_days, request.account.zone, timezone.now(), data)
    if form.is_bound and form.is_valid():
        try:
            limit_guest(
                actor=request.actor,
                account_id=request.account.id,
                license_id=license_id,
                last_day=form.last_day,
                idle_days=form.days,
                at=timezone.now(),
            )
        except BadInput as bad:
            form.add_error(None, str(bad))
        else:
            toast(request, _("How long %(name)s stays is saved.") % {"name": row.name})
            return redirect(back)
    context = {"end": form, "details": details, "back_url": back}
    return render(request, "people/end.html", context, status=422 if form.is_bound else 200)
