"""Guest ⇄ full, suspending and activating: the same workflows as on the person's page."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.utils import timezone
from ninja import Router

from siegel.accounts.permissions import Permission, require
from siegel.api.auth import ApiRequest
from siegel.api.problems import problems
from siegel.api.schemas import KindIn, KindOut
from siegel.licensing.kinds import PoolKind
from siegel.workflows.account_status import pool_data
from siegel.workflows.change_kind import change_kind, plan_kind_change
from siegel.workflows.kind_words import kind_sentences
from siegel.workflows.suspend_license import activate_license, suspend_license

router = Router(tags=["holders"])


@router.post(
    "/{slug:slug}/holders/{uuid:license_id}/kind",
    response={200: KindOut, **problems(400, 409)},
    summary="Make a guest a full user, or back",
)
def change_kind_of(
    request: ApiRequest, slug: str, license_id: UUID, body: KindIn
) -> dict[str, Any]:
    """Say what would happen; with the `plan` of that answer, do it.

    Places in boxes of others stay, both pools change in one transaction, roles end with a full
    license. Sent again nothing changes.
    """
    caller, to = request.auth, PoolKind(body.kind)
    account = caller.account_of(slug)
    require(caller.actor, Permission.LICENSE_ASSIGN, account.id)
    asked: dict[str, Any] = {
        "actor": caller.actor,
        "account_id": account.id,
        "license_id": license_id,
        "to": to,
    }
    plan = plan_kind_change(**asked)
    answer = {
        "plan": plan.hash,
        "carried_out": False,
        "repeated": plan.done,
        "license_id": license_id,
        "kind": str(plan.holder.kind),
        "sentences": [],
        "licenses_after": None,
    }
    if plan.done:
        return answer
    if body.plan is None:
        found = kind_sentences(plan, account.zone)
        return answer | {
            "sentences": [{"text": one.text, "detail": one.detail} for one in found],
            "licenses_after": {pool.kind.value: pool_data(pool) for pool in plan.after},
        }
    change_kind(**asked, at=timezone.now(), confirmed=body.plan)
    return answer | {"carried_out": True, "kind": str(to)}


@router.post(
    "/{slug:slug}/holders/{uuid:license_id}/suspend",
    response={204: None, **problems(409)},
    summary="Close a person's access",
)
def suspend_holder(request: ApiRequest, slug: str, license_id: UUID) -> HttpResponse:
    """End access at once, also that of tokens and running downloads. A second time changes nothing.

    The license stays used, nothing is deleted, and `activate` opens everything again.
    """
    suspend_license(
        actor=request.auth.actor,
        account_id=request.auth.account_of(slug).id,
        license_id=license_id,
        at=timezone.now(),
    )
    return HttpResponse(status=204)


@router.post(
    "/{slug:slug}/holders/{uuid:license_id}/activate",
    response={204: None, **problems(409)},
    summary="Open a suspended person's access again",
)
def activate_holder(request: ApiRequest, slug: str, license_id: UUID) -> HttpResponse:
    """Open access as it was before. A second time changes nothing."""
    activate_license(
        actor=request.auth.actor,
        account_id=request.auth.account_of(slug).id,
        license_id=license_id,
        at=timezone.now(),
    )
    return HttpResponse(status=204)
