"""Removing several people by program: first the plan, then its confirmation; and the bin."""

from typing import Any, Literal
from uuid import UUID

from django.http import HttpResponse
from django.utils import timezone
from ninja import Router, Schema
from pydantic import Field

from siegel.accounts.permissions import Permission, require
from siegel.api.auth import ApiRequest
from siegel.api.problems import problems
from siegel.api.schemas import Text
from siegel.workflows.removal_plan import (
    BIN,
    MOST,
    Decisions,
    Destination,
    RemovalPlan,
    plan_removal,
)
from siegel.workflows.remove_people import Removed, remove_people
from siegel.workflows.restore_people import restore_people

router = Router(tags=["removals"])
Where = UUID | Literal["bin"]


class RemovalIn(Schema):
    """Whom to remove, and where their boxes go."""

    licenses: list[UUID] = Field(min_length=1, max_length=MOST)
    boxes: Where | None = Field(
        default=None, description="For all: the license of a successor, or `bin`"
    )
    boxes_of: dict[UUID, Where] = Field(default_factory=dict, description="Exceptions by license")
    plan: Text | None = Field(
        default=None, max_length=64, description="The hash of the plan that was shown"
    )

    def decisions(self) -> Decisions:
        """Return where the boxes go."""
        return Decisions(
            _destination(self.boxes) if self.boxes else None,
            {one: _destination(where) for one, where in self.boxes_of.items()},
        )


def _destination(where: UUID | str) -> Destination:
    return Destination(where) if isinstance(where, UUID) else BIN


class LeaverOut(Schema):
    """One person who would be removed."""

    license_id: UUID
    name: str
    email: str
    boxes: int
    data_rooms: int
    files: int
    bytes: int
    people_in_boxes: int = Field(description="Others who work in these boxes")
    guests: int
    roles: list[str]
    boxes_go: str | None = Field(description="A license, `bin`, or null: undecided or no boxes")
    undecided: bool


class KeptOut(Schema):
    """Somebody who cannot be removed, and why."""

    license_id: UUID
    name: str
    code: str
    reason: str


class RemovalPlanOut(Schema):
    """What removing these people does, or has done."""

    plan: str = Field(description="Stands for everything below; send it to confirm exactly this")
    carried_out: bool
    people: list[LeaverOut]
    kept: list[KeptOut]
    handed_over: int
    binned: int
    undecided: int


@router.post(
    "/{slug:slug}/removals",
    response={200: RemovalPlanOut, **problems(400, 409)},
    summary="Remove people, or show what would happen",
)
def remove(request: ApiRequest, slug: str, body: RemovalIn) -> dict[str, Any]:
    """Without `plan` nothing changes: the answer says what would happen, and its `plan`.

    Sent again with that `plan` it is carried out exactly as shown. If the world has changed, or
    somebody who owns boxes is undecided, the answer is 409.
    """
    caller, at = request.auth, timezone.now()
    account = caller.account_of(slug)
    require(caller.actor, Permission.LICENSE_ASSIGN, account.id)
    given = {
        "actor": caller.actor,
        "account_id": account.id,
        "license_ids": body.licenses,
        "decisions": body.decisions(),
        "at": at,
    }
    if body.plan is not None:
        done = remove_people(**given, confirmed=body.plan)  # type: ignore[arg-type]
        return _done(body.plan, done)
    return _plan(plan_removal(**given))  # type: ignore[arg-type]


def _done(plan: str, done: Removed) -> dict[str, Any]:
    return {
        "plan": plan,
        "carried_out": True,
        "people": [],
        "kept": [],
        "handed_over": done.handed_over,
        "binned": done.binned,
        "undecided": 0,
    }


def _plan(plan: RemovalPlan) -> dict[str, Any]:
    return {
        "plan": plan.hash,
        "carried_out": False,
        "people": [
            {
                "license_id": one.row.license_id,
                "name": one.row.name,
                "email": one.row.email,
                "boxes": one.owned.boxes,
                "data_rooms": one.owned.data_rooms,
                "files": one.owned.files,
                "bytes": one.owned.bytes,
                "people_in_boxes": one.owned.others,
                "guests": one.guests.all,
                "roles": [str(role) for role in one.row.roles],
                "boxes_go": str(one.successor) if one.successor else "bin" if one.bins else None,
                "undecided": one.undecided,
            }
            for one in plan.leavers
        ],
        "kept": [
            {
                "license_id": kept.row.license_id,
                "name": kept.row.name,
                "code": kept.why.code,
                "reason": str(kept.why),
            }
            for kept in plan.kept
        ],
        "handed_over": plan.totals.handed_over,
        "binned": plan.totals.binned,
        "undecided": plan.undecided_boxes,
    }


@router.post(
    "/{slug:slug}/removals/{uuid:removal_id}/restore",
    response={204: None, **problems(409)},
    summary="Restore a removed person",
)
def restore(request: ApiRequest, slug: str, removal_id: UUID) -> HttpResponse:
    """Bring a person back from the bin with license, boxes, places and roles.

    A second time changes nothing.
    """
    account = request.auth.account_of(slug)
    restore_people(
        actor=request.auth.actor,
        account_id=account.id,
        removal_ids=[removal_id],
        at=timezone.now(),
    )
    return HttpResponse(status=204)
