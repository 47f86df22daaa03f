"""What doors may know about accounts and people."""

from dataclasses import dataclass
from uuid import UUID
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from siegel.accounts.models import Account, ApiToken, Person, Profile, RegistrationLink, RoleGrant
from siegel.accounts.permissions import Actor, Role
from siegel.accounts.tokens import hash_token
from siegel.core.refusal import NotFound


@dataclass(frozen=True)
class AccountFacts:
    """An account as pages and programs see it."""

    id: UUID
    slug: str
    name: str
    language: str
    time_zone: str

    @property
    def zone(self) -> ZoneInfo:
        """The account's time zone."""
        return ZoneInfo(self.time_zone)


@dataclass(frozen=True)
class Seat:
    """One account that a person may enter, with their roles there."""

    account: AccountFacts
    profile_id: UUID
    roles: frozenset[Role]


def account_facts(account: Account) -> AccountFacts:
    """Return the facts of an account row."""
    return AccountFacts(account.id, account.slug, account.name, account.language, account.time_zone)


def account_by_slug(slug: str) -> AccountFacts:
    """Return the account, for the operator's shell only: no permission is asked.

    :raises NotFound: there is no account with this short name.
    """
    account = Account.objects.filter(slug=slug).first()
    if account is None:
        raise NotFound(_("There is no account “%(slug)s”.") % {"slug": slug})
    return account_facts(account)


def roles_of(profile_id: UUID) -> frozenset[Role]:
    """Return the roles that a profile has now."""
    granted = RoleGrant.objects.filter(profile_id=profile_id).values_list("role", flat=True)
    return frozenset(Role(role) for role in granted)


def person_name(person_id: UUID | None) -> str:
    """Return a person's name, or an empty text."""
    person = Person.objects.filter(id=person_id).first() if person_id else None
    return person.name if person else ""


def actor_from(profile_id: UUID, person_id: UUID, account_id: UUID, *, door: str) -> Actor:
    """Return the actor for a profile whose right to enter was checked."""
    return Actor(person_id=person_id, account_id=account_id, roles=roles_of(profile_id), door=door)


def open_link(token: str) -> RegistrationLink | None:
    """Return the registration link of a token, used or not, or None for a forged one."""
    return (
        RegistrationLink.objects.select_related("profile__account", "profile__person")
        .filter(token_hash=hash_token(token))
        .first()
    )


def token_owner(token: str) -> ApiToken | None:
    """Return the API token's row, valid or not, or None for an unknown one."""
    return (
        ApiToken.objects.select_related("profile__account", "profile__person")
        .filter(token_hash=hash_token(token))
        .first()
    )


def profiles_by_email(account_id: UUID, emails: list[str]) -> dict[str, Profile]:
    """Return the account's profiles for these lower-case addresses, in batches of 5 000."""
    found: dict[str, Profile] = {}
    for start in range(0, len(emails), 5_000):
        batch = Profile.objects.filter(
            account_id=account_id, email__in=emails[start : start + 5_000]
        )
        found.update((profile.email, profile) for profile in batch)
    return found
