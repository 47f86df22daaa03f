"""Who may open a page of an account: strangers see nothing, members what their roles allow."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, cast
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from siegel.accounts.permissions import Actor, Permission, require
from siegel.accounts.queries import AccountFacts
from siegel.core.refusal import NotFound
from siegel.licensing.queries.seats import Seat, seats_of

Arguments = ParamSpec("Arguments")


class AccountRequest(HttpRequest):
    """A request for a page under ``/a/<slug>/`` of somebody who may open it."""

    account: AccountFacts
    actor: Actor
    seats: list[Seat]  #: every account that the person may enter


View = Callable[Concatenate[AccountRequest, Arguments], HttpResponse]
Route = Callable[..., HttpResponse]


def account_page(
    permission: Permission = Permission.ACCOUNT_ENTER,
) -> Callable[[View[Arguments]], Route]:
    """Let in who is signed in, has a license in use in the account of the address, and may.

    The view gets ``request.account`` and ``request.actor``, and times are the account's. Strangers
    get 404, members without the permission 403, and who is not signed in the sign-in page.
    """

    def decorate(view: View[Arguments]) -> Route:
        @wraps(view)
        @login_required
        def enter(
            request: AccountRequest, slug: str, *args: Arguments.args, **kwargs: Arguments.kwargs
        ) -> HttpResponse:
            person_id = cast(UUID, request.user.pk)
            request.seats = seats_of(person_id)
            seat = next((seat for seat in request.seats if seat.account.slug == slug), None)
            if seat is None:
                raise NotFound(_("There is nothing here for you."))
            request.account, request.actor = seat.account, seat.actor(person_id, door="web")
            require(request.actor, permission, request.account.id)
            # Without a "with": a page that refuses is drawn in the account's time, too.
            timezone.activate(request.account.zone)
            return view(request, *args, **kwargs)

        return enter

    return decorate
