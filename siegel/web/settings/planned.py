"""Planned changes as table rows: when, what, what is available afterwards, by whom."""

from dataclasses import dataclass
from datetime import date

from siegel.licensing.kinds import PoolKind
from siegel.workflows.account_status import AccountStatus, PlannedLine
from siegel.workflows.booking_words import amount_text


@dataclass(frozen=True)
class PlannedRow:
    """One planned change."""

    on: date
    changes: tuple[str, ...]
    after: tuple[str, ...]
    by: str
    kinds: frozenset[PoolKind]
    applied: bool  #: whether the figures beside it include it already


def planned_rows(status: AccountStatus) -> list[PlannedRow]:
    """Return the planned changes in the order in which they take effect."""
    return [
        PlannedRow(
            on=line.on,
            changes=tuple(
                # Packs are counted in pieces, like licenses.
                f"{change.item.label}: {amount_text(PoolKind.FULL, change.before)} → "
                f"{amount_text(PoolKind.FULL, change.after)}"
                for change in line.changes
            ),
            after=tuple(_after(line)),
            by=line.by,
            kinds=frozenset(pool.kind for pool in line.after),
            applied=line in status.applied,
        )
        for line in (*status.planned, *status.applied)
    ]


def _after(line: PlannedLine) -> list[str]:
    return [f"{pool.kind.label}: {amount_text(pool.kind, pool.available)}" for pool in line.after]
