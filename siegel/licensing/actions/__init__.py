"""The only writers of the licensing tables, by subject."""

from siegel.licensing.actions.belongings import (
    add_sponsor,
    change_rights,
    count_owned,
    drop_sponsor,
    note_end_told,
    pass_on_belongings,
    pass_on_sponsors,
    set_end,
)
from siegel.licensing.actions.bookings import (
    apply_due_changes,
    book,
    open_pools,
    plan_change,
    withdraw_planned_change,
)
from siegel.licensing.actions.groups import (
    change_groups,
    create_group,
    delete_group,
    rename_group,
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
from siegel.licensing.actions.removals import (
    Leaving,
    count_owned_each,
    end_shared_guests,
    mark_erased,
    mark_restored,
    mark_warned,
    open_removal,
    open_removals,
    release_licenses,
    share_guests_of,
)
from siegel.licensing.actions.seals import seal_ledger

__all__ = [
    "Leaving",
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
    "count_owned_each",
    "create_group",
    "delete_group",
    "drop_sponsor",
    "end_shared_guests",
    "hold_license",
    "hold_licenses",
    "load_packages",
    "mark_erased",
    "mark_restored",
    "mark_warned",
    "note_end_told",
    "note_sign_in",
    "open_pools",
    "open_removal",
    "open_removals",
    "pass_on_belongings",
    "pass_on_license",
    "pass_on_sponsors",
    "plan_change",
    "release_license",
    "release_licenses",
    "rename_group",
    "revive_license",
    "seal_ledger",
    "set_end",
    "share_guests_of",
    "withdraw_planned_change",
]
