"""The tab "Konto": what is booked, used and available, at any moment, at one glance."""

from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from siegel.accounts.permissions import Permission
from siegel.core import formats
from siegel.core.periods import local_day
from siegel.licensing.kinds import PoolKind
from siegel.licensing.queries.ending import count_ending
from siegel.licensing.queries.status import ledger_began
from siegel.web.access import AccountRequest, account_page
from siegel.web.settings import cards
from siegel.web.settings.curve import curve
from siegel.web.settings.kept import kept_sections
from siegel.web.settings.moments import Moment, moment_of, shown_day
from siegel.web.settings.planned import planned_rows
from siegel.web.settings.tabs import settings_tabs
from siegel.workflows.account_status import AccountStatus, account_status
from siegel.workflows.contract_words import contract_sentence


@require_safe
@account_page(Permission.STATUS_VIEW)
def show_account(request: AccountRequest) -> HttpResponse:
    """Show the section "Preisplan", what is planned, and how it came about."""
    moment = moment_of(request)
    kind = _kind(request)
    if moment.is_now and not moment.error:
        sections = kept_sections(request, moment, kind, lambda: _sections(request, moment, kind))
    else:
        sections = _sections(request, moment, kind)
    context = {"tabs": settings_tabs(request, "account"), "sections": sections}
    return render(request, "settings/account.html", context, status=422 if moment.error else 200)


def _sections(request: AccountRequest, moment: Moment, kind: PoolKind) -> SafeString:
    """Return the page below its tabs, with as few parts as can be that depend on who reads."""
    status = account_status(actor=request.actor, account=request.account, at=moment.at)
    base = f"/a/{request.account.slug}/settings/account/"
    context: dict[str, Any] = {
        "request": request,
        "base": base,
        "status": status,
        "moment": moment,
        "day": shown_day(moment, request),
        "contract": contract_sentence(status.subscription, status.day, past=status.is_past),
        "about": about_moment(status, moment),
        "cards": cards.cards(status, base=base, moment=moment),
        "scarce": list(cards.scarce(request, status, moment)) if not moment.is_past else [],
        "may_book": cards.may_book(request, status),
        "online": cards.online(status),
        "support": settings.SUPPORT_EMAIL,
        "planned": planned_rows(status),
        "kinds": [(one, one.label, _link(moment, one), one is kind) for one in PoolKind],
        "kind": kind,
        "unit": "GB" if kind is PoolKind.STORAGE else "",
        "curve": curve(status, kind, moment),
        "may_plan": request.actor.may(Permission.PORTAL_VIEW, request.account.id),
    }
    return render_to_string("settings/account_sections.html", context)


def _kind(request: AccountRequest) -> PoolKind:
    wanted = request.GET.get("kind", "")
    return PoolKind(wanted) if wanted in PoolKind.values else PoolKind.FULL


def _link(moment: Moment, kind: PoolKind) -> str:
    query = f"at={moment.raw}&" if moment.raw else ""
    return f"?{query}kind={kind}#history"


def about_moment(status: AccountStatus, moment: Moment) -> str:
    """Return what a reader of past or future figures has to know."""
    if moment.at is None:
        return ""
    language = get_language() or "de"
    zone = status.account.zone
    if moment.is_past:
        if status.package is None:
            return _before_the_account(status, language)
        return _("These are the figures of %(moment)s.") % {
            "moment": formats.moment(moment.at, language, zone)
        }
    values = {"day": formats.date_long(local_day(moment.at, zone), language)}
    return f"{_outlook(status, values, language)} {_ends_until(status, moment)}".strip()


def _ends_until(status: AccountStatus, moment: Moment) -> str:
    """Return how many temporary guests will have ended; the figures still count them as used."""
    if moment.at is None:
        return ""
    count = count_ending(status.account.id, after=moment.now, until=moment.at)
    sentence = ngettext(
        "%(count)d temporary guest license ends until then and becomes available.",
        "%(count)d temporary guest licenses end until then and become available.",
        count,
    )
    return sentence % {"count": count} if count else ""


def _outlook(status: AccountStatus, values: dict[str, str], language: str) -> str:
    if status.applied:
        values["planned"] = formats.date_long(status.applied[0].on, language)
        return (
            _(
                "This is the outlook for %(day)s: the change planned for %(planned)s is included, "
                "and everything that is used today is still used."
            )
            % values
        )
    return (
        _(
            "This is the outlook for %(day)s: nothing planned takes effect until then, "
            "and everything that is used today is still used."
        )
        % values
    )


def _before_the_account(status: AccountStatus, language: str) -> str:
    began = ledger_began(status.account.id)
    if began is None:
        return _("Nothing has been booked yet.")
    day = formats.date_long(local_day(began, status.account.zone), language)
    return _("This account began on %(day)s. Nothing was booked before.") % {"day": day}
