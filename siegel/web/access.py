"""Who may open a page: strangers see nothing, members what their roles allow."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, cast
from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from siegel.accounts.permissions import Actor, Permission, require
from siegel.accounts.queries import AccountFacts
from siegel.core.refusal import NotFound
from siegel.licensing.queries.closed import closed_seats
from siegel.licensing.queries.seats import Seat, rules_for, seats_of
from siegel.web.open_downloads import end_with_access
from siegel.web.return_to import page_to_return_to
from siegel.web.signin.sessions import ended_how
from siegel.workflows.own_second_factor import must_set_up

Arguments = ParamSpec("Arguments")
Route = Callable[..., HttpResponseBase]
#: Holds the short name of the account that was open last, so that "/" leads back there.
LAST_ACCOUNT_COOKIE = "siegel_account"


class PersonRequest(HttpRequest):
    """A request by somebody who is signed in."""

    person_id: UUID
    seats: list[Seat]  #: every account that the person may enter


class AccountRequest(PersonRequest):
    """A request for a page under ``/a/<slug>/`` of somebody who may open it."""

    account: AccountFacts
    actor: Actor


PersonView = Callable[Concatenate[PersonRequest, Arguments], HttpResponseBase]
View = Callable[Concatenate[AccountRequest, Arguments], HttpResponseBase]


def person_page(view: PersonView[Arguments]) -> Route:
    """Let in who is signed in, with ``request.seats``; send others to the sign-in page."""

    @wraps(view)
    def enter(
        request: PersonRequest, *args: Arguments.args, **kwargs: Arguments.kwargs
    ) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return to_sign_in(request)
        request.person_id = request.user.pk
        if not hasattr(request, "seats"):  # the session was checked with them
            request.seats = seats_of(request.person_id)
        if not request.path.startswith(_WITHOUT_FACTOR) and must_set_up(
            request.person_id, rules_for(request.seats)
        ):
            return _go(request, reverse("second_factor"), page_to_return_to(request))
        return view(request, *args, **kwargs)

    return enter


#: What somebody may open who still has to set up a second factor.
_WITHOUT_FACTOR = ("/me/second-factor/", "/sign-in/")


def to_sign_in(request: HttpRequest) -> HttpResponseBase:
    """Send somebody to the sign-in page, which leads back and says why they have to sign in."""
    words = {}
    if how := ended_how(request):
        words["ended"] = how
        if request.method == "POST":
            words["lost"] = "1"
    return _go(request, reverse("account_login"), page_to_return_to(request), **words)


def _go(request: HttpRequest, url: str, return_to: str, **words: str) -> HttpResponseBase:
    address = f"{url}?{urlencode(words | {'next': return_to}, safe='/')}"
    if request.headers.get("HX-Request"):
        # A part of a page was asked for: the whole page has to go.
        return HttpResponse(headers={"HX-Redirect": address})
    return HttpResponseRedirect(address)


def account_page(
    permission: Permission = Permission.ACCOUNT_ENTER,
) -> Callable[[View[Arguments]], Route]:
    """Let in who is signed in, has a license in use in the account of the address, and may.

    The view gets ``request.account`` and ``request.actor``, and times are the account's. Strangers
    get 404, members without the permission 403, and who is not signed in the sign-in page.
    """

    def decorate(view: View[Arguments]) -> Route:
        @wraps(view)
        def enter(
            request: PersonRequest, slug: str, *args: Arguments.args, **kwargs: Arguments.kwargs
        ) -> HttpResponseBase:
            entered = enter_account(request, slug)
            require(entered.actor, permission, entered.account.id)
            response = end_with_access(view(entered, *args, **kwargs), entered.actor)
            _remember_account(request, response, slug)
            return response

        return person_page(cast(Route, enter))

    return decorate


def enter_account(request: PersonRequest, slug: str) -> AccountRequest:
    """Set the request's account, actor and time zone.

    :raises NotFound: the account does not exist, or the person has no license in use there.
    """
    seat = next((seat for seat in request.seats if seat.account.slug == slug), None)
    if seat is None:
        _explain_closed(request.person_id, slug)
        raise NotFound(_("This does not exist, or it belongs to another account."))
    entered = cast(AccountRequest, request)
    entered.account, entered.actor = seat.account, seat.actor(request.person_id, door="web")
    # Without a "with": a page that refuses is drawn in the account's time, too.
    timezone.activate(seat.account.zone)
    return entered


class AccessClosed(NotFound):
    """The account is the person's, but closed to them now; nobody else learns that."""

    code = "access-closed"


def _explain_closed(person_id: UUID, slug: str) -> None:
    """Return where the person has no place in this account.

    :raises AccessClosed: they have one, which is suspended, or whose time is over.
    """
    for seat in closed_seats(person_id, slug=slug):
        values = {"account": seat.account.name, "names": ", ".join(seat.to_ask)}
        if seat.suspended:
            text = _(
                "Your access to %(account)s is suspended. Nothing was deleted. These "
                "administrators can help: %(names)s."
            )
        else:
            text = _(
                "Your access to %(account)s was valid for a limited time, which is over. These "
                "administrators can help: %(names)s."
            )
        raise AccessClosed(text % values)


def last_seat(request: PersonRequest) -> Seat | None:
    """Return the seat in the account that was open last, else the first one, else None."""
    last = request.COOKIES.get(LAST_ACCOUNT_COOKIE)
    for seat in request.seats:
        if seat.account.slug == last:
            return seat
    return request.seats[0] if request.seats else None


def enter_last_account(request: PersonRequest) -> None:
    """Show pages outside any account in the frame of the one that the person came from."""
    seat = last_seat(request)
    if seat is not None:
        enter_account(request, seat.account.slug)


def _remember_account(request: HttpRequest, response: HttpResponseBase, slug: str) -> None:
    """Note in the browser which account was open last; a GET writes nothing on the server."""
    if request.COOKIES.get(LAST_ACCOUNT_COOKIE) != slug:
        response.set_cookie(
            LAST_ACCOUNT_COOKIE,
            slug,
            max_age=365 * 24 * 60 * 60,
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )
