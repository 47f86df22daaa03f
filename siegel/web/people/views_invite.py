"""Inviting a person, in three steps."""

from typing import Any, cast
from uuid import UUID, uuid4

from django.conf import settings
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from siegel.accounts.actions import LinkTerms
from siegel.accounts.names import name_or_email
from siegel.accounts.permissions import Permission, Role, may_change_role
from siegel.accounts.queries import protection_of
from siegel.audit.actions import once
from siegel.core.periods import local_day
from siegel.core.refusal import BadInput, Refusal
from siegel.licensing.actions.licenses import AlreadyLicensed, NoFreeLicense
from siegel.licensing.kinds import PERSONAL, PoolKind
from siegel.licensing.queries.groups import all_groups
from siegel.licensing.queries.status import LicenseStatus, license_status
from siegel.licensing.rules import RIGHTS
from siegel.web.access import AccountRequest, account_page
from siegel.web.people.handing_out import Handed, link_page
from siegel.web.people.invite_forms import AccessStep, DetailsStep, RightsStep, RightsWorld
from siegel.web.people.views_link import invited
from siegel.web.people.wizard import Step, Wizard
from siegel.web.people.words import license_label
from siegel.web.refusals import refusal_context
from siegel.workflows.in_bin import LiesInBin
from siegel.workflows.invite_person import check_invitation, invite_person

DETAILS, ALLOWED, ACCESS = range(3)


@sensitive_post_parameters("own_code")
@require_http_methods(["GET", "HEAD", "POST"])
@account_page(Permission.LICENSE_ASSIGN)
def invite(request: AccountRequest) -> HttpResponse:
    """Ask whom to invite, step by step; give them a license and show their link at the end."""
    wizard = _wizard(request)
    if request.method != "POST":
        return _show(request, wizard, DETAILS)
    if request.POST.get("go") == "back":
        return _show(request, wizard, max(wizard.index - 1, DETAILS))
    # Also what was checked before: hidden fields can hold anything, and the world goes on.
    for index in range(wizard.index + 1):
        form = wizard.bound(index)
        refusal = None
        if form.is_valid() and index == DETAILS and wizard.index < ACCESS:
            refusal = _look_ahead(request, cast(DetailsStep, form))
        if form.errors or refusal:
            return _show(request, wizard, index, form=form, refusal=refusal)
    if wizard.index < ACCESS:
        return _show(request, wizard, wizard.index + 1)
    return _invite(request, wizard)


def _wizard(request: AccountRequest) -> Wizard:
    typed, language = request.POST, get_language() or "de"
    status = license_status(request.account.id)
    protection = protection_of(request.account.id)
    world = _rights_world(request, status)

    def details(data: Any = None, *, initial: Any = None) -> Form:
        form = DetailsStep(status, language, data, initial=initial or _start(request, status))
        form.fields["organisation"].help_text = _("Empty: %(account)s for full licenses.") % {
            "account": request.account.name
        }
        return form

    def rights(data: Any = None, *, initial: Any = None) -> Form:
        return RightsStep(world, data, initial=initial)

    def access(data: Any = None, *, initial: Any = None) -> Form:
        start = {"days": settings.REGISTRATION_LINK_DAYS, "language": request.account.language}
        return AccessStep(
            data,
            initial=initial or start,
            may_mail=protection.server_invitations,
            code_required=protection.pass_code_required,
        )

    steps = (
        Step("details", _("Details"), details),
        Step("rights", _("Permissions"), rights),
        Step("access", _("Access"), access),
    )
    return Wizard(steps, typed)


def _rights_world(request: AccountRequest, status: LicenseStatus) -> RightsWorld:
    guest = request.POST.get("kind") == PoolKind.GUEST
    reach = [role for role in Role if may_change_role(request.actor, role, request.account.id)]
    rooms = status.of(PoolKind.DATA_ROOM).booked > 0
    return RightsWorld(
        kind=PoolKind.GUEST if guest else PoolKind.FULL,
        roles=tuple(reach),
        rights=tuple(name for name in RIGHTS if rooms or name != "creates_data_rooms"),
        groups=tuple(all_groups(actor=request.actor, account_id=request.account.id)),
        today=local_day(timezone.now(), request.account.zone),
    )


def _start(request: AccountRequest, status: LicenseStatus) -> dict[str, Any]:
    free = [kind for kind in PERSONAL if status.of(kind).available > 0]
    wished = request.GET.get("kind", "")
    kind = wished if wished in PERSONAL else str(free[0]) if free else str(PoolKind.FULL)
    return {"kind": kind}


def _look_ahead(request: AccountRequest, form: DetailsStep) -> dict[str, Any] | None:
    """Say on the first step what would stop the last one."""
    try:
        check_invitation(
            actor=request.actor,
            account_id=request.account.id,
            email=form.cleaned_data["email"],
            kind=PoolKind(form.cleaned_data["kind"]),
        )
    except Refusal as no:
        return _explain(request, form, no)
    return None


def _explain(request: AccountRequest, form: Form, no: Refusal) -> dict[str, Any] | None:
    """Put a refusal where it belongs: at the address, or above the form."""
    if isinstance(no, AlreadyLicensed):
        form.add_error("email", _with_link(request, no))
        return None
    if isinstance(no, BadInput):
        form.add_error("email" if "email" in form.fields else None, str(no))
        return None
    return refusal_context(request, no)


def _with_link(request: AccountRequest, held: AlreadyLicensed) -> str:
    license_id = held.data.get("license_id")
    if not license_id:
        return str(held)
    url = reverse("person", args=[request.account.slug, license_id])
    return format_html('{} <a href="{}">{}</a>', str(held), url, _("Show this user"))


def _show(
    request: AccountRequest,
    wizard: Wizard,
    index: int,
    *,
    form: Form | None = None,
    refusal: dict[str, Any] | None = None,
) -> HttpResponse:
    context = wizard.context(index, form or wizard.shown(index))
    context |= {"refusal": refusal, "attempt": request.POST.get("attempt") or uuid4().hex}
    if index != DETAILS:
        context["person"] = _who(wizard)
    status = 422 if form is not None else 200
    return render(request, f"people/invite_{wizard.steps[index].name}.html", context, status=status)


def _who(wizard: Wizard) -> dict[str, Any]:
    """Return in short whom the steps after the first are about."""
    form = wizard.bound(DETAILS)
    form.is_valid()
    values = form.cleaned_data
    name = name_or_email(*map(values.get, ("first_name", "last_name", "email")))
    kind = PoolKind(values["kind"]) if values.get("kind") else PoolKind.FULL
    return {
        "name": name,
        "email": values.get("email", ""),
        "license": license_label(kind),
        "full": kind == PoolKind.FULL,
    }


def _invite(request: AccountRequest, wizard: Wizard) -> HttpResponse:
    details = cast(DetailsStep, wizard.bound(DETAILS))
    rights, access = cast(RightsStep, wizard.bound(ALLOWED)), cast(AccessStep, wizard.bound(ACCESS))
    for form in (details, rights, access):
        form.is_valid()
    terms, at = access.terms(), timezone.now()
    try:
        # A second click, or the page loaded again, is the same attempt: it invites nobody else.
        license_id, now = once(
            scope=f"{request.account.id.hex}:{request.person_id.hex}",
            key=f"invite:{request.POST.get('attempt', '')[:64]}",
            request=[details.cleaned_data["email"].lower()],
            at=at,
            run=lambda: str(
                invite_person(
                    actor=request.actor,
                    account_id=request.account.id,
                    person=details.person(details.cleaned_data["email"]),
                    kind=PoolKind(details.cleaned_data["kind"]),
                    at=at,
                    mail=access.mails,
                    terms=terms,
                    rights=rights.given(),
                ).license_id
            ),
        )
    except (NoFreeLicense, AlreadyLicensed, LiesInBin, BadInput) as no:  # somebody was faster
        refusal = _explain(request, details, no)
        return _show(request, wizard, DETAILS, form=details, refusal=refusal)
    return _done(request, UUID(license_id), terms if now else LinkTerms(), again=not now)


def _done(
    request: AccountRequest, license_id: UUID, terms: LinkTerms, *, again: bool
) -> HttpResponse:
    """Show link and pass code, the code in this answer only."""
    if again:
        return redirect("person_link", request.account.slug, license_id)
    return link_page(
        request, invited(request, license_id), Handed(fresh=True, pass_code=terms.pass_code)
    )
