"""Giving a license to somebody else: who, then what will happen, then it is done."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods

from siegel.accounts.permissions import Permission
from siegel.accounts.queries import protection_of
from siegel.boxes.queries.reach import reach_of
from siegel.core.refusal import BadInput, Refusal
from siegel.licensing.queries.one_holder import HolderDetails
from siegel.web.access import AccountRequest, account_page
from siegel.web.people.frame import details_of, person_address
from siegel.web.people.handing_out import Handed, link_page
from siegel.web.people.reassign_forms import DeliveryForm, SuccessorForm
from siegel.web.people.views_link import invited
from siegel.web.plans import PlanLine
from siegel.web.refusals import refusal_context
from siegel.web.toasts import toast
from siegel.workflows.reassign_license import Reassigned, ReassignmentOvertaken, reassign_license
from siegel.workflows.reassignment_plan import ReassignmentPlan, Way, Wish, plan_reassignment
from siegel.workflows.reassignment_words import done_sentence, sentences


@dataclass(frozen=True)
class RoleChoice:
    """One way of dealing with the leaver's roles, as a link to its preview."""

    label: str
    query: str
    current: bool


@require_http_methods(["GET", "HEAD", "POST"])
@account_page(Permission.LICENSE_ASSIGN)
def reassign(request: AccountRequest, license_id: UUID) -> HttpResponse:
    """Ask who shall have the license, show what that does, and do it once it is confirmed."""
    details = details_of(request, license_id)
    data = (request.POST if request.method == "POST" else request.GET).copy()
    data.setdefault("roles", "end")
    form = successor_form(request, details, data if "email" in data else None)
    if not form.is_bound:
        return _ask(request, details, form)
    if not form.is_valid():
        return _ask(request, details, form, status=422)
    if request.method == "POST" and "plan" in data:
        return _carry_out(request, details, form)
    return _preview(request, details, form)


def successor_form(
    request: AccountRequest, details: HolderDetails, data: Any = None
) -> SuccessorForm:
    """Return the question who shall have this license."""
    suggest = reverse("log_people", args=[request.account.slug])
    return SuccessorForm(details.row.roles, suggest, data)


def _ask(
    request: AccountRequest,
    details: HolderDetails,
    form: SuccessorForm,
    refusal: Refusal | None = None,
    *,
    status: int = 200,
) -> HttpResponse:
    context = {
        "form": form,
        "details": details,
        "refusal": refusal_context(request, refusal) if refusal else None,
        "back_url": person_address(request, details.row.license_id, "person_access"),
    }
    status = refusal.status if refusal else status
    return render(request, "people/reassign.html", context, status=status)


def _plan(request: AccountRequest, license_id: UUID, wish: Wish) -> ReassignmentPlan:
    return plan_reassignment(
        actor=request.actor,
        account_id=request.account.id,
        license_id=license_id,
        wish=wish,
        at=timezone.now(),
    )


def _preview(
    request: AccountRequest,
    details: HolderDetails,
    form: SuccessorForm,
    overtaken: ReassignmentOvertaken | None = None,
) -> HttpResponse:
    license_id = details.row.license_id
    try:
        plan = _plan(request, license_id, form.wish())
    except BadInput as bad:
        form.add_error("email", str(bad))
        return _ask(request, details, form, status=422)
    except Refusal as refusal:
        return _ask(request, details, form, refusal)
    reach = reach_of(actor=request.actor, account_id=request.account.id, license_id=license_id)
    context = {
        "plan": plan,
        "details": details,
        "form": form,
        "roles": _role_choices(request, form),
        "delivery": _delivery(request, plan),
        "lines": [PlanLine(one.text, one.detail, icon=one.icon) for one in sentences(plan, reach)],
        "back_url": person_address(request, license_id, "person_access"),
        "refusal": refusal_context(request, overtaken) if overtaken else None,
    }
    status = overtaken.status if overtaken else 200
    return render(request, "people/reassign_plan.html", context, status=status)


def _role_choices(request: AccountRequest, form: SuccessorForm) -> list[RoleChoice]:
    """Return the two previews, with the roles and without, where the leaver has any."""
    if "roles" not in form.fields:
        return []
    labels = {"end": pgettext("roles", "end"), "keep": pgettext("roles", "pass on")}
    return [
        RoleChoice(
            label,
            urlencode({"email": form.cleaned_data["email"], "roles": name}),
            current=form.cleaned_data["roles"] == name,
        )
        for name, label in labels.items()
    ]


def _delivery(request: AccountRequest, plan: ReassignmentPlan) -> DeliveryForm | None:
    """Return the question how the link gets to the person, where there will be one."""
    return _delivery_form(request, None) if plan.way == Way.PASS_ON else None


def _delivery_form(request: AccountRequest, data: object) -> DeliveryForm:
    rules = protection_of(request.account.id)
    return DeliveryForm(
        data,
        may_mail=rules.server_invitations,
        code_required=rules.pass_code_required,
        initial={"mail": True},
    )


def _carry_out(
    request: AccountRequest, details: HolderDetails, form: SuccessorForm
) -> HttpResponse:
    delivery = _delivery_form(request, request.POST)
    delivery.is_valid()
    wish = form.wish(delivery)
    try:
        done = reassign_license(
            actor=request.actor,
            account_id=request.account.id,
            license_id=details.row.license_id,
            wish=wish,
            at=timezone.now(),
            confirmed=request.POST["plan"],
        )
    except ReassignmentOvertaken as overtaken:
        return _preview(request, details, form, overtaken)
    except Refusal as refusal:
        return _ask(request, details, form, refusal)
    return _result(request, details, done, wish)


def _result(
    request: AccountRequest, details: HolderDetails, done: Reassigned, wish: Wish
) -> HttpResponse:
    successor = details_of(request, done.license_id).row.name
    if done.repeated:
        toast(request, _("This was carried out already. Nothing has changed now."))
    else:
        toast(request, done_sentence(details.row.name, successor))
    if not done.invited:
        return redirect(person_address(request, done.license_id))
    code = wish.terms.pass_code if wish.terms and not done.repeated else ""
    if not code:
        return redirect(person_address(request, done.license_id, "person_link"))
    return link_page(request, invited(request, done.license_id), Handed(pass_code=code))
