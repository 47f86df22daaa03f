"""People as an account knows them: the only writers of persons and profiles."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import connection, transaction
from django.utils.translation import gettext as _

from siegel.accounts.models import (
    Account,
    Person,
    Profile,
)
from siegel.accounts.permissions import Actor, Permission, require
from siegel.accounts.search import fold, search_text
from siegel.audit.actions import record
from siegel.core.bulk import insert_rows
from siegel.core.ids import new_id
from siegel.core.refusal import BadInput, NotFound


@dataclass(frozen=True)
class PersonData:
    """What an administrator knows about somebody. The e-mail address is lower case."""

    email: str
    first_name: str = ""
    last_name: str = ""
    organisation: str = ""
    department: str = ""
    phone: str = ""
    description: str = ""


def clean_email(text: str) -> str:
    """Return the address trimmed and in lower case.

    :raises BadInput: it is no e-mail address, or longer than mail servers take.
    """
    email = text.strip().lower()
    _check_length(email, "email")
    try:
        validate_email(email)
    except ValidationError:
        raise BadInput(_("“%(text)s” is not an e-mail address.") % {"text": text.strip()}) from None
    return email


@transaction.atomic
def ensure_profiles(
    *, actor: Actor, account_id: UUID, people: Sequence[PersonData], at: datetime
) -> dict[str, Profile]:
    """Return the account's profile of each person by e-mail; create what is missing, in bulk.

    Existing people and profiles stay as they are. Addresses have to be clean and distinct.
    """
    require(actor, Permission.GUEST_INVITE, account_id)
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
    profile = profile_in(profile_id, account_id)
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


_DETAILS = ("first_name", "last_name", "organisation", "department", "phone", "description")


def person_data(profile: Profile) -> PersonData:
    """Return what a profile says about its person."""
    return PersonData(profile.email, **{name: getattr(profile, name) for name in _DETAILS})


def clean_person(data: PersonData) -> PersonData:
    """Return the data trimmed, with the address in lower case.

    :raises BadInput: the address is none, or a text is longer than can be stored.
    """
    values = {name: " ".join(getattr(data, name).split()) for name in _DETAILS}
    for name, value in values.items():
        _check_length(value, name)
    return PersonData(email=clean_email(data.email), **values)


def _check_length(value: str, field: str) -> None:
    longest: int = getattr(Profile._meta.get_field(field), "max_length", 0)
    if len(value) > longest:
        raise BadInput(
            _("“%(start)s…” is too long: at most %(longest)d characters fit.")
            % {"start": value[:20], "longest": longest}
        )


BATCH = 5_000
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
_typed = attrgetter("email", *_DETAILS)
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
    "description",
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
    return (values[start : start + BATCH] for start in range(0, len(values), BATCH))


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


def profile_in(profile_id: UUID, account_id: UUID) -> Profile:
    """Return a profile of this account.

    :raises NotFound: no such person in this account.
    """
    profile = Profile.objects.filter(id=profile_id, account_id=account_id).first()
    if profile is None:
        raise NotFound(_("This does not exist, or it belongs to another account."))
    return profile
