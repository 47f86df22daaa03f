"""Letting the same person in again: first what it does, then the link."""

from uuid import UUID

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from siegel.accounts.permissions import Permission
from siegel.core.refusal import Refusal
from siegel.licensing.actions.licenses import WrongState
from siegel.licensing.queries.one_holder import HolderDetails
from siegel.web.access import AccountRequest, account_page
from siegel.web.people.frame import details_of, person_address
from siegel.web.plans import PlanLine
from siegel.web.toasts import toast
from siegel.workflows.restore_access import RestorePlan, plan_restore, restore_access


def can_restore(request: AccountRequest, license_id: UUID) -> bool:
    """Return whether the card on the tab leads anywhere."""
    try:
        _plan(request, license_id)
    except Refusal:
        return False
    return True


def _plan(request: AccountRequest, license_id: UUID) -> RestorePlan:
    return plan_restore(
        actor=request.actor,
        account_id=request.account.id,
        license_id=license_id,
        at=timezone.now(),
    )


def _lines(plan: RestorePlan) -> list[PlanLine]:
    if plan.elsewhere:
        text = _(
            "This login is good for more than this account. So the link goes only to "
            "%(email)s, and nobody else sees it."
        )
        found = [PlanLine(text % {"email": plan.holder.email}, icon="mail")]
        if plan.factors:
            stays = _("The second factor stays. If it is lost, ask the operator to reset it.")
            found.append(PlanLine(stays, icon="shield-check"))
        return found
    used = _("with the link")
    found = [PlanLine(_("All open sessions end at once."), when=_("at once"), icon="logout")]
    if plan.factors:
        text = ngettext(
            "The second factor is removed as soon as the link is used.",
            "All %(count)d second factors are removed as soon as the link is used.",
            plan.factors,
        )
        found.append(PlanLine(text % {"count": plan.factors}, when=used, icon="shield"))
    if plan.locked:
        text = _("The login is locked after wrong entries. The link ends that.")
        found.append(PlanLine(text, when=used, icon="lock-open"))
    text = _("The password stays as it is until the person chooses a new one with the link.")
    found.append(PlanLine(text, when=used, icon="key"))
    found.append(PlanLine(_("The person is told by e-mail in any case."), icon="mail"))
    return found


@require_http_methods(["GET", "HEAD", "POST"])
@account_page(Permission.LICENSE_ASSIGN)
def restore(request: AccountRequest, license_id: UUID) -> HttpResponse:
    """Show what restoring the access does; once confirmed, make the link."""
    details = details_of(request, license_id)
    if request.method == "POST":
        return _carry_out(request, details)
    back = person_address(request, license_id, "person_access")
    try:
        plan = _plan(request, license_id)
    except WrongState:  # not in use (any more): the tab says what is to be done instead
        return redirect(back)
    context = {
        "details": details,
        "plan": plan,
        "lines": _lines(plan),
        "back_url": back,
    }
    return render(request, "people/restore_plan.html", context)


def _carry_out(request: AccountRequest, details: HolderDetails) -> HttpResponse:
    """Mail the link, or show it to be handed over."""
    license_id = details.row.license_id
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
