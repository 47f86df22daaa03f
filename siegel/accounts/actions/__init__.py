"""The only writers of accounts, people, roles, registration links and API tokens, by subject."""

from siegel.accounts.actions.accounts import (
    create_account,
)
from siegel.accounts.actions.import_files import (
    drop_import_file,
    drop_old_import_files,
    keep_import_file,
)
from siegel.accounts.actions.links import (
    NewLink,
    create_registration_link,
    create_registration_links,
    set_first_password,
    use_registration_link,
    withdraw_registration_links,
)
from siegel.accounts.actions.people import (
    PersonData,
    change_profile,
    clean_email,
    clean_person,
    ensure_profiles,
    fill_search,
    person_data,
    search_columns,
)
from siegel.accounts.actions.protection import (
    ProtectionChanged,
    change_protection,
)
from siegel.accounts.actions.roles import (
    LastRegistrationAdmin,
    grant_role,
    hold_administrators,
    withdraw_role,
)
from siegel.accounts.actions.second_factors import (
    AppAlreadySetUp,
    WrongCode,
    add_app,
    add_passkey,
    drop_factor,
    make_recovery_codes,
    note_factor_use,
    remove_second_factors,
    rename_factor,
    reseal_second_factors,
    use_code,
)
from siegel.accounts.actions.sessions import (
    end_sessions,
)
from siegel.accounts.actions.sign_in_locks import (
    clear_failures,
    count_failure,
    end_lock,
    failures_of,
    forget_old_locks,
    is_locked,
    lock_of,
    open_lock,
    unlock_token,
)
from siegel.accounts.actions.tokens import (
    create_api_token,
    note_token_use,
    revoke_api_token,
    revoke_api_tokens_of,
)

__all__ = [
    "AppAlreadySetUp",
    "LastRegistrationAdmin",
    "NewLink",
    "PersonData",
    "ProtectionChanged",
    "WrongCode",
    "add_app",
    "add_passkey",
    "change_profile",
    "change_protection",
    "clean_email",
    "clean_person",
    "clear_failures",
    "count_failure",
    "create_account",
    "create_api_token",
    "create_registration_link",
    "create_registration_links",
    "drop_factor",
    "drop_import_file",
    "drop_old_import_files",
    "end_lock",
    "end_sessions",
    "ensure_profiles",
    "failures_of",
    "fill_search",
    "forget_old_locks",
    "grant_role",
    "hold_administrators",
    "is_locked",
    "keep_import_file",
    "lock_of",
    "make_recovery_codes",
    "note_factor_use",
    "note_token_use",
    "open_lock",
    "person_data",
    "remove_second_factors",
    "rename_factor",
    "reseal_second_factors",
    "revoke_api_token",
    "revoke_api_tokens_of",
    "search_columns",
    "set_first_password",
    "unlock_token",
    "use_code",
    "use_registration_link",
    "withdraw_registration_links",
    "withdraw_role",
]
