"""Every page that says no or sorry, in the reader's language and without asking the database."""

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from siegel.web.preferences import theme_of


def error_page(request: HttpRequest, status: int, title: str, text: str) -> HttpResponse:
    """Return a page of its own: no session, no person, no query is touched."""
    page = render_to_string(
        "errors/error.html",
        {"title": title, "text": text, "shell": {"theme": theme_of(request)}, "status": status},
    )
    return HttpResponse(page, status=status)


# --- Django's own handlers ------------------------------------------------------------------


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer 400, or 413 where the request was too large."""
    if isinstance(exception, (RequestDataTooBig, TooManyFieldsSent)):
        return too_large(request)
    return error_page(
        request, 400, _("This request cannot be read"), _("Please go back and try it once more.")
    )


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer 403."""
    return error_page(request, 403, _("You may not do this"), _("Your role does not allow this."))


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer 404."""
    return error_page(
        request,
        404,
        _("This page does not exist"),
        _("The address may be mistyped, or the page is gone."),
    )


def too_large(request: HttpRequest) -> HttpResponse:
    """Answer 413 and name the limit."""
    limit = settings.REQUEST_MAX_BYTES // 1_000_000
    return error_page(
        request,
        413,
        _("This file is too large"),
        _("At most %(limit)d MB can be sent at once. Nothing has been changed.") % {"limit": limit},
    )


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer 500."""
    return error_page(
        request,
        500,
        _("Something went wrong on our side"),
        _("The fault has been recorded. Please try again in a few minutes."),
    )


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form whose security token is missing or old."""
    return error_page(
        request,
        403,
        _("This form has expired"),
        _(
            "You may have signed in or out in another window. Go back, reload the page and send "
            "the form again. If this happens again, allow cookies for this address."
        ),
    )
