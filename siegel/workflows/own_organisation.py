"""Where people belong if nobody says so: whoever holds a full license works for the account."""

from collections.abc import Iterable
from dataclasses import replace
from uuid import UUID

from siegel.accounts.actions import PersonData
from siegel.accounts.queries import account_name
from siegel.licensing.kinds import PoolKind


def with_organisation(
    account_id: UUID, people: Iterable[tuple[PersonData, PoolKind | None]]
) -> list[PersonData]:
    """Return the people, with the account's name as the organisation where none is given.

    Only with a full license: guests come from elsewhere.
    """
    asked = list(people)
    if not any(_works_here(data, kind) for data, kind in asked):
        return [data for data, _kind in asked]
    name = account_name(account_id)
    return [
        replace(data, organisation=name) if _works_here(data, kind) else data
        for data, kind in asked
    ]


def _works_here(data: PersonData, kind: PoolKind | None) -> bool:
    return kind is PoolKind.FULL and not data.organisation
