"""Before second factors change, the password is asked for once more: a session may be stolen."""

import time
from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, cast
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse

from siegel.web.access import PersonRequest
from siegel.web.return_to import page_to_return_to

Arguments = ParamSpec("Arguments")
View = Callable[Concatenate[PersonRequest, Arguments], HttpResponseBase]
#: For so long a sign-in or a confirmation counts.
CONFIRMED_SECONDS = 15 * 60
_CONFIRMED = "siegel_confirmed"


def note_confirmed(request: HttpRequest) -> None:
    """Remember that the person has just typed their password."""
    request.session[_CONFIRMED] = time.time()


def is_confirmed(request: HttpRequest) -> bool:
    """Return whether the password was typed in this session a short time ago."""
    return bool(time.time() - request.session.get(_CONFIRMED, 0) < CONFIRMED_SECONDS)


def confirmed_page(view: View[Arguments]) -> View[Arguments]:
    """Ask for the password first, unless it was typed a short time ago."""

    @wraps(view)
    def enter(
        request: PersonRequest, *args: Arguments.args, **kwargs: Arguments.kwargs
    ) -> HttpResponseBase:
        if is_confirmed(request):
            return view(request, *args, **kwargs)
        words = urlencode({"next": page_to_return_to(request)}, safe="/")
        return HttpResponseRedirect(f"{reverse('account_reauthenticate')}?{words}")

    return cast(View[Arguments], enter)
