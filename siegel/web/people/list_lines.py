"""The lines of the user list as its page shows them."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.utils import timezone

from siegel.licensing.kinds import LicenseState
from siegel.licensing.queries.holder_rows import HolderRow
from siegel.web.access import AccountRequest
from siegel.web.people.columns import Cell, Column
from siegel.web.people.delivery import invitation_badge
from siegel.web.people.words import StateBadge
from siegel.workflows.invitation_state import invitation_states
from siegel.workflows.people_overview import Person


@dataclass(frozen=True)
class Line:
    """One person on the page: the name with the address, and the other columns' cells."""

    row: HolderRow
    local: str  #: the address before and after its sign, so that it can be broken there
    domain: str
    cells: Sequence[tuple[Column, Cell]]
    note: StateBadge | None  #: what keeps an invited person from registering


def lines_of(
    request: AccountRequest, people: Sequence[Person], columns: Sequence[Column], *, now: bool
) -> list[Line]:
    """Return the lines of a page, those of invited people with how their link is doing."""
    notes = _notes(request, people) if now else {}
    return [_line(one, columns, notes.get(one.row.profile_id)) for one in people]


def _line(person: Person, columns: Sequence[Column], note: StateBadge | None) -> Line:
    local, _at, domain = person.row.email.rpartition("@")
    cells = [(column, column.cell(person)) for column in columns[1:]]
    return Line(person.row, local, domain, cells, note)


def _notes(request: AccountRequest, people: Sequence[Person]) -> dict[UUID, StateBadge | None]:
    invited = [one.row.profile_id for one in people if one.row.state == LicenseState.INVITED]
    if not invited:
        return {}
    states = invitation_states(
        actor=request.actor,
        account_id=request.account.id,
        profile_ids=invited,
        at=timezone.now(),
    )
    return {profile_id: invitation_badge(states.get(profile_id)) for profile_id in invited}
