"""Making a guest a full user, or back: what will happen, then it is done."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from siegel.accounts.permissions import Permission
from siegel.core.refusal import NotFound, Refusal
from siegel.licensing.kinds import PERSONAL, PoolKind
from siegel.licensing.queries.one_holder import HolderDetails
from siegel.web.access import AccountRequest, account_page
from siegel.web.people.frame import details_of, person_address
from siegel.web.plans import PlanLine
from siegel.web.refusals import refusal_context
from siegel.web.toasts import toast
from siegel.workflows.change_kind import KindOvertaken, KindPlan, change_kind, plan_kind_change
from siegel.workflows.kind_words import done_sentence, kind_sentences


@require_http_methods(["GET", "HEAD", "POST"])
@account_page(Permission.LICENSE_ASSIGN)
def change(request: AccountRequest, license_id: UUID, kind: str) -> HttpResponse:
    """Show what changing the kind of somebody's license does, and do it once it is confirmed.

    :raises NotFound: people hold no licenses of this kind.
    """
    if kind not in PERSONAL:
        raise NotFound(_("This page does not exist"))
    details, to = details_of(request, license_id), PoolKind(kind)
    try:
        plan = plan_kind_change(
            actor=request.actor, account_id=request.account.id, license_id=license_id, to=to
        )
        if plan.done:
            return redirect(person_address(request, license_id, "person_access"))
        if request.method == "POST":
            return _carry_out(request, plan)
    except KindOvertaken as overtaken:
        return _show(request, details, to, _plan_again(request, details, to), overtaken)
    except Refusal as refusal:
        return _show(request, details, to, None, refusal)
    return _show(request, details, to, plan, None)


def _plan_again(request: AccountRequest, details: HolderDetails, to: PoolKind) -> KindPlan:
    return plan_kind_change(
        actor=request.actor,
        account_id=request.account.id,
        license_id=details.row.license_id,
        to=to,
    )


def _carry_out(request: AccountRequest, plan: KindPlan) -> HttpResponse:
    change_kind(
        actor=request.actor,
        account_id=request.account.id,
        license_id=plan.holder.license_id,
        to=plan.to,
        at=timezone.now(),
        confirmed=request.POST.get("plan", ""),
    )
    toast(request, done_sentence(plan))
    return redirect(person_address(request, plan.holder.license_id, "person_access"))


def _show(
    request: AccountRequest,
    details: HolderDetails,
    to: PoolKind,
    plan: KindPlan | None,
    refusal: Refusal | None,
) -> HttpResponse:
    found = kind_sentences(plan, request.account.zone) if plan else []
    context = {
        "details": details,
        "to": to,
        "plan": plan,
        "lines": [PlanLine(one.text, one.detail, icon=one.icon) for one in found],
        "refusal": refusal_context(request, refusal) if refusal else None,
        "back_url": person_address(request, details.row.license_id, "person_access"),
    }
    status = refusal.status if refusal else 200
    return render(request, "people/kind_plan.html", context, status=status)
