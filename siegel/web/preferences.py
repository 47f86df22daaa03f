"""Language and theme: what a reader chose, and the two addresses that change it."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from siegel.accounts import own_person
from siegel.accounts.permissions import Actor

THEMES = ("auto", "light", "dark")
THEME_COOKIE = "siegel_theme"
_YEAR = 365 * 24 * 60 * 60


def theme_of(request: HttpRequest) -> str:
    """Return the theme that this browser was told to show, or ``auto``."""
    theme = request.COOKIES.get(THEME_COOKIE, "auto")
    return theme if theme in THEMES else "auto"


def local_next(request: HttpRequest, default: str = "/") -> str:
    """Return where the form wants to go on, if that is one of our own pages."""
    wanted = request.POST.get("next", "")
    # A bare path only: "//other.example" and "https:…" would lead away.
    if wanted.startswith("/") and url_has_allowed_host_and_scheme(wanted, allowed_hosts=None):
        return wanted
    return default


def remember(response: HttpResponse, cookie: str, value: str) -> None:
    """Keep a choice in the browser for a year."""
    response.set_cookie(
        cookie,
        value,
        max_age=_YEAR,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


@require_POST
def choose_theme(request: HttpRequest) -> HttpResponse:
    """Keep the chosen theme and go back."""
    response = redirect(local_next(request))
    theme = request.POST.get("theme", "")
    if theme in THEMES:
        remember(response, THEME_COOKIE, theme)
    return response


@require_POST
def choose_language(request: HttpRequest) -> HttpResponse:
    """Keep the chosen language in the browser, and for mails with the person; go back."""
    response = redirect(local_next(request))
    language = request.POST.get("language", "")
    if language in dict(settings.LANGUAGES):
        remember(response, settings.LANGUAGE_COOKIE_NAME, language)
        if request.user.is_authenticated:
            actor = Actor(person_id=request.user.pk, account_id=None, door="web")
            own_person.choose_language(actor=actor, person_id=request.user.pk, language=language)
    return response
