"""The only writers of the licensing tables, by subject."""

from siegel.licensing.actions.belongings import (
    add_sponsor,
    change_groups,
    change_rights,
    count_owned,
    create_group,
    delete_group,
    drop_sponsor,
    pass_on_belongings,
    pass_on_sponsors,
    rename_group,
    set_end,
)
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
    check_free,
    hold_license,
    note_sign_in,
    release_license,
)
from siegel.licensing.actions.lives import (
    change_kind,
    hold_licenses,
    pass_on_license,
    revive_license,
)
from siegel.licensing.actions.packages import load_packages
from siegel.licensing.actions.removals import mark_erased, mark_restored, open_removal
from siegel.licensing.actions.seals import seal_ledger

__all__ = [
    "accept_license",
    "add_sponsor",
    "apply_due_changes",
    "assign_license",
    "assign_licenses",
    "book",
    "change_groups",
    "change_kind",
    "change_rights",
    "change_state",
    "check_free",
    "count_owned",
    "create_group",
    "delete_group",
    "drop_sponsor",
    "hold_license",
    "hold_licenses",
    "load_packages",
    "mark_erased",
    "mark_restored",
    "note_sign_in",
    "open_pools",
    "open_removal",
    "pass_on_belongings",
    "pass_on_license",
    "pass_on_sponsors",
    "plan_change",
    "release_license",
    "rename_group",
    "revive_license",
    "seal_ledger",
    "set_end",
    "withdraw_planned_change",
]
