"""How an account protects the access to it, and what holds for a person in several accounts."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from django.utils.translation import gettext_lazy

#: However busy somebody is: after this long they sign in again.
SESSION_LONGEST = timedelta(hours=10)


class SecondFactor(StrEnum):
    """Whether a second factor can or has to be used."""

    OFF = "off"
    OFFERED = "offered"
    ENFORCED = "enforced"

    @property
    def label(self) -> str:
        """The word for it in the reader's language."""
        return str(_LABELS[self])


_LABELS = {
    SecondFactor.OFF: gettext_lazy("switched off"),
    SecondFactor.OFFERED: gettext_lazy("offered"),
    SecondFactor.ENFORCED: gettext_lazy("enforced"),
}

#: Smallest and largest value of each number; the database insists on them, too.
BOUNDS = {
    "password_min_length": (8, 64),
    "session_idle_minutes": (10, 480),
    "lockout_attempts": (3, 20),
    "lockout_minutes": (1, 1_440),
}


@dataclass(frozen=True)
class ProtectionFacts:
    """The rules of one account; as it stands here, those of an account that chose none."""

    second_factor: SecondFactor = SecondFactor.OFFERED
    password_min_length: int = 12
    password_mixed: bool = False
    session_idle_minutes: int = 20
    lockout_attempts: int = 10
    lockout_minutes: int = 15
    self_unlock: bool = True
    server_invitations: bool = True
    pass_code_required: bool = False
    #: Counts the changes: whoever changes says which state they have seen.
    version: int = 0


def strictest(rules: Iterable[ProtectionFacts]) -> ProtectionFacts:
    """Return what holds for a person in all these accounts: of each rule the strictest.

    What concerns invitations holds for an account, never for a person, and stays as by default.
    """
    found = list(rules)
    if not found:
        return ProtectionFacts()
    order = list(SecondFactor)
    return ProtectionFacts(
        second_factor=max((one.second_factor for one in found), key=order.index),
        password_min_length=max(one.password_min_length for one in found),
        password_mixed=any(one.password_mixed for one in found),
        session_idle_minutes=min(one.session_idle_minutes for one in found),
        lockout_attempts=min(one.lockout_attempts for one in found),
        lockout_minutes=max(one.lockout_minutes for one in found),
        self_unlock=all(one.self_unlock for one in found),
    )
