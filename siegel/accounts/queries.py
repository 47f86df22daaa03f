"""What doors may know about accounts and people."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Count, Max, OuterRef, QuerySet
from django.utils.translation import gettext as _

from siegel.accounts.actor_names import actor_name
from siegel.accounts.invitation_words import MailText
from siegel.accounts.models import (
    MAX_WRONG_CODES,
    Account,
    ApiToken,
    ImportFile,
    InvitationText,
    ListColumns,
    Person,
    Profile,
    Protection,
    RegistrationLink,
    RoleGrant,
)
from siegel.accounts.names import name_or_email
from siegel.accounts.permissions import Actor, Permission, Role, require
from siegel.accounts.protection import ProtectionFacts, SecondFactor
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


def account_facts(account: Account) -> AccountFacts:
    """Return the facts of an account row."""
    return AccountFacts(account.id, account.slug, account.name, account.language, account.time_zone)


def zone_of(account_id: UUID) -> ZoneInfo:
    """Return the time zone in which the account's days begin and end."""
    return ZoneInfo(Account.objects.values_list("time_zone", flat=True).get(id=account_id))


def account_by_slug(slug: str) -> AccountFacts:
    """Return the account, for the operator's shell only: no permission is asked.

    :raises NotFound: there is no account with this short name.
    """
    found = find_account(slug)
    if found is None:
        raise NotFound(_("There is no account “%(slug)s”.") % {"slug": slug})
    return found


def find_account(slug: str) -> AccountFacts | None:
    """Return the account with this short name, or None: no permission is asked."""
    account = Account.objects.filter(slug=slug).first()
    return account_facts(account) if account else None


def protection_of(account_id: UUID) -> ProtectionFacts:
    """Return how the account protects the access to it: no permission is asked."""
    names = tuple(ProtectionFacts.__dataclass_fields__)
    row = Protection.objects.filter(account_id=account_id).values(*names).first()
    return protection_facts(row) if row else ProtectionFacts()


def protection_facts(row: dict[str, Any]) -> ProtectionFacts:
    """Return the facts of a protection row that was read as values."""
    return ProtectionFacts(**row | {"second_factor": SecondFactor(row["second_factor"])})


def account_name(account_id: UUID) -> str:
    """Return what the account is called."""
    return Account.objects.values_list("name", flat=True).get(id=account_id)


def roles_of(profile_id: UUID) -> frozenset[Role]:
    """Return the roles that a profile has now."""
    granted = RoleGrant.objects.filter(profile_id=profile_id).values_list("role", flat=True)
    return frozenset(Role(role) for role in granted)


def open_links(profile_ids: Sequence[UUID], at: datetime) -> dict[UUID, UUID]:
    """Return the ids of the registration links that can be used at this moment, by profile."""
    found: dict[UUID, UUID] = {}
    for start in range(0, len(profile_ids), 5_000):
        links = RegistrationLink.objects.filter(
            profile_id__in=profile_ids[start : start + 5_000],
            used_at=None,
            withdrawn_at=None,
            expires_at__gt=at,
            wrong_codes__lt=MAX_WRONG_CODES,
        )
        found.update(links.values_list("profile_id", "id"))
    return found


def roles_among(profile_ids: Sequence[UUID]) -> frozenset[Role]:
    """Return the roles that somebody of these profiles has now."""
    granted = RoleGrant.objects.filter(profile_id__in=profile_ids).values_list("role", flat=True)
    return frozenset(Role(role) for role in granted.distinct())


def others_with_role(profile_id: UUID, account_id: UUID, role: Role) -> bool:
    """Return whether anybody else of the account has the role, with a license in use or not."""
    granted = RoleGrant.objects.filter(profile__account_id=account_id, role=role)
    return granted.exclude(profile_id=profile_id).exists()


def names_with_roles(account_id: UUID, roles: Iterable[Role], limit: int = 3) -> list[str]:
    """Return the names of people whom one can ask because they have one of the roles."""
    rows = Profile.objects.filter(account_id=account_id, roles__role__in=list(roles)).distinct()
    return [profile.name for profile in rows.order_by("sort_name", "id")[:limit]]


def people_with_roles(account_id: UUID, roles: Iterable[Role]) -> list[tuple[UUID, str]]:
    """Return the people who have one of the roles by name: each with what it calls them."""
    rows = Profile.objects.filter(account_id=account_id, roles__role__in=list(roles)).distinct()
    return [(profile.person_id, profile.name) for profile in rows.order_by("sort_name", "id")]


@dataclass(frozen=True)
class InvitationFacts:
    """A registration link, its account, and the person it is for."""

    id: UUID
    account: AccountFacts
    profile_id: UUID
    person_id: UUID
    email: str
    name: str  #: empty where only the address is known
    has_login: bool  #: can sign in already, so only the sign-in proves who it is
    may_sign_in: bool
    created_at: datetime
    expires_at: datetime
    used_at: datetime | None
    withdrawn_at: datetime | None
    sender: str = ""  #: who invited; empty where the system did
    language: str = ""  #: of the mail; empty: the account's
    message: str = ""  #: a line of whoever invited
    pass_code: str = ""  #: hashed; empty where none is asked
    wrong_codes: int = 0
    mail_wanted_at: datetime | None = None
    mail_job: UUID | None = None
    mailed_at: datetime | None = None
    created_by_id: UUID | None = None

    @property
    def asks_code(self) -> bool:
        """Whether a pass code has to be entered."""
        return bool(self.pass_code)

    @property
    def locked(self) -> bool:
        """Whether the pass code was entered wrongly too often."""
        return self.wrong_codes >= MAX_WRONG_CODES

    def usable(self, at: datetime) -> bool:
        """Whether the link can be used at this moment."""
        ended = self.used_at is not None or self.withdrawn_at is not None or self.locked
        return not ended and at < self.expires_at


def _invitation(link: Any) -> InvitationFacts | None:
    if link is None:
        return None
    profile, person = link.profile, link.profile.person
    return InvitationFacts(
        id=link.id,
        account=account_facts(profile.account),
        profile_id=profile.id,
        person_id=person.id,
        email=person.email,
        name=name_or_email(profile.first_name, profile.last_name, None),
        has_login=person.has_usable_password() or person.last_login is not None,
        may_sign_in=person.is_active,
        created_at=link.created_at,
        expires_at=link.expires_at,
        used_at=link.used_at,
        withdrawn_at=link.withdrawn_at,
        sender=link.sender,
        language=link.language,
        message=link.message,
        pass_code=link.pass_code,
        wrong_codes=link.wrong_codes,
        mail_wanted_at=link.mail_wanted_at,
        mail_job=link.mail_job,
        mailed_at=link.mailed_at,
        created_by_id=link.created_by_id,
    )


def invitation_facts(link_id: UUID) -> InvitationFacts | None:
    """Return a registration link by its id."""
    return _invitation(_links().filter(id=link_id).first())


def invitation_of(token: str) -> InvitationFacts | None:
    """Return the registration link of a token, used or not, or None for a forged one."""
    return _invitation(_links().filter(token_hash=hash_token(token)).first())


def latest_invitation(profile_id: UUID) -> InvitationFacts | None:
    """Return the newest registration link of a person, whatever became of it."""
    return _invitation(_links().filter(profile_id=profile_id).order_by("-created_at").first())


def invitations_of(profile_ids: Sequence[UUID]) -> dict[UUID, InvitationFacts]:
    """Return the registration links of these people that were neither used nor withdrawn."""
    found: dict[UUID, InvitationFacts] = {}
    for start in range(0, len(profile_ids), 5_000):
        rows = _links().filter(
            profile_id__in=profile_ids[start : start + 5_000], used_at=None, withdrawn_at=None
        )
        for link in rows:
            facts = _invitation(link)
            if facts is not None:
                found[link.profile_id] = facts
    return found


def _links() -> QuerySet[Any]:
    rows = RegistrationLink.objects.select_related("profile__account", "profile__person")
    return rows.annotate(sender=actor_name("created_by", OuterRef("profile__account")))


@dataclass(frozen=True)
class OwnText:
    """The text of an account's invitation mails in one language."""

    text: MailText
    changed_at: datetime
    changed_by: str  #: empty where the system did it


def invitation_texts(account_id: UUID) -> dict[str, OwnText]:
    """Return the account's own invitation texts by language."""
    found: QuerySet[Any] = InvitationText.objects.filter(account_id=account_id)
    rows = found.annotate(changed_by_name=actor_name("changed_by", account_id))
    return {
        row.language: OwnText(
            MailText(row.subject, row.body),
            row.changed_at,
            row.changed_by_name,
        )
        for row in rows
    }


@dataclass(frozen=True)
class TokenFacts:
    """An API token as its administrators see it; the token itself is known to nobody."""

    id: UUID
    label: str
    owner: str
    owner_email: str
    created_at: datetime
    expires_at: datetime
    last_used_at: datetime | None
    revoked_at: datetime | None

    def state(self, at: datetime) -> str:
        """Return ``active``, ``expired`` or ``revoked``."""
        if self.revoked_at is not None:
            return "revoked"
        return "active" if at < self.expires_at else "expired"


def api_tokens(*, actor: Actor, account_id: UUID) -> list[TokenFacts]:
    """Return the account's API tokens, newest first.

    :raises Forbidden: only administrators see them.
    """
    require(actor, Permission.TOKEN_MANAGE, account_id)
    rows = ApiToken.objects.select_related("profile").filter(profile__account_id=account_id)
    return [_token_facts(row) for row in rows.order_by("-created_at", "-id")]


def live_tokens_of(profile_id: UUID, at: datetime) -> list[TokenFacts]:
    """Return the tokens of one person that can be used at this moment."""
    rows = ApiToken.objects.select_related("profile").filter(
        profile_id=profile_id, revoked_at=None, expires_at__gt=at
    )
    return [_token_facts(row) for row in rows.order_by("created_at", "id")]


def _token_facts(row: ApiToken) -> TokenFacts:
    return TokenFacts(
        id=row.id,
        label=row.label,
        owner=row.profile.name,
        owner_email=row.profile.email,
        created_at=row.created_at,
        expires_at=row.expires_at,
        last_used_at=row.last_used_at,
        revoked_at=row.revoked_at,
    )


def token_owner(token: str) -> ApiToken | None:
    """Return the API token's row, valid or not, or None for an unknown one."""
    return (
        ApiToken.objects.select_related("profile__account", "profile__person")
        .filter(token_hash=hash_token(token))
        .first()
    )


#: What Django's ``login`` takes: doors hand it on without knowing the model.
Login = Person


def login_of(person_id: UUID) -> Login:
    """Return the login that Django signs in."""
    return Person.objects.get(id=person_id)


@dataclass(frozen=True)
class KeptFile:
    """An uploaded people file that waits for its confirmation."""

    id: UUID
    file_name: str
    default_kind: str
    content: bytes


def kept_file(actor: Actor, account_id: UUID, file_id: UUID) -> KeptFile | None:
    """Return the people file that the actor uploaded for this account, or None."""
    kept = ImportFile.objects.filter(
        id=file_id, account_id=account_id, uploaded_by_id=actor.person_id
    ).first()
    if kept is None:
        return None
    return KeptFile(kept.id, kept.file_name, kept.default_kind, bytes(kept.content))


def person_with_email(email: str) -> UUID | None:
    """Return the person with this lower-case address, or None: no permission is asked."""
    return Person.objects.filter(email=email).values_list("id", flat=True).first()


def person_by_email(email: str) -> UUID:
    """Return the person with this lower-case address, for the operator's shell only.

    :raises NotFound: nobody has it.
    """
    found = person_with_email(email)
    if found is None:
        raise NotFound(_("Nobody has the e-mail address %(email)s.") % {"email": email})
    return found


def chosen_columns(actor: Actor, account_id: UUID, of_list: str) -> tuple[str, ...]:
    """Return the columns that the actor has chosen for a list; none where they never did."""
    rows = ListColumns.objects.filter(
        person__in=[actor.person_id], account_id=account_id, of_list=of_list
    )
    found = rows.values_list("columns", flat=True).first()
    return tuple(str(name) for name in found or ())


def registered_at(profile_ids: Sequence[UUID]) -> dict[UUID, datetime]:
    """Return when these people used a registration link last, in one statement."""
    links = RegistrationLink.objects.filter(profile_id__in=profile_ids, used_at__isnull=False)
    found = links.values("profile_id").annotate(last=Max("used_at")).order_by()
    return dict(found.values_list("profile_id", "last"))


def live_token_counts(profile_ids: Sequence[UUID], at: datetime) -> dict[UUID, int]:
    """Return how many API tokens of each person can be used at this moment."""
    rows = ApiToken.objects.filter(
        profile_id__in=profile_ids, revoked_at=None, expires_at__gt=at
    ).values("profile")
    return dict(rows.annotate(count=Count("id")).order_by().values_list("profile", "count"))


def account_by_id(account_id: UUID) -> AccountFacts:
    """Return an account that is known to exist: no permission is asked."""
    return account_facts(Account.objects.get(id=account_id))
