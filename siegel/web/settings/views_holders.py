"""Everybody who holds a license, as a file."""

from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from siegel.accounts.actor_names import by_whom
from siegel.accounts.permissions import Permission
from siegel.core.periods import local_day
from siegel.core.refusal import BadInput
from siegel.licensing.kinds import PoolKind
from siegel.licensing.queries.holder_filter import HolderFilter
from siegel.licensing.queries.holders import iterate_holders
from siegel.web.access import AccountRequest, account_page
from siegel.web.exports import export_response
from siegel.web.settings.moments import moment_of


@require_safe
@account_page(Permission.PEOPLE_VIEW)
def export_holders(request: AccountRequest) -> HttpResponseBase:
    """Send everybody who holds a license, now or at a past moment, as a file."""
    moment = moment_of(request)
    if moment.error:
        raise BadInput(moment.error)
    kind = request.GET.get("kind", "")
    narrow = HolderFilter(kind=PoolKind(kind) if kind in PoolKind.values else None)
    found = iterate_holders(
        actor=request.actor,
        account_id=request.account.id,
        filter=narrow,
        at=moment.at if moment.is_past else None,
    )
    heading = (
        _("Name"),
        _("E-mail"),
        _("Organisation"),
        _("License kind"),
        # Nobody keeps what these were at a past moment; so the file says whose they are.
        _("Status today") if moment.is_past else _("Status"),
        _("Roles today") if moment.is_past else _("Roles"),
        _("Since"),
        _("Given by"),
        _("Last sign-in up to today") if moment.is_past else _("Last sign-in"),
    )
    rows = (
        (
            row.name,
            row.email,
            row.organisation,
            str(row.kind.label),
            str(row.state.label),
            ", ".join(role.label for role in row.roles),
            row.assigned_at,
            by_whom(row.assigned_by, ""),
            row.last_active_at,
        )
        for row in found
    )
    zone = request.account.zone
    held = moment.at if moment.at and moment.is_past else moment.now
    title = _("license-holders")  # Translators: name of a file
    return export_response(
        request.GET.get("format", "csv"),
        name=f"{request.account.slug}-{title}",
        day=local_day(held, zone),
        sheet=_("License holders"),
        heading=heading,
        rows=rows,
        zone=zone,
    )
