"""Who calls the API: a bearer token stands for one person in one account, with their roles."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja.errors import AuthenticationError
from ninja.security import HttpBearer

from siegel.accounts.actions import note_token_use
from siegel.accounts.permissions import Actor
from siegel.accounts.queries import AccountFacts, token_owner
from siegel.api.limits import count_request
from siegel.core.refusal import NotFound
from siegel.licensing.queries.seats import seats_of

#: "Last used" is exact to this long, so that reading does not write on every request.
_NOTED_EVERY = timedelta(minutes=1)


@dataclass(frozen=True)
class Caller:
    """The person of a token, as an actor of its account."""

    token_id: UUID
    account: AccountFacts
    actor: Actor

    def account_of(self, slug: str) -> AccountFacts:
        """Return the token's account if it has this short name.

        :raises NotFound: any other account, whether it exists or not.
        """
        if slug != self.account.slug:
            raise NotFound(_("This does not exist, or it belongs to another account."))
        return self.account


class ApiRequest(HttpRequest):
    """A request with a valid token."""

    auth: Caller


class Token(HttpBearer):
    """A token made under "Programmzugang (API)"; it ends with its person's license."""

    def authenticate(self, request: HttpRequest, token: str) -> Caller:
        """Return who calls.

        :raises AuthenticationError: unknown, expired or revoked, or no license in use.
        :raises TooManyRequests: more than one program may send in a minute.
        """
        now = timezone.now()
        caller = caller_of(token, now)
        if caller is None:
            raise AuthenticationError
        count_request(caller.token_id, now)
        return caller


def caller_of(token: str, now: datetime) -> Caller | None:
    """Return whom a token stands for now, with the roles that the person has today."""
    row = token_owner(token)
    if row is None or row.revoked_at is not None or row.expires_at <= now:
        return None
    person = row.profile.person
    if not person.is_active:
        return None
    seat = next((one for one in seats_of(person.id) if one.profile_id == row.profile_id), None)
    if seat is None:
        return None
    if row.last_used_at is None or row.last_used_at <= now - _NOTED_EVERY:
        note_token_use(token_id=row.id, at=now)
    return Caller(row.id, seat.account, seat.actor(person.id, door="api"))
