"""Sessions end on the server: after idle minutes that accounts choose, after ten hours for all.

When somebody was last active stands in a signed cookie beside the session's: so a GET writes
nothing on the server. The cookie belongs to one session, by a random word that only it knows; a
session that comes without the cookie, or with an old one, has ended.
"""

import secrets
import time
from collections.abc import Callable
from typing import cast
from uuid import UUID

from django.conf import settings
from django.contrib.auth import logout
from django.core.signing import BadSignature, Signer
from django.http import HttpRequest, HttpResponse

from siegel.accounts.protection import BOUNDS, SESSION_LONGEST
from siegel.licensing.queries.seats import rules_for, seats_of

SEEN_COOKIE = "siegel_seen"
#: In the session: since when, and the word that its cookie carries.
_STARTED, _WORD = "siegel_started", "siegel_word"
#: Where programs come in; they have no sessions.
PROGRAMS = "/api/"
SHORTEST_IDLE = 60 * BOUNDS["session_idle_minutes"][0]
#: How a session has ended.
IDLE, TOO_LONG = "idle", "long"

Handler = Callable[[HttpRequest], HttpResponse]


def end_in_time(get_response: Handler) -> Handler:
    """Sign out whose time is over; note for everybody else that they were active just now."""

    def handle(request: HttpRequest) -> HttpResponse:
        if request.path_info.startswith(PROGRAMS):
            return get_response(request)
        # Without a session nobody is asked for.
        if settings.SESSION_COOKIE_NAME in request.COOKIES and request.user.is_authenticated:
            _end_if_over(request)
        response = get_response(request)
        if request.session.accessed:
            _note_active(request, response)
        return response

    return handle


def ended_how(request: HttpRequest) -> str:
    """Return how the session has ended while this request came in: ``idle``, ``long`` or not."""
    return getattr(request, "session_ended", "")


def _end_if_over(request: HttpRequest) -> None:
    session = request.session
    if _WORD not in session:
        return
    if time.time() - session[_STARTED] >= SESSION_LONGEST.total_seconds():
        how = TOO_LONG
    elif _is_idle(request):
        how = IDLE
    else:
        return
    logout(request)
    request.session_ended = how  # type: ignore[attr-defined]


def _is_idle(request: HttpRequest) -> bool:
    try:
        seen = _signer().unsign_object(request.COOKIES.get(SEEN_COOKIE, ""))
    except BadSignature:
        return True
    if seen["word"] != request.session[_WORD]:
        return True
    seconds = time.time() - seen["at"]
    # Within the shortest time that an account can choose, no account has to be asked.
    return bool(seconds >= SHORTEST_IDLE and seconds >= 60 * _idle_minutes(request))


def _idle_minutes(request: HttpRequest) -> int:
    # Kept for the view, which needs them too: one statement for both.
    seats = seats_of(cast(UUID, request.user.pk))
    request.seats = seats  # type: ignore[attr-defined]
    return rules_for(seats).session_idle_minutes


def _note_active(request: HttpRequest, response: HttpResponse) -> None:
    if not request.user.is_authenticated:
        if SEEN_COOKIE in request.COOKIES:
            response.delete_cookie(SEEN_COOKIE, samesite="Lax")
        return
    session = request.session
    if _WORD not in session:
        if response.status_code >= 400:
            return
        session[_STARTED], session[_WORD] = time.time(), secrets.token_urlsafe(16)
    response.set_cookie(
        SEEN_COOKIE,
        _signer().sign_object({"word": session[_WORD], "at": time.time()}),
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def _signer() -> Signer:
    return Signer(salt="siegel.web.signin.sessions")
