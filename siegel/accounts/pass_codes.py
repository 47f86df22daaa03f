"""Pass codes of registration links: told by another way than the link, stored as hashes."""

import secrets
import unicodedata

from django.contrib.auth.hashers import check_password, make_password
from django.utils.translation import gettext as _

from siegel.core.refusal import BadInput

#: Without signs that look alike: people read these codes out on the telephone.
_ALPHABET = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
SHORTEST, LONGEST = 6, 40


def new_pass_code() -> str:
    """Return a random pass code in two groups of four, about 39 bits."""
    signs = [secrets.choice(_ALPHABET) for _sign in range(8)]
    return f"{''.join(signs[:4])}-{''.join(signs[4:])}"


def hash_pass_code(code: str) -> str:
    """Return the hash of a pass code, as it is stored.

    :raises BadInput: it has too few or too many letters and digits.
    """
    plain = _plain(code)
    if not SHORTEST <= len(plain) <= LONGEST:
        raise BadInput(
            _("A pass code needs between %(shortest)d and %(longest)d letters or digits.")
            % {"shortest": SHORTEST, "longest": LONGEST}
        )
    return make_password(plain)


def is_pass_code(code: str, hashed: str) -> bool:
    """Return whether this is the code; case, blanks and hyphens do not matter."""
    return check_password(_plain(code), hashed)


def _plain(code: str) -> str:
    folded = unicodedata.normalize("NFKC", code[:200]).casefold()
    return "".join(sign for sign in folded if sign.isalnum())
