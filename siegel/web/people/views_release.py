"""Releasing a license: first what will happen, then the confirmation."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from siegel.accounts.permissions import Permission
from siegel.core import formats
from siegel.licensing.kinds import LicenseState
from siegel.web.access import AccountRequest, account_page
from siegel.web.people.frame import person_address
from siegel.web.people.list_address import back_to_list
from siegel.web.people.words import license_label
from siegel.web.plans import PlanLine
from siegel.web.refusals import refusal_context
from siegel.web.toasts import toast
from siegel.workflows.release_license import (
    ReleaseOvertaken,
    ReleasePlan,
    plan_release,
    release_license,
)


@require_http_methods(["GET", "HEAD", "POST"])
@account_page(Permission.LICENSE_ASSIGN)
def release(request: AccountRequest, license_id: UUID) -> HttpResponse:
    """Show what releasing a license does, and do it once it is confirmed."""
    plan = plan_release(
        actor=request.actor,
        account_id=request.account.id,
        license_id=license_id,
        at=timezone.now(),
    )
    if request.method != "POST":
        if plan.done:
            return redirect(person_address(request, license_id, "person_access"))
        return _preview(request, plan)
    try:
        release_license(
            actor=request.actor,
            account_id=request.account.id,
            license_id=license_id,
            at=timezone.now(),
            confirmed=request.POST.get("plan", ""),
        )
    except ReleaseOvertaken as overtaken:
        return _preview(request, plan, overtaken)
    toast(
        request,
        _("The license of %(name)s is released and can go to somebody else.")
        % {"name": plan.holder.name},
    )
    return redirect(back_to_list(request))


def _preview(
    request: AccountRequest, plan: ReleasePlan, overtaken: ReleaseOvertaken | None = None
) -> HttpResponse:
    context = {
        "plan": plan,
        "lines": _lines(plan),
        "back_url": person_address(request, plan.holder.license_id, "person_access"),
        "refusal": refusal_context(request, overtaken) if overtaken else None,
    }
    status = overtaken.status if overtaken else 200
    return render(request, "people/release.html", context, status=status)


def _lines(plan: ReleasePlan) -> list[PlanLine]:
    row, now, language = plan.holder, _("at once"), get_language() or "de"
    if row.state == LicenseState.INVITED:
        first = _("The invitation of %(name)s is withdrawn") % {"name": row.name}
    else:
        first = _("%(name)s no longer has access to this account") % {"name": row.name}
    lines = [PlanLine(first, row.email, when=now, icon="user-off")]
    lines += [
        PlanLine(
            _("The role “%(role)s” is withdrawn") % {"role": role.label}, when=now, icon="shield"
        )
        for role in plan.roles
    ]
    if plan.open_link:
        lines.append(PlanLine(_("The registration link no longer works"), when=now, icon="link"))
    if plan.tokens:
        text = ngettext(
            "%(count)d API token ends", "%(count)d API tokens end", len(plan.tokens)
        ) % {"count": len(plan.tokens)}
        lines.append(PlanLine(text, ", ".join(plan.tokens), when=now, icon="key"))
    figures = _("Then %(available)s of %(booked)s are available.") % {
        "available": formats.number(plan.pool.available + 1, language),
        "booked": formats.number(plan.pool.booked, language),
    }
    freed = _("%(license)s becomes available") % {"license": license_label(row.kind)}
    lines.append(PlanLine(freed, figures, when=now, icon="certificate"))
    return lines
