"""Reading: accounts, the license status at any moment, the ledger."""

from datetime import datetime
from typing import Any

from django.utils import timezone
from ninja import Router
from ninja.params.functions import Query

from siegel.accounts.queries import AccountFacts
from siegel.api.auth import ApiRequest
from siegel.api.problems import problems
from siegel.api.schemas import AccountOut, Kind, LedgerOut, StatusOut
from siegel.core.periods import parse_moment, parse_since
from siegel.licensing.kinds import PoolKind
from siegel.licensing.queries.ledger import LedgerFilter, ledger_page
from siegel.workflows.account_status import account_status, status_data

router = Router(tags=["accounts"])
_TEXT = r"^[^\x00]*$"
_MOMENT = "a day (its end in the account's time zone; today is now) or an ISO 8601 moment"
AT = Query("", description=f"Now, or {_MOMENT}", pattern=_TEXT)
SINCE = Query(
    "",
    description="From the beginning, or from a day (its start) or an ISO 8601 moment on",
    pattern=_TEXT,
)
UNTIL = Query("", description=f"Up to now, or {_MOMENT}", pattern=_TEXT)
CURSOR = Query("", description="`older` or `newer` of another page", pattern=_TEXT, max_length=2000)
LIMIT = Query(100, description="Entries of a page", ge=1, le=500)


def moment_at(raw: str, account: AccountFacts) -> datetime | None:
    """Return the moment that a parameter names; None means now.

    :raises BadInput: it cannot be read.
    """
    now = timezone.now()
    at = parse_moment(raw, account.zone, now)
    return None if at == now else at


@router.get("", response={200: list[AccountOut], **problems()}, summary="Accounts of this token")
def list_accounts(request: ApiRequest) -> list[dict[str, Any]]:
    """Return the accounts that the token may work in: always one."""
    account = request.auth.account
    return [
        {
            "slug": account.slug,
            "name": account.name,
            "language": account.language,
            "time_zone": account.time_zone,
            "roles": sorted(request.auth.actor.roles),
        }
    ]


@router.get(
    "/{slug:slug}/licenses",
    response={200: StatusOut, **problems()},
    summary="Booked, used, available",
)
def get_licenses(request: ApiRequest, slug: str, at: str = AT) -> dict[str, Any]:
    """Return the status now, at a past or at a future moment."""
    caller = request.auth
    account = caller.account_of(slug)
    return status_data(
        account_status(actor=caller.actor, account=account, at=moment_at(at, account))
    )


@router.get("/{slug:slug}/ledger", response={200: LedgerOut, **problems()}, summary="Ledger")
def list_ledger(
    request: ApiRequest,
    slug: str,
    *,
    kind: Kind | None = None,
    since: str = SINCE,
    until: str = UNTIL,
    cursor: str = CURSOR,
    limit: int = LIMIT,
) -> Any:
    """Return the changes of all pools, newest first; `older` and `newer` are cursors."""
    account = request.auth.account_of(slug)
    page = ledger_page(
        actor=request.auth.actor,
        account_id=account.id,
        which=LedgerFilter(
            kind=PoolKind(kind) if kind else None,
            since=parse_since(since, account.zone, timezone.now()) if since.strip() else None,
            until=moment_at(until, account) if until else None,
        ),
        cursor=cursor,
        limit=limit,
    )
    return {"items": page.lines, "newer": page.newer, "older": page.older}
