"""An event as one sentence in the reader's language, what it says below it, and through what."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import get_language, gettext_lazy, pgettext, pgettext_lazy

from siegel.accounts.permissions import Role
from siegel.accounts.protection import SecondFactor
from siegel.audit.queries import EventFacts
from siegel.billing.items import Item, Term
from siegel.core import formats
from siegel.licensing.kinds import PoolKind, Visibility
from siegel.workflows.event_verbs import VERBS
from siegel.workflows.import_people import KIND_LABELS

_NOTHING = "–"
#: Doors that are one to the reader. What the demo does stands for what people do on the pages.
CHANNELS = {
    "web": ("web", "demo"),
    "api": ("api",),
    "command": ("command",),
    "system": ("system",),
}
_CHANNEL_LABELS = {
    "web": pgettext_lazy("channel", "Web pages"),
    "api": pgettext_lazy("channel", "Programs (API)"),
    "command": pgettext_lazy("channel", "Command line"),
    "system": pgettext_lazy("channel", "automatic"),
}
#: What is counted or changed, by its name in an event.
_FIELDS = {
    "first_name": gettext_lazy("First name"),
    "last_name": gettext_lazy("Last name"),
    "organisation": gettext_lazy("Organization"),
    "department": gettext_lazy("Department"),
    "phone": gettext_lazy("Phone"),
    "description": pgettext_lazy("event", "Description"),
    "package": gettext_lazy("Package"),
    "ends_at": gettext_lazy("Valid until"),
    "idle_days": pgettext_lazy("event", "Days without sign-in"),
    "creates_boxes": pgettext_lazy("event", "Create boxes"),
    "creates_temporary_boxes": pgettext_lazy("event", "Create temporary boxes"),
    "creates_data_rooms": pgettext_lazy("event", "Create data rooms"),
    "invites_guests": pgettext_lazy("event", "Invite guests"),
    "sees": pgettext_lazy("event", "Finds"),
    "notifications": pgettext_lazy("event", "Notifications by e-mail"),
    "second_factor": pgettext_lazy("event", "Second factor"),
    "password_min_length": pgettext_lazy("event", "Shortest password"),
    "password_mixed": pgettext_lazy("event", "Passwords of mixed signs"),
    "session_idle_minutes": pgettext_lazy("event", "Sign-out when idle (minutes)"),
    "lockout_attempts": pgettext_lazy("event", "Wrong attempts until locked"),
    "lockout_minutes": pgettext_lazy("event", "Locked for (minutes)"),
    "self_unlock": pgettext_lazy("event", "Unlocking oneself by e-mail"),
    "server_invitations": pgettext_lazy("event", "Invitations mailed by the server"),
    "pass_code_required": pgettext_lazy("event", "Pass code for registration links"),
    "subject": pgettext_lazy("event", "Subject"),
    "body": pgettext_lazy("event", "Text"),
    "term": gettext_lazy("Term"),
    "started_on": pgettext_lazy("event", "First day"),
    "prices": pgettext_lazy("event", "Price list"),
    "full": gettext_lazy("Full licenses"),
    "guest": gettext_lazy("Guest licenses"),
    "held": pgettext_lazy("event", "Had a license already"),
    "left_out": pgettext_lazy("event", "Left out"),
    "mailed": pgettext_lazy("event", "Links mailed"),
    "expires_at": gettext_lazy("Valid until"),
    "tokens": pgettext_lazy("event", "API tokens that ended"),
    "boxes": gettext_lazy("Boxes"),
    "still_used": pgettext_lazy("event", "Stays booked because it is used"),
    "binned": pgettext_lazy("event", "Boxes that went into the bin"),
    "back": pgettext_lazy("event", "Boxes that came back from the successor"),
    "places": pgettext_lazy("event", "Places in boxes of others"),
    "guests": gettext_lazy("Guests"),
    "roles": gettext_lazy("Roles"),
    "joined": gettext_lazy("Joined groups"),
    "left": gettext_lazy("Left groups"),
    "members": gettext_lazy("Users"),
} | {str(item): item.label for item in Item}


def channel_of(door: str) -> str:
    """Return which channel a door belongs to; a new door is automatic until it has a name."""
    return next((name for name, doors in CHANNELS.items() if door in doors), "system")


def channel_label(channel: str) -> str:
    """Return a channel's name in the reader's language."""
    return str(_CHANNEL_LABELS[channel])


def actor_noun(name: str, door: str) -> str:
    """Return who did it, as the first words of a sentence."""
    if name:
        return name
    return pgettext("event", "The operator") if door == "command" else "Siegel"


def sentence(
    event: EventFacts,
    actor: str,
    subject: str,
    *,
    zone: ZoneInfo,
    write: Callable[[Any], str] = str,
) -> str:
    """Return what happened in one sentence; ``write`` puts each value into it, to escape it."""
    verb = VERBS.get(event.verb)
    if verb is None:
        return f"{write(actor)}: {write(event.verb)}"
    own = verb.own if event.actor_id and event.actor_id == event.subject_id else None
    words = {name: _value(name, value, zone) for name, value in event.data.items()}
    words |= {"license": _license(event.data), "actor": actor, "subject": subject or _NOTHING}
    return str(own or verb.sentence) % _Words({name: write(one) for name, one in words.items()})


class _Words(dict[str, str]):
    """Words for a sentence; an event of an earlier version may lack one."""

    def __missing__(self, name: str) -> str:
        return _NOTHING


def details(event: EventFacts, zone: ZoneInfo) -> list[str]:
    """Return what is worth a line of its own: old and new values, figures."""
    return [*_changes(event.data, zone), *_facts(event, zone)]


def _changes(data: Mapping[str, Any], zone: ZoneInfo) -> Iterator[str]:
    found = {name: value for name, value in data.items() if name in _FIELDS}
    for name, value in {**found, **data.get("changes", {})}.items():
        if not isinstance(value, list) or len(value) != 2:
            continue
        old, new = (_value(name, one, zone) for one in value)
        if old == new:
            continue
        yield f"{_field(name)}: {old} → {new}"


#: Figures and settings of an event that are told one a line.
_TOLD = {
    "people.import": ("full", "guest", "held", "left_out", "mailed"),
    "subscription.open": ("term", "started_on", "prices"),
    "token.create": ("expires_at",),
    "license.release": ("tokens",),
    "license.reassign": ("boxes",),
    "license.remove": ("boxes", "binned", "places", "guests", "roles", "tokens"),
    "license.restore": ("boxes", "back", "guests", "roles"),
    "license.erase": ("boxes",),
    "license.groups": ("joined", "left"),
    "group.delete": ("members",),
    "booking.apply-plan": ("still_used",),
}


def _facts(event: EventFacts, zone: ZoneInfo) -> Iterator[str]:
    data = event.data
    for name in _TOLD.get(event.verb, ()):
        if data.get(name):
            yield f"{_field(name)}: {_value(name, data[name], zone)}"
    if data.get("fields"):
        yield ", ".join(map(_field, data["fields"]))
    if data.get("mail"):
        yield pgettext("event", "Link sent by e-mail")
    if data.get("pass_code"):
        yield pgettext("event", "with a pass code")


def _field(name: str) -> str:
    return str(_FIELDS.get(name, name))


def _license(data: Mapping[str, Any]) -> str:
    kind = data.get("kind", "")
    return str(KIND_LABELS[PoolKind(kind)]) if kind in {"full", "guest"} else _NOTHING


def _value(name: str, value: Any, zone: ZoneInfo) -> str:
    """Return a value as a reader expects it."""
    if isinstance(value, list):
        return ", ".join(_value(name, one, zone) for one in value)
    if isinstance(value, bool):
        return pgettext("event", "yes") if value else pgettext("event", "no")
    if isinstance(value, int):
        return formats.number(value, get_language() or "de")
    return _text(name, str(value), zone) if value else _NOTHING


def _text(name: str, value: str, zone: ZoneInfo) -> str:
    language = get_language() or "de"
    if name in _DAYS:
        return formats.date_short(_local(value, zone), language)
    if name in _MOMENTS:
        return formats.moment(datetime.fromisoformat(value), language, zone)
    if (name, value) in _NAMES:
        return str(_NAMES[name, value])
    if name in _LABELED and value in {str(one) for one in _LABELED[name]}:
        return str(_LABELED[name](value).label)
    return value


_NAMES = {
    ("language", "de"): pgettext_lazy("event", "German"),
    ("language", "en"): pgettext_lazy("event", "English"),
}
_LABELED: dict[str, Any] = {
    "role": Role,
    "roles": Role,
    "sees": Visibility,
    "second_factor": SecondFactor,
    "term": Term,
    "still_used": Item,
}
_DAYS = {"day", "started_on"}
_MOMENTS = {"ends_at", "expires_at"}


def _local(text: str, zone: ZoneInfo) -> date:
    """Return the day that a stored day or moment falls on."""
    if len(text) <= len("2026-01-31"):
        return date.fromisoformat(text)
    return datetime.fromisoformat(text).astimezone(zone).date()
