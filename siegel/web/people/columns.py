"""The columns of the user list: what each is called, shows, sorts by, and is in a file."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from siegel.accounts.actor_names import by_whom
from siegel.accounts.permissions import Role
from siegel.core import formats
from siegel.licensing.kinds import PoolKind
from siegel.web.exports import Cell as FileCell
from siegel.web.people.words import StateBadge, ends_text, license_label, rights_words, state_badge
from siegel.workflows.people_overview import Person

Words = str | Promise


@dataclass(frozen=True)
class Cell:
    """What one line shows in one column."""

    text: str = ""
    small: str = ""  #: a second line
    at: datetime | None = None  #: shown as a date
    badge: StateBadge | None = None
    chips: tuple[tuple[str, str], ...] = ()  #: groups: id and name
    #: Left out on a phone, where it says nothing: no figure, no date.
    empty: bool = False


@dataclass(frozen=True)
class Column:
    """One column. ``file`` are the columns that it becomes in a file, each with its value."""

    key: str
    label: Words
    cell: Callable[[Person], Cell]
    file: tuple[tuple[Words, Callable[[Person], FileCell]], ...]
    sort: str = ""
    needs: tuple[str, ...] = ()
    number: bool = False
    #: What stands before the value on a phone; empty where the value says it.
    label_on_phone: bool = True


def _role_names(person: Person) -> str:
    return ", ".join(role.label for role in person.row.roles)


def _breakable(role: Role) -> str:
    # The longest role gets a place where it may be broken: tables are narrow.
    return role.label.replace("sadministrator", "s\N{SOFT HYPHEN}administrator")


def _number(count: int) -> str:
    return formats.number(count, get_language() or "de")


def _size(size: int) -> str:
    return formats.gigabytes(size, get_language() or "de") if size else ""


def _text(value: str) -> Cell:
    return Cell(value, empty=not value)


def _day(at: datetime | None, otherwise: str = "") -> Cell:
    return Cell(otherwise, at=at, empty=at is None and not otherwise)


def _count(count: int) -> Cell:
    return Cell(_number(count) if count else "–", empty=not count)


def _bytes(size: int) -> Cell:
    return Cell(_size(size) or "–", empty=not size)


def _kind(person: Person) -> Cell:
    roles = ", ".join(_breakable(role) for role in person.row.roles)
    return Cell(license_label(person.row.kind), small=roles)


def _usage(person: Person) -> Cell:
    """Return all that a person uses in two short lines: storage first, then what else."""
    row, shared = person.row, person.shared
    boxes = row.boxes - row.data_rooms
    counted = (
        (boxes, ngettext("%(count)s box", "%(count)s boxes", boxes)),
        (row.data_rooms, ngettext("%(count)s data room", "%(count)s data rooms", row.data_rooms)),
        (person.invited, ngettext("%(count)s guest", "%(count)s guests", person.invited)),
    )
    words = [text % {"count": _number(count)} for count, text in counted if count]
    if shared.bytes:
        words.append(_("%(size)s of others") % {"size": _size(shared.bytes)})
    if row.owned_bytes:
        return Cell(_size(row.owned_bytes), small=", ".join(words))
    # Without storage of their own the rest is what there is to tell.
    return Cell(", ".join(words) or "–", empty=not words)


def _active(person: Person) -> Cell:
    return _day(person.row.last_active_at, _("never"))


def _creator(person: Person) -> str:
    return by_whom(person.row.assigned_by, "")


def _rights(person: Person) -> str:
    return ", ".join(rights_words(person.row)) if person.row.kind == PoolKind.FULL else ""


def _notifications(person: Person) -> str:
    return _("on") if person.row.notifications else _("off")


_INVITED = (gettext_lazy("Guests brought in"), lambda one: one.invited)
_ROOMS = (gettext_lazy("Data rooms"), lambda one: one.row.data_rooms)
_OWNED = (gettext_lazy("In own boxes (bytes)"), lambda one: one.row.owned_bytes)
_SHARED = (gettext_lazy("In others’ boxes (bytes)"), lambda one: one.shared.bytes)
_BOXES = (gettext_lazy("Boxes"), lambda one: one.row.boxes)
_EMAIL = (gettext_lazy("E-mail"), lambda one: one.row.email)


def _simple(
    key: str,
    label: Words,
    cell: Callable[[Person], Cell],
    value: Callable[[Person], FileCell],
    **options: Any,
) -> Column:
    return Column(key, label, cell, ((label, value),), **options)


#: Every column in the order of the table. The first one is always there.
COLUMNS: tuple[Column, ...] = (
    Column(
        "name",
        gettext_lazy("Name"),
        lambda one: Cell(one.row.name),
        ((gettext_lazy("Name"), lambda one: one.row.name), _EMAIL),
        sort="name",
    ),
    Column(
        "usage",
        gettext_lazy("Usage"),
        _usage,
        (_OWNED, _SHARED, _BOXES, _ROOMS, _INVITED),
        sort="owned",
        needs=("invited", "shared"),
    ),
    Column(
        "email",
        _EMAIL[0],
        lambda one: _text(one.row.email),
        (_EMAIL,),
        sort="email",
        label_on_phone=False,
    ),
    _simple(
        "organisation",
        gettext_lazy("Organization"),
        lambda one: _text(one.row.organisation),
        lambda one: one.row.organisation,
        sort="organisation",
        label_on_phone=False,
    ),
    Column(
        "kind",
        gettext_lazy("License kind, role"),
        _kind,
        (
            (gettext_lazy("License kind"), lambda one: license_label(one.row.kind)),
            (gettext_lazy("Roles"), _role_names),
        ),
        sort="kind",
        label_on_phone=False,
    ),
    _simple(
        "status",
        gettext_lazy("Status"),
        lambda one: Cell(badge=state_badge(one.row.state)),
        lambda one: str(one.row.state.label),
        sort="status",
        label_on_phone=False,
    ),
    _simple(
        "since",
        gettext_lazy("Since"),
        lambda one: _day(one.row.assigned_at),
        lambda one: one.row.assigned_at,
        sort="since",
    ),
    _simple(
        "creator",
        gettext_lazy("Given by"),
        lambda one: _text(_creator(one)),
        _creator,
    ),
    _simple(
        "created",
        gettext_lazy("Created"),
        lambda one: _day(one.row.created_at),
        lambda one: one.row.created_at,
    ),
    _simple(
        "registered",
        gettext_lazy("Registered"),
        lambda one: _day(one.registered_at),
        lambda one: one.registered_at,
        needs=("registered",),
    ),
    _simple(
        "last_active",
        gettext_lazy("Last sign-in"),
        _active,
        lambda one: one.row.last_active_at,
        sort="last_active",
    ),
    _simple(
        "ends",
        gettext_lazy("Ends"),
        lambda one: _text(ends_text(one.row)),
        lambda one: ends_text(one.row),
        sort="ends",
    ),
    _simple(
        "groups",
        gettext_lazy("Groups"),
        lambda one: Cell(
            chips=tuple((str(id_), name) for id_, name in one.groups), empty=not one.groups
        ),
        lambda one: ", ".join(name for _id, name in one.groups),
        needs=("groups",),
    ),
    _simple("rights", gettext_lazy("Rights"), lambda one: _text(_rights(one)), _rights),
    _simple(
        "notifications",
        gettext_lazy("Notifications"),
        lambda one: Cell(_notifications(one)),
        _notifications,
    ),
    Column(
        "invited",
        gettext_lazy("Invited"),
        lambda one: _count(one.invited),
        (_INVITED,),
        needs=("invited",),
        number=True,
    ),
    Column(
        "boxes",
        _BOXES[0],
        lambda one: _count(one.row.boxes),
        (_BOXES,),
        sort="boxes",
        number=True,
    ),
    Column(
        "data_rooms",
        _ROOMS[0],
        lambda one: _count(one.row.data_rooms),
        (_ROOMS,),
        sort="data_rooms",
        number=True,
    ),
    Column(
        "owned",
        gettext_lazy("Storage: own boxes"),
        lambda one: _bytes(one.row.owned_bytes),
        (_OWNED,),
        sort="owned",
        number=True,
    ),
    Column(
        "shared",
        gettext_lazy("Storage: others’ boxes"),
        lambda one: _bytes(one.shared.bytes),
        (_SHARED,),
        needs=("shared",),
        number=True,
    ),
)
BY_KEY = {column.key: column for column in COLUMNS}
USUAL = ("name", "usage", "organisation", "kind", "status", "last_active")


def columns_of(keys: Sequence[str]) -> tuple[Column, ...]:
    """Return the columns with these keys in the order of the table; the usual ones for none."""
    wanted = {"name", *keys} if set(keys) & set(BY_KEY) else set(USUAL)
    return tuple(column for column in COLUMNS if column.key in wanted)


def extras_of(columns: Sequence[Column]) -> frozenset[str]:
    """Return what these columns need beside the rows themselves."""
    return frozenset(need for column in columns for need in column.needs)


def file_columns(
    columns: Sequence[Column],
) -> tuple[tuple[str, ...], tuple[Callable[[Person], FileCell], ...]]:
    """Return headings and values of a file with these columns; none comes twice."""
    found: dict[str, Callable[[Person], FileCell]] = {}
    for column in columns:
        for label, value in column.file:
            found.setdefault(str(label), value)
    return tuple(found), tuple(found.values())
