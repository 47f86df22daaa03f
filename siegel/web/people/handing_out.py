"""A registration link in an administrator's or a sponsor's hands: shown, mailed again, made anew.

The same for everybody who is invited; who may do it is decided by the views that call.
"""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from siegel.accounts.queries import protection_of
from siegel.core.refusal import BadInput
from siegel.licensing.kinds import LicenseState, PoolKind
from siegel.web.access import AccountRequest
from siegel.web.people.delivery import delivery_notice
from siegel.web.people.invite_forms import AccessStep
from siegel.web.people.words import license_label
from siegel.web.toasts import toast
from siegel.workflows.invitation_state import invitation_state
from siegel.workflows.invite_person import (
    invite_again,
    mail_again,
    open_invitation,
    require_waiting,
)


@dataclass(frozen=True)
class Invited:
    """Somebody with an invitation, and the pages around their link."""

    license_id: UUID
    profile_id: UUID
    name: str
    email: str
    kind: PoolKind
    state: LicenseState
    back_url: str
    template: str  #: shows the link

    @property
    def waits(self) -> bool:
        """Whether they have not registered yet."""
        return self.state == LicenseState.INVITED


@dataclass(frozen=True)
class Handed:
    """What is said beside the link: right after it was made, and its pass code then."""

    fresh: bool = False
    pass_code: str = ""


def link_page(request: AccountRequest, who: Invited, handed: Handed) -> HttpResponse:
    """Show link, pass code and how the mail goes; without an open link, lead back."""
    asked = _asked(request, who)
    link, state = open_invitation(**asked), invitation_state(**asked)
    if not who.waits or link is None or state is None:
        return redirect(who.back_url)
    context = {
        "who": who,
        "kind": license_label(who.kind),
        "address": link.link,
        "expires_at": link.expires_at,
        "asks_code": state.asks_code,
        "handed": handed,
        "delivery": delivery_notice(state, who.email),
        "back_url": who.back_url,
    }
    return render(request, who.template, context)


def mail_page(request: AccountRequest, who: Invited) -> HttpResponse:
    """Mail the link once more; where none works, a new one with the same pass code."""
    place: dict[str, Any] = {
        "actor": request.actor,
        "account_id": request.account.id,
        "license_id": who.license_id,
        "at": timezone.now(),
    }
    if mail_again(**place) is None:
        invite_again(**place)
        text = _("A new link is on its way to %(email)s. The previous one no longer works.")
    else:
        text = _("The link is on its way to %(email)s once more.")
    toast(request, text % {"email": who.email})
    return redirect(who.back_url)


def renew_page(request: AccountRequest, who: Invited) -> HttpResponse:
    """Ask how a new registration link is handed out, and make it; the old one ends."""
    if request.method != "POST" and not who.waits:
        return redirect(who.back_url)
    require_waiting(who.state)
    form = _access_form(request, who)
    if request.method != "POST":
        return _ask(request, who, form)
    if not form.is_valid():
        return _ask(request, who, form, status=422)
    terms = form.terms()
    try:
        invite_again(
            actor=request.actor,
            account_id=request.account.id,
            license_id=who.license_id,
            at=timezone.now(),
            mail=form.mails,
            terms=terms,
        )
    except BadInput as bad:
        form.add_error(None, str(bad))
        return _ask(request, who, form, status=422)
    return link_page(request, who, Handed(fresh=True, pass_code=terms.pass_code))


def _asked(request: AccountRequest, who: Invited) -> dict[str, Any]:
    return {
        "actor": request.actor,
        "account_id": request.account.id,
        "profile_id": who.profile_id,
        "at": timezone.now(),
    }


def _access_form(request: AccountRequest, who: Invited) -> AccessStep:
    state = invitation_state(**_asked(request, who))
    rules = protection_of(request.account.id)
    return AccessStep(
        request.POST if request.method == "POST" else None,
        initial={
            "days": settings.REGISTRATION_LINK_DAYS,
            "language": (state.language if state else "") or request.account.language,
            "message": state.message if state else "",
        },
        has_code=bool(state and state.asks_code),
        may_mail=rules.server_invitations,
        code_required=rules.pass_code_required,
    )


def _ask(
    request: AccountRequest, who: Invited, form: AccessStep, *, status: int = 200
) -> HttpResponse:
    context = {"form": form, "who": who, "back_url": who.back_url}
    return render(request, "people/link_new.html", context, status=status)
