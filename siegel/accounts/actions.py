"""The only writers of accounts, people, roles, registration links and API tokens."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from operator import attrgetter
from uuid import UUID
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import settings
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, connection, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from siegel.accounts.models import (
    Account,
    ApiToken,
    ImportFile,
    Person,
    Profile,
    RegistrationLink,
    RoleGrant,
)
from siegel.accounts.permissions import Actor, Permission, Role, require
from siegel.accounts.search import fold, search_text
from siegel.accounts.tokens import hash_token, new_api_token, registration_token
from siegel.audit.actions import record
from siegel.core.bulk import insert_rows
from siegel.core.ids import new_id
from siegel.core.refusal import BadInput, NotFound, Refusal


class LastRegistrationAdmin(Refusal):
    """The account would be left without a registration administrator."""

    code = "last-registration-admin"


@dataclass(frozen=True)
class PersonData:
    """What an administrator knows about somebody. The e-mail address is lower case."""

    email: str
    first_name: str = ""
    last_name: str = ""
    organisation: str = ""
    department: str = ""
    phone: str = ""


def clean_email(text: str) -> str:
    """Return the address trimmed and in lower case.

    :raises BadInput: it is no e-mail address.
    """
    email = text.strip().lower()
    try:
        validate_email(email)
    except ValidationError:
        raise BadInput(_("“%(text)s” is not an e-mail address.") % {"text": text.strip()}) from None
    return email


@transaction.atomic
def create_account(
    *, slug: str, name: str, language: str = "de", time_zone: str = "Europe/Berlin", at: datetime
) -> Account:
    """Create an account for the workflow that opens it; it names the registration administrator.

    :raises BadInput: the short name is taken or none, or the name or the time zone is none.
    """
    _check_account(slug, name, time_zone)
    try:
        with transaction.atomic():
            return Account.objects.create(
                slug=slug, name=name, language=language, time_zone=time_zone, created_at=at
            )
    except IntegrityError:
        raise BadInput(
            _("There is already an account with the short name “%(slug)s”.") % {"slug": slug}
        ) from None


_SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,48}[a-z0-9])?")


def _check_account(slug: str, name: str, time_zone: str) -> None:
    if not _SLUG.fullmatch(slug):
        raise BadInput(
            _(
                "“%(slug)s” cannot be a short name: up to 50 lower-case letters, digits and "
                "hyphens are possible, no hyphen first or last."
            )
            % {"slug": slug}
        )
    if not name.strip() or len(name) > 120:
        raise BadInput(_("An account needs a name of at most 120 characters."))
    try:
        ZoneInfo(time_zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise BadInput(
            _("“%(zone)s” is no time zone; one is “Europe/Berlin”.") % {"zone": time_zone}
        ) from None


@transaction.atomic
def ensure_profiles(
    *, actor: Actor, account_id: UUID, people: Sequence[PersonData], at: datetime
) -> dict[str, Profile]:
    """Return the account's profile of each person by e-mail; create what is missing, in bulk.

    Existing people and profiles stay as they are. Addresses have to be clean and distinct.
    """
    require(actor, Permission.LICENSE_ASSIGN, account_id)
    emails = [data.email for data in people]
    profiles = _profiles(account_id, emails)
    missing = [data for data in people if data.email not in profiles]
    if not missing:
        return profiles
    language = Account.objects.values_list("language", flat=True).get(id=account_id)
    people_rows = [
        # "!" and randomness is what set_unusable_password writes: nobody can sign in with it.
        (new_id(), f"!{new_id().hex}", *_known(data), language, at, True, False)
        for data in missing
    ]
    new = insert_rows(Person, _PERSON_COLUMNS, people_rows, ignore_conflicts=True)
    if new == len(missing):
        person_ids = {row[2]: row[0] for row in people_rows}
    else:
        person_ids = _person_ids([data.email for data in missing])
    profile_rows = [
        (new_id(), account_id, person_ids[data.email], *_typed(data), *search_columns(data), at)
        for data in missing
    ]
    new = insert_rows(Profile, _PROFILE_COLUMNS, profile_rows, ignore_conflicts=True)
    if new < len(missing):  # somebody else made one of them in the meantime
        return _profiles(account_id, emails)
    fields = {"account": "account_id", "person": "person_id"}
    names = [fields.get(name, name) for name in _PROFILE_COLUMNS]
    fresh = (Profile.from_db(connection.alias, names, row) for row in profile_rows)
    return profiles | {profile.email: profile for profile in fresh}


@transaction.atomic
def change_profile(
    *, actor: Actor, account_id: UUID, profile_id: UUID, data: PersonData, at: datetime
) -> None:
    """Correct what this account knows about a person; the e-mail address stays.

    :raises NotFound: no such person in this account.
    """
    require(actor, Permission.LICENSE_ASSIGN, account_id)
    profile = _profile_in(profile_id, account_id)
    changed = [name for name in _DETAILS if getattr(profile, name) != getattr(data, name)]
    if not changed:
        return
    for name in changed:
        setattr(profile, name, getattr(data, name))
    fill_search(profile)
    profile.save(update_fields=[*changed, "sort_name", "search"])
    record(
        account_id=account_id,
        actor_id=actor.person_id,
        door=actor.door,
        verb="profile.change",
        at=at,
        subject_id=profile.person_id,
        fields=changed,
    )


_DETAILS = ("first_name", "last_name", "organisation", "department", "phone")


def person_data(profile: Profile) -> PersonData:
    """Return what a profile says about its person."""
    return PersonData(profile.email, **{name: getattr(profile, name) for name in _DETAILS})


def clean_person(data: PersonData) -> PersonData:
    """Return the data trimmed, with the address in lower case.

    :raises BadInput: the address is none, or a text is longer than can be stored.
    """
    values = {name: " ".join(getattr(data, name).split()) for name in _DETAILS}
    for name, value in values.items():
        longest: int = getattr(Profile._meta.get_field(name), "max_length", 0)
        if len(value) > longest:
            raise BadInput(
                _("“%(start)s…” is too long: at most %(longest)d characters fit.")
                % {"start": value[:20], "longest": longest}
            )
    return PersonData(email=clean_email(data.email), **values)


_BATCH = 5_000
_known = attrgetter("email", "first_name", "last_name")
_PERSON_COLUMNS = (
    "id",
    "password",
    "email",
    "first_name",
    "last_name",
    "language",
    "created_at",
    "is_active",
    "is_operator",
)
_typed = attrgetter("email", "first_name", "last_name", "organisation", "department", "phone")
_PROFILE_COLUMNS = (
    "id",
    "account",
    "person",
    "email",
    "first_name",
    "last_name",
    "organisation",
    "department",
    "phone",
    "sort_name",
    "search",
    "created_at",
)


def fill_search(profile: Profile) -> None:
    """Set the columns that lists sort and search by."""
    profile.sort_name, profile.search = search_columns(profile)


def search_columns(known: PersonData | Profile) -> tuple[str, str]:
    """Return what lists sort and search by: folded, as long as the columns."""
    names = f"{known.last_name} {known.first_name}".strip() or known.email
    search = search_text(
        known.last_name, known.first_name, known.email, known.organisation, known.department
    )
    return fold(names)[:200], search[:600]


def _batches(values: Sequence[str]) -> Iterable[Sequence[str]]:
    return (values[start : start + _BATCH] for start in range(0, len(values), _BATCH))


def _profiles(account_id: UUID, emails: Sequence[str]) -> dict[str, Profile]:
    found: dict[str, Profile] = {}
    for batch in _batches(emails):
        rows = Profile.objects.filter(account_id=account_id, email__in=batch)
        found.update((row.email, row) for row in rows)
    return found


def _person_ids(emails: Sequence[str]) -> dict[str, UUID]:
    found: dict[str, UUID] = {}
    for batch in _batches(emails):
        found.update(Person.objects.filter(email__in=batch).values_list("email", "id"))
    return found


# --- Roles ----------------------------------------------------------------------------------


def _require_role_grant(actor: Actor, role: Role, account_id: UUID) -> None:
    require(actor, Permission.ROLE_GRANT, account_id)
    if role == Role.REGISTRATION_ADMIN:
        require(actor, Permission.ROLE_GRANT_REGISTRATION, account_id)


@transaction.atomic
def grant_role(
    *, actor: Actor, profile_id: UUID, account_id: UUID, role: Role, at: datetime
) -> None:
    """Give a person a role. Giving it twice changes nothing.

    :raises NotFound: no such person in this account.
    """
    _require_role_grant(actor, role, account_id)
    profile = _profile_in(profile_id, account_id)
    _grant, new = RoleGrant.objects.get_or_create(
        profile=profile, role=role, defaults={"granted_by_id": actor.person_id, "granted_at": at}
    )
    if not new:
        return
    if role == Role.REGISTRATION_ADMIN:
        # The account starts with the count of the first one, who is named when it is opened.
        others = RoleGrant.objects.filter(profile__account_id=account_id, role=role)
        if others.exclude(profile=profile).exists():
            Account.objects.filter(id=account_id).update(
                registration_admins=F("registration_admins") + 1
            )
    _record_role(actor, profile, role, "role.grant", at)


@transaction.atomic
def withdraw_role(
    *, actor: Actor, profile_id: UUID, account_id: UUID, role: Role, at: datetime
) -> None:
    """Take a role from a person. Taking it twice changes nothing.

    :raises LastRegistrationAdmin: nobody else could administer the account.
    """
    _require_role_grant(actor, role, account_id)
    profile = _profile_in(profile_id, account_id)
    deleted, _rows = RoleGrant.objects.filter(profile=profile, role=role).delete()
    if not deleted:
        return
    if role == Role.REGISTRATION_ADMIN:
        # Conditional, so that two withdrawals at once cannot both succeed; the CHECK stands behind.
        counted = Account.objects.filter(id=account_id, registration_admins__gt=1).update(
            registration_admins=F("registration_admins") - 1
        )
        if not counted:
            raise LastRegistrationAdmin(
                _("%(name)s is the last registration administrator. Please name another one first.")
                % {"name": profile.name}
            )
    _record_role(actor, profile, role, "role.withdraw", at)


def hold_administrators(account_id: UUID) -> None:
    """Let changes of who administers the account wait for each other (a lock of its row)."""
    rows = Account.objects.select_for_update(no_key=True).filter(id=account_id)
    list(rows.values_list("id"))


def _record_role(actor: Actor, profile: Profile, role: Role, verb: str, at: datetime) -> None:
    record(
        account_id=profile.account_id,
        actor_id=actor.person_id,
        door=actor.door,
        verb=verb,
        at=at,
        subject_id=profile.person_id,
        role=str(role),
    )


def _profile_in(profile_id: UUID, account_id: UUID) -> Profile:
    profile = Profile.objects.filter(id=profile_id, account_id=account_id).first()
    if profile is None:
        raise NotFound(_("There is nothing here for you."))
    return profile


# --- Registration links and API tokens ------------------------------------------------------


@dataclass(frozen=True)
class NewLink:
    """A registration link that was just created. The token is derived from the id, not stored."""

    id: UUID
    profile_id: UUID
    expires_at: datetime

    @property
    def token(self) -> str:
        """What the link's address ends with."""
        return registration_token(self.id)


def create_registration_link(
    *, actor: Actor, account_id: UUID, profile_id: UUID, at: datetime
) -> str:
    """Return the token of a new registration link; an open one of the same person ends."""
    (link,) = create_registration_links(
        actor=actor, account_id=account_id, profile_ids=[profile_id], at=at
    )
    return link.token


@transaction.atomic
def create_registration_links(
    *, actor: Actor, account_id: UUID, profile_ids: Sequence[UUID], at: datetime
) -> list[NewLink]:
    """Create a registration link for each person, in this order; their open ones end.

    :raises NotFound: one of them is not of this account.
    """
    require(actor, Permission.LICENSE_ASSIGN, account_id)
    links = []
    for start in range(0, len(profile_ids), _BATCH):
        batch = profile_ids[start : start + _BATCH]
        if Profile.objects.filter(account_id=account_id, id__in=batch).count() != len(batch):
            raise NotFound(_("There is nothing here for you."))
        open_links = RegistrationLink.objects.filter(profile_id__in=batch)
        open_links.filter(used_at=None, withdrawn_at=None).update(withdrawn_at=at)
        links += [_new_link(profile_id, actor, at) for profile_id in batch]
    RegistrationLink.objects.bulk_create(links, batch_size=_BATCH)
    return [NewLink(link.id, link.profile_id, link.expires_at) for link in links]


def _new_link(profile_id: UUID, actor: Actor, at: datetime) -> RegistrationLink:
    link = RegistrationLink(
        profile_id=profile_id,
        created_at=at,
        created_by_id=actor.person_id,
        expires_at=at + timedelta(days=settings.REGISTRATION_LINK_DAYS),
    )
    link.token_hash = hash_token(registration_token(link.id))
    return link


def withdraw_registration_links(*, profile_id: UUID, at: datetime) -> None:
    """End a person's open registration links."""
    RegistrationLink.objects.filter(profile_id=profile_id, used_at=None, withdrawn_at=None).update(
        withdrawn_at=at
    )


def use_registration_link(*, link_id: UUID, at: datetime) -> bool:
    """Mark a link as used; return False if somebody was faster, or it had ended."""
    return bool(
        RegistrationLink.objects.filter(
            id=link_id, used_at=None, withdrawn_at=None, expires_at__gt=at
        ).update(used_at=at)
    )


def set_first_password(*, person_id: UUID, password: str) -> bool:
    """Give a password to a person who never had one; return False if they can sign in already.

    ``password`` is already hashed: hashing takes long, and this runs with the database locked.
    """
    rows = Person.objects.filter(
        id=person_id, is_active=True, last_login=None, password__startswith=UNUSABLE_PASSWORD_PREFIX
    )
    return bool(rows.update(password=password))


@transaction.atomic
def create_api_token(
    *,
    actor: Actor,
    account_id: UUID,
    label: str,
    days: int,
    at: datetime,
    owner_id: UUID | None = None,
) -> str:
    """Return a new token with which a program acts as the actor. It is shown only now.

    ``owner_id`` is whom the operator's shell makes it for; people make tokens only for themselves.

    :raises BadInput: no label, or a lifetime that is not between 1 and 366 days.
    """
    require(actor, Permission.TOKEN_MANAGE, account_id)
    if not label.strip() or not 1 <= days <= 366:
        raise BadInput(_("A token needs a name and a lifetime between 1 and 366 days."))
    owner = actor.person_id or owner_id
    profile = Profile.objects.filter(account_id=account_id, person=owner).first() if owner else None
    if profile is None:
        raise NotFound(_("There is nothing here for you."))
    token = new_api_token()
    ApiToken.objects.create(
        profile=profile,
        label=label.strip()[:80],
        token_hash=hash_token(token),
        created_at=at,
        expires_at=at + timedelta(days=days),
    )
    record(
        account_id=account_id,
        actor_id=actor.person_id,
        door=actor.door,
        verb="token.create",
        at=at,
        subject_id=owner,
    )
    return token


@transaction.atomic
def revoke_api_token(*, actor: Actor, account_id: UUID, token_id: UUID, at: datetime) -> None:
    """End a token of this account. Ending it twice changes nothing.

    :raises NotFound: no such token in this account.
    """
    require(actor, Permission.TOKEN_MANAGE, account_id)
    rows = ApiToken.objects.filter(id=token_id, profile__account_id=account_id)
    token = rows.select_related("profile").first()
    if token is None:
        raise NotFound(_("There is nothing here for you."))
    if rows.filter(revoked_at=None).update(revoked_at=at):
        record(
            account_id=account_id,
            actor_id=actor.person_id,
            door=actor.door,
            verb="token.revoke",
            at=at,
            subject_id=token.profile.person_id,
        )


def revoke_api_tokens_of(*, profile_id: UUID, at: datetime) -> None:
    """End all tokens of a person in an account, because they leave it."""
    ApiToken.objects.filter(profile_id=profile_id, revoked_at=None).update(revoked_at=at)


def note_token_use(*, token_id: UUID, at: datetime) -> None:
    """Remember when a token was last used, at most once a minute: reading must stay cheap."""
    ApiToken.objects.filter(id=token_id).exclude(last_used_at__gt=at - timedelta(minutes=1)).update(
        last_used_at=at
    )


# --- People files between preview and confirmation ------------------------------------------

#: How long an uploaded people file waits for its confirmation.
IMPORT_FILE_KEPT = timedelta(days=1)


@transaction.atomic
def keep_import_file(
    *,
    actor: Actor,
    account_id: UUID,
    content: bytes,
    file_name: str,
    default_kind: str,
    at: datetime,
) -> UUID:
    """Store an uploaded people file until it is confirmed; the person's earlier one goes."""
    require(actor, Permission.LICENSE_ASSIGN, account_id)
    if actor.person_id is None:
        raise ValueError("only people upload files")
    ImportFile.objects.filter(account_id=account_id, uploaded_by_id=actor.person_id).delete()
    kept = ImportFile.objects.create(
        account_id=account_id,
        uploaded_by_id=actor.person_id,
        uploaded_at=at,
        file_name=file_name[-200:],
        default_kind=default_kind,
        content=content,
    )
    return kept.id


def drop_import_file(*, actor: Actor, account_id: UUID, file_id: UUID) -> None:
    """Delete the actor's uploaded people file. Deleting it twice changes nothing."""
    require(actor, Permission.LICENSE_ASSIGN, account_id)
    ImportFile.objects.filter(
        id=file_id, account_id=account_id, uploaded_by_id=actor.person_id
    ).delete()


def drop_old_import_files(*, at: datetime) -> int:
    """Delete the people files that nobody confirmed within a day; return how many."""
    return ImportFile.objects.filter(uploaded_at__lt=at - IMPORT_FILE_KEPT).delete()[0]
