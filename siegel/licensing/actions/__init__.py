"""The only writers of the licensing tables, by subject."""

from siegel.licensing.actions.bookings import (
    apply_due_changes,
    book,
    open_pools,
    plan_change,
    withdraw_planned_change,
)
from siegel.licensing.actions.licenses import (
    accept_license,
    assign_license,
    assign_licenses,
    change_state,
    hold_license,
    note_sign_in,
    release_license,
)
from siegel.licensing.actions.packages import load_packages
from siegel.licensing.actions.seals import seal_ledger

__all__ = [
    "accept_license",
    "apply_due_changes",
    "assign_license",
    "assign_licenses",
    "book",
    "change_state",
    "hold_license",
    "load_packages",
    "note_sign_in",
    "open_pools",
    "plan_change",
    "release_license",
    "seal_ledger",
    "withdraw_planned_change",
]
