"""What has happened to one person in one account, in words, newest first."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from siegel.accounts.actor_names import actor_names, by_whom
from siegel.accounts.permissions import Actor, Role
from siegel.audit.queries import EventFacts, events_about
from siegel.licensing.queries.one_holder import LicenseEvent, license_events
from siegel.web.people.words import license_label


@dataclass(frozen=True)
class Happening:
    """One line of the history."""

    at: datetime
    text: str
    by: str


def history(
    *, actor: Actor, account_id: UUID, profile_id: UUID, person_id: UUID
) -> list[Happening]:
    """Return the ledger's and the audit log's lines about a person."""
    given = license_events(actor=actor, account_id=account_id, profile_id=profile_id)
    events = events_about(account_id, person_id)
    acted = {one.actor_id for one in given} | {one.actor_id for one in events}
    names = actor_names(account_id, acted)
    # Of one moment: a license is given before anything else, and released after all of it.
    lines = [
        _line(event, _ledger_text(event), names, 2 if event.reason == "release" else 0)
        for event in given
    ]
    lines += [_line(event, _event_text(event), names, 1) for event in events if _event_text(event)]
    # Both came newest first, and sorting keeps what is equal as it came.
    lines.sort(key=lambda line: line[:2], reverse=True)
    return [happening for _at, _rank, happening in lines]


def _line(
    event: LicenseEvent | EventFacts, text: str, names: dict[UUID | None, str], rank: int
) -> tuple[datetime, int, Happening]:
    by = by_whom(names[event.actor_id], event.door)
    return event.at, rank, Happening(event.at, text, by)


def _ledger_text(event: LicenseEvent) -> str:
    license_ = license_label(event.kind)
    if event.reason == "release":
        return _("%(license)s released") % {"license": license_}
    return _("%(license)s given") % {"license": license_}


def _role(event: EventFacts) -> str:
    name = event.data.get("role", "")
    return Role(name).label if name in set(Role) else str(name)


# What the ledger tells as well is left out: license.invite and license.release.
_TEXTS: dict[str, Callable[[EventFacts], str]] = {
    "license.invite": lambda _event: "",
    "license.release": lambda _event: "",
    "license.invite-again": lambda _event: _("New registration link"),
    "license.mail-again": lambda _event: _("Registration link mailed again"),
    "license.link-locked": lambda _event: _("Registration link locked: wrong pass codes"),
    "license.accept": lambda _event: _("Registered, license accepted"),
    "license.suspend": lambda _event: _("Suspended"),
    "license.activate": lambda _event: _("Activated"),
    "role.grant": lambda event: _("Role given: %(role)s") % {"role": _role(event)},
    "role.withdraw": lambda event: _("Role withdrawn: %(role)s") % {"role": _role(event)},
    "profile.change": lambda _event: _("Details changed"),
    "login.lock": lambda _event: _("Login locked after too many wrong entries"),
    "login.unlock": lambda _event: _("Login unlocked by mail"),
    "factor.add-app": lambda _event: _("Second factor set up: authenticator app"),
    "factor.add-passkey": lambda _event: _("Second factor set up: passkey"),
    "factor.remove": lambda _event: _("Second factor removed"),
    "factor.codes": lambda _event: _("New recovery codes made"),
    "token.create": lambda _event: _("API token created"),
    "token.revoke": lambda _event: _("API token revoked"),
}


def _event_text(event: EventFacts) -> str:
    text = _TEXTS.get(event.verb)
    return text(event) if text else event.verb
