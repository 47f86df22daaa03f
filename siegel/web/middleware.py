"""What happens to every request before and after its view."""

import contextlib
import time
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation
from django.utils.translation.trans_real import parse_accept_lang_header

from siegel.core.refusal import Refusal
from siegel.web import errors
from siegel.web.refusals import refusal_page

#: Where programs come in; they name their language in each request.
PROGRAMS = "/api/"

Handler = Callable[[HttpRequest], HttpResponse]


def limit_request_size(get_response: Handler) -> Handler:
    """Refuse a body that is too large before anything parses or keeps it."""

    def handle(request: HttpRequest) -> HttpResponse:
        length = request.META.get("CONTENT_LENGTH") or "0"
        if not length.isdigit() or int(length) > settings.REQUEST_MAX_BYTES:
            _swallow(request)
            with translation.override(_chosen(request) or settings.LANGUAGE_CODE):
                return errors.too_large(request)
        return get_response(request)

    return handle


def _swallow(request: HttpRequest) -> None:
    """Read the body and throw it away, up to a gigabyte and half a minute.

    A browser that is still sending when the answer comes often shows "connection was reset"
    instead of the answer.
    """
    deadline = time.monotonic() + 30
    read = 0
    with contextlib.suppress(OSError):  # the client has gone
        while read < 1_000_000_000 and time.monotonic() < deadline:
            chunk = request.read(262_144)
            if not chunk:
                break
            read += len(chunk)


def _chosen(request: HttpRequest) -> str:
    """Return the language that was chosen in this browser, or an empty text."""
    language = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
    return language if language in dict(settings.LANGUAGES) else ""


def _of_person(request: HttpRequest) -> str:
    """Return the language of the signed-in person; without a session nobody is asked for."""
    if settings.SESSION_COOKIE_NAME not in request.COOKIES:
        return ""
    return getattr(request.user, "language", "")


def _accepted(request: HttpRequest) -> str:
    """Return the best of our languages that a program asks for; it has no cookie."""
    for code, _quality in parse_accept_lang_header(request.headers.get("Accept-Language", "")):
        if code[:2] in dict(settings.LANGUAGES):
            return code[:2]
    return ""


def choose_language(get_response: Handler) -> Handler:
    """German, unless the cookie or the person says otherwise; the browser is not asked."""

    def handle(request: HttpRequest) -> HttpResponse:
        if request.path_info.startswith(PROGRAMS):
            language = _accepted(request)
        else:
            language = _chosen(request) or _of_person(request)
        known = language in dict(settings.LANGUAGES)
        translation.activate(language if known else settings.LANGUAGE_CODE)
        try:
            response = get_response(request)
        finally:
            # Views of an account activate its time zone; the next request may be another's.
            timezone.deactivate()
        response.headers.setdefault("Content-Language", translation.get_language() or "de")
        return response

    return handle


def stay_out_of_caches(get_response: Handler) -> Handler:
    """Let no browser and no proxy keep a page: after the sign-out nobody reads it by going back."""

    def handle(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.headers.setdefault("Cache-Control", "private, no-store")
        return response

    return handle


def answer_refusals(get_response: Handler) -> Handler:
    """Turn a Refusal that a view let through into its page."""

    def handle(request: HttpRequest) -> HttpResponse:
        return get_response(request)

    def answer(request: HttpRequest, exception: Exception) -> HttpResponse | None:
        return refusal_page(request, exception) if isinstance(exception, Refusal) else None

    # Django asks this attribute for an answer; an exception never reaches a try around the view.
    handle.process_exception = answer  # type: ignore[attr-defined]
    return handle
