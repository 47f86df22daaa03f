"""What the pages of the second factor share."""

from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from siegel.accounts.permissions import Actor
from siegel.accounts.queries import login_of
from siegel.core.formats import date_long
from siegel.web.access import PersonRequest
from siegel.web.return_to import asked_return
from siegel.web.toasts import toast
from siegel.workflows.own_second_factor import must_set_up


def own_actor(request: PersonRequest) -> Actor:
    """Return the person as somebody who acts for themselves, in no account."""
    return Actor(person_id=request.person_id, account_id=None, door="web")


def return_to(request: PersonRequest) -> str:
    """Return the page that the person goes on with."""
    return asked_return(request, reverse("me"))


def show(
    request: PersonRequest, template: str, context: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    """Show a page of the set-up; while it is demanded, without a way back to the profile."""
    frame = {"forced": must_set_up(request.person_id), "return_to": return_to(request)}
    if "codes" in context:
        frame["head"] = _head_of_codes(request)
    return render(request, template, frame | context, status=status)


def _head_of_codes(request: PersonRequest) -> str:
    """Return the first lines of the file: later it has to be known what the codes are for."""
    day = date_long(timezone.localdate(), get_language() or "de")
    return "\n".join(
        (
            _("Siegel: recovery codes"),
            _("Service: %(address)s") % {"address": settings.BASE_URL},
            _("Login: %(email)s") % {"email": login_of(request.person_id).email},
            _("Made on %(day)s. Each code works once.") % {"day": day},
        )
    )


def go_on(request: PersonRequest, codes: list[str]) -> HttpResponse:
    """Show new recovery codes, only in this answer; without any go on at once."""
    if not codes:
        toast(request, _("Your second factor is set up."))
        return redirect(return_to(request))
    # Not by redirect: a session or an address would keep what is to be seen once.
    return show(request, "factors/codes.html", {"codes": codes, "first": True})
