"""The only writers of accounts, people, roles, registration links and API tokens, by subject."""

from siegel.accounts.actions.accounts import (
    create_account,
)
from siegel.accounts.actions.import_files import (
    discard_import_file,
    drop_import_file,
    drop_old_import_files,
    keep_import_file,
)
from siegel.accounts.actions.links import (
    LinkTerms,
    NewLink,
    begin_pass_code,
    clean_terms,
    create_registration_link,
    create_registration_links,
    note_mail_job,
    note_mail_wanted,
    note_mailed,
    set_first_password,
    take_back_wrong_code,
    use_registration_link,
    withdraw_registration_links,
)
from siegel.accounts.actions.list_columns import choose_columns
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
from siegel.accounts.actions.roles import (
    LastRegistrationAdmin,
    grant_role,
    hold_administrators,
    withdraw_role,
)
from siegel.accounts.actions.texts import reset_invitation_text, set_invitation_text
from siegel.accounts.actions.tokens import (
    create_api_token,
    note_token_use,
    revoke_api_token,
    revoke_api_tokens_of,
)

__all__ = [
    "LastRegistrationAdmin",
    "LinkTerms",
    "NewLink",
    "PersonData",
    "begin_pass_code",
    "change_profile",
    "choose_columns",
    "clean_email",
    "clean_person",
    "clean_terms",
    "create_account",
    "create_api_token",
    "create_registration_link",
    "create_registration_links",
    "discard_import_file",
    "drop_import_file",
    "drop_old_import_files",
    "ensure_profiles",
    "fill_search",
    "grant_role",
    "hold_administrators",
    "keep_import_file",
    "note_mail_job",
    "note_mail_wanted",
    "note_mailed",
    "note_token_use",
    "person_data",
    "reset_invitation_text",
    "revoke_api_token",
    "revoke_api_tokens_of",
    "search_columns",
    "set_first_password",
    "set_invitation_text",
    "take_back_wrong_code",
    "use_registration_link",
    "withdraw_registration_links",
    "withdraw_role",
]
