"""The admin log: who did what about whom, filtered, page by page, and as a file."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from siegel.accounts.known_people import KnownPerson
from siegel.accounts.permissions import Permission
from siegel.core.periods import local_day
from siegel.core.refusal import BadInput, NotFound
from siegel.web.access import AccountRequest, account_page
from siegel.web.exports import Row, export_response
from siegel.web.log_rows import log_rows
from siegel.web.settings.moments import Period, period_of, typed_day
from siegel.web.settings.tabs import settings_tabs
from siegel.workflows.admin_log import (
    SUGGESTIONS,
    LogFilter,
    LogLine,
    log_lines,
    log_page,
    person_of_log,
    suggest_people,
)
from siegel.workflows.event_verbs import EventType
from siegel.workflows.event_words import (
    CHANNELS,
    actor_noun,
    channel_label,
    channel_of,
    details,
    sentence,
)

#: What is typed to find a person, and the parameter of the one who was chosen.
_PEOPLE = {"who": "actor", "whom": "subject"}
_KEPT = ("actor", "subject", "type", "channel", "since", "until")


@dataclass(frozen=True)
class PersonField:
    """A filter by person: the chosen one, or what was typed and whom it may mean."""

    name: str  #: of the field to type in
    label: str
    chosen: KnownPerson | None
    value: str  #: the chosen one's id, for the address
    without: str  #: address of the list without this filter
    typed: str = ""
    found: tuple[tuple[KnownPerson, str], ...] = ()  #: with the address that chooses them
    more: bool = False  #: there are more than are shown


@dataclass(frozen=True)
class Asked:
    """The filter as it was asked for."""

    which: LogFilter
    period: Period
    people: tuple[PersonField, ...]

    @property
    def undecided(self) -> list[PersonField]:
        """People who were typed, and have to be chosen first."""
        return [field for field in self.people if field.typed and not field.chosen]


@require_safe
@account_page(Permission.ADMIN_LOG_VIEW)
def show_log(request: AccountRequest) -> HttpResponse:
    """Show the log, newest first."""
    asked = _asked_for(request)
    for field in asked.undecided:
        if len(field.found) == 1:
            return redirect(field.found[0][1])
    base = f"/a/{request.account.slug}/settings/log/"
    query = _query(request)
    context: dict[str, Any] = {
        "tabs": settings_tabs(request, "log"),
        "base": base,
        "asked": asked,
        "narrows": bool(query) or bool(asked.undecided),
        "example": typed_day(date(timezone.localdate().year, 1, 31)),
        "types": [(one, one.label) for one in EventType],
        "channels": [(one, channel_label(one)) for one in CHANNELS],
        "export": f"{base}export/?{query}&format=" if query else f"{base}export/?format=",
    }
    if not asked.undecided and not asked.period.error:
        page = log_page(
            actor=request.actor,
            account_id=request.account.id,
            which=asked.which,
            cursor=request.GET.get("page", ""),
        )
        more = f"?{query}&page=" if query else "?page="
        context |= {
            "rows": log_rows(request, page.lines, links=True),
            "newer_url": more + page.newer if page.newer else "",
            "older_url": more + page.older if page.older else "",
        }
    status = 422 if asked.period.error else 200
    return render(request, "settings/log.html", context, status=status)


@require_safe
@account_page(Permission.ADMIN_LOG_VIEW)
def suggest(request: AccountRequest) -> HttpResponse:
    """Return the people whom the typed text may mean, as choices of the field.

    ``email`` is the field of other pages that ask for somebody of the account.
    """
    names = (*_PEOPLE, "email")
    text = next((request.GET[name] for name in names if request.GET.get(name)), "")
    found = suggest_people(actor=request.actor, account_id=request.account.id, text=text)
    return render(request, "settings/log_people.html", {"people": found[:SUGGESTIONS]})


@require_safe
@account_page(Permission.ADMIN_LOG_VIEW)
def export_log(request: AccountRequest) -> HttpResponseBase:
    """Send the filtered log as a file."""
    asked = _asked_for(request)
    if asked.period.error:
        raise BadInput(asked.period.error)
    if asked.undecided:
        raise BadInput(_("Please choose one of the people first."))
    lines = log_lines(actor=request.actor, account_id=request.account.id, which=asked.which)
    title = _("admin-log")  # Translators: name of a file
    return export_response(
        request.GET.get("format", "csv"),
        name=f"{request.account.slug}-{title}",
        day=local_day(timezone.now(), request.account.zone),
        sheet=_("Admin log"),
        heading=(
            _("Time"),
            _("Type"),
            _("What happened"),
            _("Details"),
            _("By"),
            _("Affected person"),
            _("Affected person’s e-mail"),
            pgettext("channel", "Through"),
        ),
        rows=_export_rows(request, lines),
        zone=request.account.zone,
    )


def _export_rows(request: AccountRequest, lines: Iterator[LogLine]) -> Iterator[Row]:
    zone = request.account.zone
    for line in lines:
        event, subject = line.event, line.subject
        by = actor_noun(line.actor, event.door)
        yield (
            event.at,
            line.type.label if line.type else "",
            sentence(event, by, subject.name if subject else "", zone=zone),
            "; ".join(details(event, zone)),
            by,
            subject.name if subject else "",
            subject.email if subject else "",
            channel_label(channel_of(event.door)),
        )


def _asked_for(request: AccountRequest) -> Asked:
    """Return the filter; a type or channel that is none narrows nothing.

    :raises NotFound: a chosen person is not of this account.
    """
    type_, channel = (request.GET.get(name, "") for name in ("type", "channel"))
    period = period_of(request)
    actor, subject = (_person_field(request, name) for name in _PEOPLE)
    which = LogFilter(
        actor=actor.chosen,
        subject=subject.chosen,
        type=EventType(type_) if type_ in set(EventType) else None,
        channel=channel if channel in CHANNELS else "",
        since=period.since,
        until=period.until,
    )
    return Asked(which, period, (actor, subject))


def _person_field(request: AccountRequest, name: str) -> PersonField:
    parameter = _PEOPLE[name]
    label = _("Who did it") if name == "who" else _("Affected person")
    value, typed = (request.GET.get(one, "").strip()[:200] for one in (parameter, name))
    chosen = _chosen(request, value) if value else None
    without = _address(request, **{parameter: ""})
    field = PersonField(name, label, chosen, value, without, typed)
    if chosen or not typed:
        return field
    found = suggest_people(actor=request.actor, account_id=request.account.id, text=typed)
    choices = ((one, _address(request, **{parameter: str(one.profile_id)})) for one in found)
    more = len(found) > SUGGESTIONS
    return replace(field, found=tuple(choices)[:SUGGESTIONS], more=more)


def _chosen(request: AccountRequest, value: str) -> KnownPerson:
    try:
        profile_id = UUID(value)
    except ValueError:
        raise NotFound(_("This does not exist, or it belongs to another account.")) from None
    return person_of_log(actor=request.actor, account_id=request.account.id, profile_id=profile_id)


def _query(request: AccountRequest, **changes: str) -> str:
    """Return the filters as part of an address, some of them changed, without what is empty."""
    query = request.GET.copy()
    for name in list(query):
        if name not in _KEPT:
            del query[name]
    for name, value in changes.items():
        query[name] = value
    for name in [name for name, value in query.items() if not value]:
        del query[name]
    return query.urlencode()


def _address(request: AccountRequest, **changes: str) -> str:
    """Return the log's address with other people; what is typed in the other field stays."""
    chosen = next(iter(changes))
    typed = {
        name: request.GET.get(name, "")
        for name, parameter in _PEOPLE.items()
        if parameter != chosen and not request.GET.get(parameter)
    }
    query = _query(request, **changes, **typed)
    base = f"/a/{request.account.slug}/settings/log/"
    return f"{base}?{query}" if query else base
