"""Lines of the log as table rows: the admin log and a person's history show the same."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString

from siegel.accounts.permissions import Permission
from siegel.web.access import AccountRequest
from siegel.workflows.admin_log import LogLine
from siegel.workflows.event_words import (
    actor_noun,
    channel_label,
    channel_of,
    details,
    sentence,
)


@dataclass(frozen=True)
class LogRow:
    """One event as a table row."""

    at: datetime
    text: SafeString  #: the sentence; the affected person's name leads to their page
    details: list[str]
    type: str
    channel: str


def log_rows(request: AccountRequest, lines: Sequence[LogLine], *, links: bool) -> list[LogRow]:
    """Return the lines as rows; ``links`` leads to people, for readers who may see them."""
    sees = links and Permission.PEOPLE_VIEW in request.actor.permissions
    people = f"/a/{request.account.slug}/people/" if sees else ""
    return [
        LogRow(
            at=line.event.at,
            text=_text(request, line, people),
            details=details(line.event, request.account.zone),
            type=line.type.label if line.type else "",
            channel=channel_label(channel_of(line.event.door)),
        )
        for line in lines
    ]


def _text(request: AccountRequest, line: LogLine, people: str) -> SafeString:
    subject = line.subject.name if line.subject else ""
    if people and line.license_id:
        subject = format_html('<a href="{}{}/">{}</a>', people, line.license_id, subject)
    text = sentence(
        line.event,
        actor_noun(line.actor, line.event.door),
        subject,
        zone=request.account.zone,
        write=conditional_escape,
    )
    return SafeString(text)  # the translation is ours, and each value in it was escaped
