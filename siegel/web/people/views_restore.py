"""Letting the same person in again: what it does, and the link."""

from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from siegel.accounts.permissions import Permission
from siegel.core.refusal import Refusal
from siegel.web.access import AccountRequest, account_page
from siegel.web.people.frame import details_of, person_address
from siegel.web.toasts import toast
from siegel.workflows.restore_access import RestorePlan, plan_restore, restore_access


@dataclass(frozen=True)
class RestoreCard:
    """What the card says; without a card where access cannot be restored."""

    sentences: list[str]
    elsewhere: bool


def restore_lines(request: AccountRequest, license_id: UUID) -> RestoreCard | None:
    """Return what restoring the person's access does, or None where there is nothing to restore."""
    try:
        plan = plan_restore(
            actor=request.actor,
            account_id=request.account.id,
            license_id=license_id,
            at=timezone.now(),
        )
    except Refusal:
        return None
    return RestoreCard(_sentences(plan), plan.elsewhere)


def _sentences(plan: RestorePlan) -> list[str]:
    if plan.elsewhere:
        found = [
            _(
                "This login is good for more than this account. So the link goes only to "
                "%(email)s, and nobody else sees it."
            )
            % {"email": plan.holder.email}
        ]
        if plan.factors:
            found.append(_("The second factor stays. If it is lost, ask the operator to reset it."))
        return found
    found = [_("All open sessions end at once.")]
    if plan.factors:
        text = ngettext(
            "The second factor is removed as soon as the link is used.",
            "All %(count)d second factors are removed as soon as the link is used.",
            plan.factors,
        )
        found.append(text % {"count": plan.factors})
    if plan.locked:
        found.append(_("The login is locked after wrong entries. The link ends that."))
    found.append(_("The person is told by e-mail in any case."))
    return found


@require_POST
@account_page(Permission.LICENSE_ASSIGN)
def restore(request: AccountRequest, license_id: UUID) -> HttpResponse:
    """Make the link; mail it, or show it to be handed over."""
    details = details_of(request, license_id)
    show = request.POST.get("how") == "show"
    address = restore_access(
        actor=request.actor,
        account_id=request.account.id,
        license_id=license_id,
        at=timezone.now(),
        show=show,
    )
    back = person_address(request, license_id, "person_access")
    if address is None:
        toast(request, _("The link is on its way to %(email)s.") % {"email": details.row.email})
        return redirect(back)
    context = {
        "details": details,
        "address": address,
        "back_url": back,
        "hours": settings.RESTORE_LINK_HOURS,
    }
    return render(request, "people/restore_link.html", context)
