"""Passwords that Germans choose first: Django's own list of common ones is English."""

import re
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from siegel.accounts.search import fold

_COMMON = frozenset(
    "passwort kennwort meinpasswort losungswort willkommen hallo hallihallo geheim geheimnis "
    "sommer winter fruehling fruhling herbst schatz schatzi liebe ichliebedich liebling berlin "
    "hamburg muenchen munchen koeln koln deutschland fussball bayern borussia schalke urlaub "
    "sonnenschein sonne montag freitag januar februar maerz marz oktober november dezember firma "
    "computer internet test testtest start anfang neu admin administrator benutzer siegel qwertz "
    "asdfgh abc password welcome".split()
)
_NO_LETTERS = re.compile(r"[\W\d_]+")


class GermanWordValidator:
    """Refuses a common word, once or again, however many digits and signs stand around it."""

    def validate(self, password: str, user: Any = None) -> None:
        """Return if the password is more than a common word with digits.

        :raises ValidationError: it is not.
        """
        words = [word for word in _NO_LETTERS.split(fold(password)) if word]
        if words and all(_is_common(word) for word in words):
            raise ValidationError(
                _("This password is only a common word with digits or signs. Please combine more."),
                code="password_common_word",
            )

    def get_help_text(self) -> str:
        """Return what is expected."""
        return _("No common word with digits or signs around it.")


def _is_common(word: str) -> bool:
    return any(word == common * (len(word) // len(common)) for common in _COMMON)
