"""Giving a license to somebody else: the same plan and the same workflow as on the page."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils import timezone
from ninja import Router

from siegel.accounts.actions import LinkTerms
from siegel.accounts.permissions import Permission, require
from siegel.api.auth import ApiRequest
from siegel.api.problems import problems
from siegel.api.schemas import ReassignIn, ReassignmentOut
from siegel.boxes.queries.reach import reach_of
from siegel.workflows.account_status import pool_data
from siegel.workflows.invite_person import open_invitation
from siegel.workflows.reassign_license import Reassigned, reassign_license
from siegel.workflows.reassignment_plan import ReassignmentPlan, Wish, plan_reassignment
from siegel.workflows.reassignment_words import sentences

router = Router(tags=["holders"])


@router.post(
    "/{slug:slug}/licenses/{uuid:license_id}/reassign",
    response={200: ReassignmentOut, **problems(400, 409)},
    summary="Give a license to somebody else",
)
def reassign(request: ApiRequest, slug: str, license_id: UUID, body: ReassignIn) -> dict[str, Any]:
    """Say what would happen; with the `plan` of that answer, do it.

    Boxes, places in others' boxes, groups, guests and rights pass on in one transaction; the former
    holder can no longer enter. The same `plan` sent again changes nothing and is answered again.
    """
    caller, at = request.auth, timezone.now()
    account = caller.account_of(slug)
    require(caller.actor, Permission.LICENSE_ASSIGN, account.id)
    wish = Wish(
        email=body.email,
        first_name=body.first_name,
        last_name=body.last_name,
        keep_roles=body.keep_roles,
        mail=body.mail,
        terms=LinkTerms(pass_code=body.pass_code),
    )
    asked: dict[str, Any] = {
        "actor": caller.actor,
        "account_id": account.id,
        "license_id": license_id,
        "wish": wish,
        "at": at,
    }
    if body.plan is None:
        return _plan_data(request, plan_reassignment(**asked))
    done = reassign_license(**asked, confirmed=body.plan)
    return _done_data(request, account.id, done, body.plan, at)


def _plan_data(request: ApiRequest, plan: ReassignmentPlan) -> dict[str, Any]:
    license_id = plan.leaver.license_id
    reach = reach_of(actor=request.auth.actor, account_id=plan.account_id, license_id=license_id)
    return {
        "plan": plan.hash,
        "carried_out": False,
        "repeated": False,
        "way": str(plan.way),
        "license_id": license_id,
        "sentences": [{"text": one.text, "detail": one.detail} for one in sentences(plan, reach)],
        "licenses_after": {pool.kind.value: pool_data(pool) for pool in plan.pools_after},
        "registration_link": None,
        "expires_at": None,
    }


def _done_data(
    request: ApiRequest, account_id: UUID, done: Reassigned, plan_hash: str, at: datetime
) -> dict[str, Any]:
    # The link is made again from its id; it stands in nothing that is kept.
    link = (
        open_invitation(
            actor=request.auth.actor,
            account_id=account_id,
            profile_id=done.profile_id,
            at=at,
        )
        if done.invited
        else None
    )
    return {
        "plan": plan_hash,
        "carried_out": not done.repeated,
        "repeated": done.repeated,
        "way": str(done.way),
        "license_id": done.license_id,
        "sentences": [],
        "licenses_after": None,
        "registration_link": link and link.link,
        "expires_at": link and link.expires_at,
    }
