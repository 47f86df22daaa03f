"""Which passwords an account accepts."""

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from siegel.accounts.models import Person
from siegel.accounts.protection import ProtectionFacts


def password_faults(password: str, person: Person | None, rules: ProtectionFacts) -> list[str]:
    """Return what is wrong with a new password, in the reader's language; nothing if it is good.

    The account decides about length and mixture; common words, digits alone and what stands in
    the person's name or address are refused everywhere.
    """
    faults = []
    if len(password) < rules.password_min_length:
        faults.append(
            ngettext(
                "This password is too short: at least %(count)d character is needed.",
                "This password is too short: at least %(count)d characters are needed.",
                rules.password_min_length,
            )
            % {"count": rules.password_min_length}
        )
    if rules.password_mixed and not _is_mixed(password):
        faults.append(
            _(
                "Please mix upper and lower case letters with at least one digit or special "
                "character."
            )
        )
    try:
        validate_password(password, person)
    except ValidationError as error:
        faults += [str(message) for message in error.messages]
    return faults


def explain_password(rules: ProtectionFacts) -> str:
    """Return what is expected of a new password, in one or two sentences."""
    text = _(
        "At least %(count)d characters; no common password, not only digits, and not like your "
        "name or e-mail address."
    ) % {"count": rules.password_min_length}
    if rules.password_mixed:
        text += " " + _(
            "Upper and lower case letters, and at least one digit or special character."
        )
    return text


def _is_mixed(password: str) -> bool:
    letters = any(map(str.isupper, password)) and any(map(str.islower, password))
    return letters and any(not character.isalpha() for character in password)
