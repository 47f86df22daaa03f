"""The rows behind one kind's figures: available = booked - used, and what each consists of."""

from dataclasses import dataclass

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from siegel.accounts.actor_names import by_whom
from siegel.accounts.permissions import Permission
from siegel.licensing.kinds import PERSONAL, PoolKind
from siegel.licensing.queries.origins import (
    MOST_ROOMS,
    BookedChange,
    Part,
    booked_changes,
    booked_parts,
    room_licenses,
)
from siegel.web.access import AccountRequest, account_page
from siegel.web.settings.cards import used_url
from siegel.web.settings.moments import moment_of, shown_day
from siegel.web.settings.planned import planned_rows
from siegel.web.settings.tabs import settings_tabs
from siegel.web.settings.views_account import about_moment
from siegel.workflows.account_status import account_status
from siegel.workflows.booking_words import amount_text


@dataclass(frozen=True)
class PartRow:
    """One summand of the booked figure in words."""

    text: str
    total: str
    explains: bool  #: whether it says more than the total: "40 Volllizenzen × 5"


@dataclass(frozen=True)
class ChangeRow:
    """One booking as a table row."""

    booking: BookedChange
    change: str
    booked: str
    by: str


@require_safe
@account_page(Permission.STATUS_VIEW)
def show_figures(request: AccountRequest, kind: str) -> HttpResponse:
    """Show what is behind booked, used and available of one kind, at any moment."""
    if kind not in PoolKind.values:
        raise Http404
    pool_kind, moment = PoolKind(kind), moment_of(request)
    account_id, actor = request.account.id, request.actor
    status = account_status(actor=actor, account=request.account, at=moment.at)
    pool = status.licenses.of(pool_kind)
    past = moment.at if moment.is_past else None
    rooms = []
    if pool_kind is PoolKind.DATA_ROOM:
        rooms = room_licenses(actor=actor, account_id=account_id, at=past)
    package = status.package
    base = f"/a/{request.account.slug}/settings/account/"
    context = {
        "tabs": settings_tabs(request, "account"),
        "base": base,
        "back_to": f"{base}{moment.suffix}#preisplan",
        "moment": moment,
        "day": shown_day(moment, request),
        "about": about_moment(status, moment),
        "kind": pool_kind,
        "booked": amount_text(pool_kind, pool.booked),
        "used": amount_text(pool_kind, pool.used),
        "available": amount_text(pool_kind, pool.available),
        "parts": [
            PartRow(
                text=part_text(part, pool_kind, package.name),
                total=amount_text(pool_kind, part.total),
                explains=part.total not in {part.count, part.each},
            )
            for part in booked_parts(pool_kind, package, status.quantities)
        ]
        if package
        else [],
        "changes": [
            _change(row, pool_kind)
            for row in booked_changes(
                actor=actor, account_id=account_id, kind=pool_kind, until=past
            )
        ],
        "planned": [row for row in planned_rows(status) if pool_kind in row.kinds],
        "may_plan": actor.may(Permission.PORTAL_VIEW, account_id),
        "personal": pool_kind in PERSONAL,
        "used_count": pool.used,
        "people_url": used_url(
            request.account.slug, pool_kind, moment.raw, is_future=moment.is_future
        ),
        "rooms": rooms,
        "rooms_cut": pool.used > len(rooms) == MOST_ROOMS,
    }
    return render(request, "settings/figures.html", context, status=422 if moment.error else 200)


def _change(row: BookedChange, kind: PoolKind) -> ChangeRow:
    sign = "+" if row.change > 0 else "−"
    return ChangeRow(
        booking=row,
        change=sign + amount_text(kind, abs(row.change)),
        booked=amount_text(kind, row.booked),
        by=by_whom(row.actor, row.door),
    )


def part_text(part: Part, kind: PoolKind, package: str) -> str:
    """Return one summand in words: "40 Volllizenzen × 5"."""
    each = amount_text(kind, part.each)
    if part.source == "package":
        return _("included in %(package)s") % {"package": package}
    if part.source == "rooms":
        return _("booked in addition")
    values = {"count": amount_text(PoolKind.FULL, part.count), "each": each}
    if part.source == "guest_packs":
        text = ngettext(
            "%(count)s guest pack × %(each)s", "%(count)s guest packs × %(each)s", part.count
        )
        return text % values
    if part.source == "storage_packs":
        text = ngettext(
            "%(count)s storage pack × %(each)s", "%(count)s storage packs × %(each)s", part.count
        )
        return text % values
    if part.each == 1:
        return ngettext("%(count)s full license", "%(count)s full licenses", part.count) % values
    text = ngettext(
        "%(count)s full license × %(each)s", "%(count)s full licenses × %(each)s", part.count
    )
    return text % values
