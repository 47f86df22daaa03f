"""The license ledger: every change of every pool, with running balance, who and why; exports."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from urllib.parse import urlencode

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from siegel.accounts.actor_names import by_whom
from siegel.accounts.permissions import Permission
from siegel.core.formats import GIGABYTE
from siegel.core.periods import local_day
from siegel.core.refusal import BadInput
from siegel.licensing.kinds import PoolKind
from siegel.licensing.queries.ledger import (
    LedgerFilter,
    LedgerLine,
    count_entries,
    ledger_lines,
    ledger_page,
)
from siegel.web.access import AccountRequest, account_page
from siegel.web.exports import export_response
from siegel.web.settings.ledger_words import channel_text, door_text, reason_text
from siegel.web.settings.moments import period_of, typed_day
from siegel.web.settings.tabs import settings_tabs
from siegel.workflows.booking_words import amount_text


@dataclass(frozen=True)
class LedgerRow:
    """One entry as a table row."""

    line: LedgerLine
    reason: str
    change: str
    booked: str
    used: str
    available: str
    by: str
    door: str
    person_url: str  #: where the holder is, for readers who may see people


@dataclass(frozen=True)
class Asked:
    """The filter as it was typed, what it means, and what cannot be read."""

    which: LedgerFilter
    kind: str
    since: str
    until: str
    error: str = ""

    @property
    def query(self) -> str:
        """The filter as part of an address."""
        values = {"kind": self.kind, "since": self.since, "until": self.until}
        return urlencode({name: value for name, value in values.items() if value})


@require_safe
@account_page(Permission.LEDGER_VIEW)
def show_ledger(request: AccountRequest) -> HttpResponse:
    """Show the ledger, newest first, by kind and time."""
    asked = asked_for(request)
    page = ledger_page(
        actor=request.actor,
        account_id=request.account.id,
        which=asked.which,
        cursor=request.GET.get("page", ""),
    )
    base = f"/a/{request.account.slug}/settings/account/"
    sees = request.actor.may(Permission.PEOPLE_VIEW, request.account.id)
    people = f"/a/{request.account.slug}/people/" if sees else ""
    query = f"{asked.query}&" if asked.query else ""
    context = {
        "tabs": settings_tabs(request, "account"),
        "base": base,
        # Auditors see this page without the one above it.
        "above": base if Permission.STATUS_VIEW in request.actor.permissions else "",
        "asked": asked,
        "example": typed_day(date(timezone.localdate().year, 1, 31)),
        "kinds": PoolKind.choices,
        "rows": [_row(line, people) for line in page.lines],
        "total": count_entries(
            actor=request.actor, account_id=request.account.id, which=asked.which
        ),
        "newer_url": f"?{query}page={page.newer}" if page.newer else "",
        "older_url": f"?{query}page={page.older}" if page.older else "",
        "export_query": query,
    }
    return render(request, "settings/ledger.html", context, status=422 if asked.error else 200)


def asked_for(request: AccountRequest) -> Asked:
    """Return the filter; what cannot be read is left out, with a sentence."""
    kind = request.GET.get("kind", "")
    kind = kind if kind in PoolKind.values else ""
    period = period_of(request)
    which = LedgerFilter(PoolKind(kind) if kind else None, period.since, period.until)
    return Asked(which, kind, period.since_text, period.until_text, period.error)


def _row(line: LedgerLine, people: str) -> LedgerRow:
    return LedgerRow(
        line=line,
        reason=reason_text(line),
        change=_change(line),
        booked=amount_text(line.kind, line.booked),
        used=amount_text(line.kind, line.used),
        available=amount_text(line.kind, line.available),
        by=by_whom(line.actor, line.door),
        door=door_text(line.door),
        person_url=f"{people}{line.license_id}/" if people and line.license_id else "",
    )


def _change(line: LedgerLine) -> str:
    change = line.booked_change or line.used_change
    text = ("+" if change > 0 else "−") + amount_text(line.kind, abs(change))
    what = _("booked") if line.booked_change else _("used")
    return f"{text} {what}"


@require_safe
@account_page(Permission.LEDGER_VIEW)
def export_ledger(request: AccountRequest) -> HttpResponseBase:
    """Send the filtered ledger as a file."""
    asked = asked_for(request)
    if asked.error:
        raise BadInput(asked.error)
    lines = ledger_lines(actor=request.actor, account_id=request.account.id, which=asked.which)
    heading = (
        _("Time"),
        _("License kind"),
        pgettext("ledger", "Number"),
        _("What happened"),
        _("Unit"),
        _("Change booked"),
        _("Change used"),
        pgettext("column", "booked"),
        pgettext("column", "used"),
        pgettext("column", "available"),
        _("Holder"),
        _("Holder's e-mail"),
        _("By"),
        _("Channel"),
    )
    rows = (
        (
            line.at,
            str(line.kind.label),
            line.seq,
            reason_text(line),
            "GB" if line.kind is PoolKind.STORAGE else _("Licenses"),
            *(_in_unit(line.kind, value) for value in _figures(line)),
            line.holder,
            line.holder_email,
            by_whom(line.actor, line.door),
            channel_text(line.door),
        )
        for line in lines
    )
    title = _("license-ledger")  # Translators: name of a file
    return export_response(
        request.GET.get("format", "csv"),
        name=f"{request.account.slug}-{title}",
        day=local_day(timezone.now(), request.account.zone),
        sheet=_("License ledger"),
        heading=heading,
        rows=rows,
        zone=request.account.zone,
    )


def _figures(line: LedgerLine) -> tuple[int, ...]:
    return line.booked_change, line.used_change, line.booked, line.used, line.available


def _in_unit(kind: PoolKind, value: int) -> int | Decimal:
    """Return licenses as they are, and bytes exactly in GB, so that one can add them up."""
    return Decimal(value) / GIGABYTE if kind is PoolKind.STORAGE else value
