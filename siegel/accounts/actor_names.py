"""What those who did something are called in one account: as its own administrators typed it.

A person works in several accounts, and each knows them by its own profile. What they are called in
the first one is nobody's business in the second (docs/decisions/0004).
"""

from collections.abc import Iterable
from uuid import UUID

from django.db.models import Case, CharField, F, OuterRef, Subquery, Value, When
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce, Concat, NullIf, Trim
from django.utils.translation import pgettext, pgettext_lazy

from siegel.accounts.models import Profile
from siegel.accounts.names import name_or_email

#: Somebody who acts without being known to the account.
_OPERATOR = pgettext_lazy("actor", "operator")


def actor_name(field: str, account: UUID | OuterRef) -> Combinable:
    """Return the column with the name of the person in ``field``, for the statement that reads it.

    Empty where nobody is named, because the service itself acted.
    """
    name = NullIf(Trim(Concat("first_name", Value(" "), "last_name")), Value(""))
    called = Coalesce(name, "email", output_field=CharField())
    profile = Profile.objects.filter(account_id=account, person_id=OuterRef(f"{field}_id"))
    # Somebody who came back after they were erased is called what they are called now.
    profile = profile.order_by(F("erased_at").asc(nulls_first=True))
    return Coalesce(
        Subquery(profile.values(called=called)[:1]),
        Case(When(**{f"{field}_id": None}, then=Value("")), default=Value(_OPERATOR, CharField())),
        output_field=CharField(),
    )


def actor_names(account_id: UUID, person_ids: Iterable[UUID | None]) -> dict[UUID | None, str]:
    """Return what these people are called in the account, in one statement; None is nobody."""
    wanted = {one for one in person_ids if one is not None}
    rows = Profile.objects.filter(account_id=account_id, person_id__in=wanted)
    rows = rows.order_by(F("erased_at").desc(nulls_last=True))  # the last one of a person counts
    names: dict[UUID | None, str] = dict.fromkeys(wanted, str(_OPERATOR)) | {None: ""}
    for person_id, *name in rows.values_list("person_id", "first_name", "last_name", "email"):
        names[person_id] = name_or_email(*name)
    return names


def by_whom(name: str, door: str) -> str:
    """Return who did it: a person, the operator at the command line, or the service itself."""
    if name:
        return name
    return str(_OPERATOR) if door == "command" else pgettext("actor", "automatic")
