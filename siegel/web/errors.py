"""Every page that says no or sorry, in the reader's language and without asking the database."""

from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from siegel.web.preferences import theme_of


def error_page(
    request: HttpRequest, status: int, title: str, text: str, back: str = ""
) -> HttpResponse:
    """Return a page of its own: no session, no person, no query is touched.

    ``back`` is the address of the page that the person came from, where that is known.
    """
    page = render_to_string(
        "errors/error.html",
        {
            "title": title,
            "text": text,
            "shell": {"theme": theme_of(request)},
            "status": status,
            "back": back,
        },
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
    return error_page(
        request, 403, _("You have no permission for this"), _("Your role does not allow this.")
    )


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
        _(
            "At most %(limit)d MB can be sent at once. Nothing has been changed: go back and "
            "choose a smaller file, or split it."
        )
        % {"limit": limit},
        back=_own_page(request),
    )


def _own_page(request: HttpRequest) -> str:
    """Return the page with the form that was sent, if the browser names one of ours."""
    before = urlsplit(request.headers.get("Referer", ""))
    # The host is compared as it was sent: a name that is not ours leads nowhere.
    own = before.netloc and before.netloc == request.META.get("HTTP_HOST")
    return before.path if own and not before.path.startswith("//") else ""


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
