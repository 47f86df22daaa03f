"""What somebody has chosen on the page "Benutzer entfernen": whom, and where their boxes go."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.http import QueryDict
from django.utils.translation import gettext as _

from siegel.boxes.queries.owned import who_works_with
from siegel.core.refusal import BadInput
from siegel.licensing.queries.holder_rows import HolderRow
from siegel.licensing.queries.holders import iterate_holders
from siegel.licensing.queries.leaving import possible_successors
from siegel.web.access import AccountRequest
from siegel.web.people.filter_form import FilterForm
from siegel.workflows.removal_plan import (
    BIN,
    MOST,
    Decisions,
    Destination,
    NoSuccessor,
    unfit_successors,
)

#: Values of a choice beside the license of a successor.
TO_BIN, OTHER, OPEN = "bin", "other", "open"
#: So many successors stand in each list; with a long table fewer. Others are typed.
_CHOICES, _FEW_CHOICES, _LONG = 30, 6, 50
_KNOWN = 200


def chosen_people(request: AccountRequest) -> list[UUID]:
    """Return whom a form or an address names: ``license`` again and again, or ``all`` and a filter.

    :raises BadInput: something there is no license.
    """
    values = request.POST if request.method == "POST" else request.GET
    if values.get("all") and not values.getlist("license"):
        rows = iterate_holders(
            actor=request.actor,
            account_id=request.account.id,
            filter=FilterForm(values).filter(),
        )
        return [row.license_id for row, _number in zip(rows, range(MOST + 1), strict=False)]
    return list(dict.fromkeys(_license(text) for text in values.getlist("license")))


def _license(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise BadInput(_("Only part of the form arrived. Nothing was changed.")) from None


#: Why a choice cannot be as it was made, by the license it was made for; None: the one for all.
Wrong = dict[UUID | None, NoSuccessor]


def decisions_of(request: AccountRequest, leaving: Sequence[UUID]) -> tuple[Decisions, Wrong]:
    """Return where the boxes go, as it was chosen, and which typed addresses fit nobody.

    What was chosen for one person is never replaced by what was chosen for all.
    """
    values, wrong = request.POST, Wrong()
    found: dict[UUID | None, Destination | None] = {}
    for one in (None, *leaving):
        which = f"-{one.hex}" if one else ""
        try:
            found[one] = _destination(request, values, which, leaving)
        except NoSuccessor as no:
            found[one], wrong[one] = None, no
    but = {one: found[one] for one in leaving if values.get(f"to-{one.hex}")}
    return Decisions(found[None], but), wrong


def without_unfit(
    request: AccountRequest, leaving: Sequence[UUID], decisions: Decisions
) -> tuple[Decisions, Wrong]:
    """Return the decisions with those undecided whose successor can take no boxes, and why."""
    chosen: dict[UUID | None, Destination | None] = {None: decisions.all}
    chosen.update(decisions.but.items())
    unfit = unfit_successors(
        actor=request.actor,
        account_id=request.account.id,
        leaving=leaving,
        wanted={to.successor for to in chosen.values() if to and to.successor},
    )
    wrong: Wrong = {
        one: unfit[to.successor]
        for one, to in chosen.items()
        if to and to.successor and to.successor in unfit
    }
    but = {one: None if one in wrong else to for one, to in decisions.but.items()}
    return Decisions(None if None in wrong else decisions.all, but), wrong


def _destination(
    request: AccountRequest, values: QueryDict, which: str, leaving: Sequence[UUID]
) -> Destination | None:
    choice = values.get(f"to{which}", "")
    if choice == TO_BIN:
        return BIN
    if choice == OTHER:
        # PostgreSQL does not even compare a NUL; without it the address is nobody's either.
        typed = values.get(f"other{which}", "").replace("\0", "?").strip()
        return Destination(_typed(request, typed, leaving)) if typed else None
    return Destination(_license(choice)) if choice and choice != OPEN else None


def _typed(request: AccountRequest, typed: str, leaving: Sequence[UUID]) -> UUID:
    found = possible_successors(
        actor=request.actor,
        account_id=request.account.id,
        leaving=leaving,
        search=typed.lower(),
        limit=1,
    )
    if not found:
        raise NoSuccessor(
            _("Nobody with a full license who stays has the e-mail address “%(typed)s”.")
            % {"typed": typed[:100]}
        )
    return found[0].license_id


@dataclass(frozen=True)
class Choice:
    """One successor in the lists."""

    value: str
    label: str


@dataclass(frozen=True)
class Choices:
    """What the lists of the page offer."""

    near: tuple[Choice, ...]  #: who works in these boxes already
    far: tuple[Choice, ...]
    typed: tuple[HolderRow, ...]  #: suggestions for the field, where not everybody is in the lists


def choices_for(
    request: AccountRequest, leaving: Sequence[UUID], decisions: Decisions, rows: int
) -> Choices:
    """Return whom the lists offer: who works in these boxes already, then by name."""
    near = who_works_with(leaving)
    people = possible_successors(
        actor=request.actor, account_id=request.account.id, leaving=leaving, limit=_KNOWN + 1
    )
    chosen = {to.successor for to in (decisions.all, *decisions.but.values()) if to}
    missing = (chosen | set(near)) - {row.license_id for row in people}
    only = [one for one in missing if one]
    if only and len(people) > _KNOWN:
        people += possible_successors(
            actor=request.actor, account_id=request.account.id, leaving=leaving, only=only
        )
    limit = _CHOICES if rows <= _LONG else _FEW_CHOICES
    order = {row.license_id: number for number, row in enumerate(people)}
    ranked = sorted(
        people,
        key=lambda row: (
            row.license_id not in chosen,
            -near.get(row.license_id, 0),
            order[row.license_id],
        ),
    )[:limit]
    ranked.sort(key=lambda row: (row.name.casefold(), order[row.license_id]))
    return Choices(
        tuple(_choice(row) for row in ranked if row.license_id in near),
        tuple(_choice(row) for row in ranked if row.license_id not in near),
        tuple(people[:_KNOWN]) if len(people) > limit else (),
    )


def _choice(row: HolderRow) -> Choice:
    label = row.name if row.name == row.email else f"{row.name} ({row.email})"
    return Choice(str(row.license_id), label)
