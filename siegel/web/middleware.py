"""What happens to every request before and after its view."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation

from siegel.core.refusal import Refusal
from siegel.web.refusals import refusal_page

Handler = Callable[[HttpRequest], HttpResponse]


def limit_request_size(get_response: Handler) -> Handler:
    """Refuse a body that is too large before anything reads it."""

    def handle(request: HttpRequest) -> HttpResponse:
        length = request.META.get("CONTENT_LENGTH") or "0"
        if not length.isdigit() or int(length) > settings.REQUEST_MAX_BYTES:
            return HttpResponse(status=413)
        return get_response(request)

    return handle


def choose_language(get_response: Handler) -> Handler:
    """German, unless the person or the cookie says otherwise; the browser is not asked."""

    def handle(request: HttpRequest) -> HttpResponse:
        language = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, settings.LANGUAGE_CODE)
        if language not in dict(settings.LANGUAGES):
            language = settings.LANGUAGE_CODE
        translation.activate(language)
        return get_response(request)

    return handle


def answer_refusals(get_response: Handler) -> Handler:
    """Turn a Refusal that a view let through into its page, and forget the account's time zone."""

    def handle(request: HttpRequest) -> HttpResponse:
        try:
            return get_response(request)
        finally:
            timezone.deactivate()

    def process_exception(request: HttpRequest, exception: Exception) -> HttpResponse | None:
        return refusal_page(request, exception) if isinstance(exception, Refusal) else None

    # Django looks for this attribute: an exception never travels through ``get_response``.
    handle.process_exception = process_exception  # type: ignore[attr-defined]
    return handle
