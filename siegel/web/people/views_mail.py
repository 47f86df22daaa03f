"""Mailing everybody who was invited their registration link: first how many, then it is done."""

from uuid import UUID

from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from siegel.accounts.permissions import Permission
from siegel.core import formats
from siegel.core.refusal import BadInput
from siegel.licensing.kinds import LicenseState
from siegel.web.access import AccountRequest, account_page
from siegel.web.people.filter_form import FilterForm
from siegel.web.people.list_address import list_of, query_of
from siegel.web.plans import PlanLine
from siegel.web.refusals import refusal_context
from siegel.web.toasts import toast
from siegel.workflows.mail_to_invited import (
    InvitedChanged,
    MailPlan,
    mail_to_invited,
    plan_mail_to_invited,
)


@require_http_methods(["GET", "HEAD", "POST"])
@account_page(Permission.LICENSE_ASSIGN)
def mail_invited(request: AccountRequest) -> HttpResponse:
    """Show who would get their link by e-mail, and send it once it is confirmed."""
    if request.method != "POST":
        return _preview(request)
    try:
        count = mail_to_invited(
            actor=request.actor,
            account_id=request.account.id,
            narrow=FilterForm(request.GET).filter(),
            at=timezone.now(),
            confirmed=request.POST.get("plan", ""),
            again=request.POST.get("to") == "all",
            only=_selection(request),
        )
    except InvitedChanged as changed:
        return _preview(request, changed)
    text = ngettext(
        "The link is on its way to %(count)s person.",
        "The links are on their way to %(count)s people.",
        count,
    )
    toast(request, text % {"count": formats.number(count, get_language() or "de")})
    return redirect(list_of(request, request.GET))


def _selection(request: AccountRequest) -> set[UUID] | None:
    """Return whom the address names; None for everybody whom the filter leaves.

    :raises BadInput: something there is no license.
    """
    named = request.GET.getlist("license")
    try:
        return {UUID(text) for text in named} if named else None
    except ValueError:
        raise BadInput(_("Only part of the form arrived. Nothing was changed.")) from None


def _withdrawal(request: AccountRequest) -> str:
    """Return the address that withdraws the invitations which this page is about."""
    query = QueryDict(query_of(request.GET), mutable=True)
    query["state"] = LicenseState.INVITED
    named = request.GET.getlist("license")
    if named:
        query.setlist("license", named)
    else:
        query["all"] = "1"
    return f"{reverse('people_remove', args=[request.account.slug])}?{query.urlencode()}"


def _preview(request: AccountRequest, changed: InvitedChanged | None = None) -> HttpResponse:
    plan = plan_mail_to_invited(
        actor=request.actor,
        account_id=request.account.id,
        narrow=FilterForm(request.GET).filter(),
        at=timezone.now(),
        only=_selection(request),
    )
    context = {
        "plan": plan,
        "count": len(plan.everybody),
        "new": len(plan.without),
        "lines": _lines(plan),
        "back": list_of(request, request.GET),
        "withdraw": _withdrawal(request),
        "refusal": refusal_context(request, changed) if changed else None,
    }
    status = changed.status if changed else 200
    return render(request, "people/mail_invited.html", context, status=status)


def _lines(plan: MailPlan) -> list[PlanLine]:
    language, now, lines = get_language() or "de", _("at once"), []

    def add(count: int, text: str, detail: str, when: str, icon: str) -> None:
        if count:
            shown = {"count": formats.number(count, language)}
            lines.append(PlanLine(text % shown, detail, when=when, icon=icon))

    add(
        len(plan.without),
        ngettext(
            "%(count)s invited person gets their registration link by e-mail",
            "%(count)s invited people get their registration link by e-mail",
            len(plan.without),
        ),
        _("They have no link that works yet."),
        now,
        "mail",
    )
    add(
        len(plan.again),
        ngettext(
            "%(count)s invited person can get a new link by e-mail",
            "%(count)s invited people can get a new link by e-mail",
            len(plan.again),
        ),
        _("They have a link that works. It ends as soon as they get a new one."),
        now,
        "refresh",
    )
    add(
        plan.out_of_reach,
        ngettext(
            "%(count)s invited person gets no mail",
            "%(count)s invited people get no mail",
            plan.out_of_reach,
        ),
        _("Only a registration administrator can mail them: they have a role above yours."),
        "",
        "shield",
    )
    add(
        plan.lacking_code,
        ngettext(
            "%(count)s invited person gets no mail, because their link has no pass code",
            "%(count)s invited people get no mail, because their links have no pass code",
            plan.lacking_code,
        ),
        _("This account wants one on every link. Make each of them a new link with a pass code."),
        "",
        "lock",
    )
    return lines
