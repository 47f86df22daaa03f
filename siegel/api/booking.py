"""Booking more or fewer: the same plan and the same workflow as in the customer portal."""

from typing import Any

from django.utils import timezone
from ninja import Router

from siegel.api.auth import ApiRequest
from siegel.api.problems import problems
from siegel.api.schemas import BookingIn, BookingPlanOut
from siegel.licensing.queries.status import PoolStatus
from siegel.licensing.rules import Quantities
from siegel.workflows.account_status import pool_data
from siegel.workflows.booking_plan import BookingPlan, NothingChanged, plan_booking
from siegel.workflows.change_booking import change_booking

router = Router(tags=["booking"])


@router.put(
    "/{slug:slug}/booking",
    response={200: BookingPlanOut, **problems(400, 409)},
    summary="Book these totals",
)
def put_booking(
    request: ApiRequest, slug: str, body: BookingIn, dry_run: bool = False
) -> dict[str, Any]:
    """Set the totals. What is more counts at once, what is fewer from the next term on.

    With `dry_run` nothing changes and the answer says what would happen. Its `plan`, sent with
    the same totals, confirms exactly that: if the world has changed, the answer is 409.
    """
    caller, at = request.auth, timezone.now()
    account = caller.account_of(slug)
    wanted = Quantities(body.full, body.guest_packs, body.data_rooms, body.storage_packs)
    if body.plan is not None and not dry_run:
        done = change_booking(
            actor=caller.actor, account=account, wanted=wanted, plan_hash=body.plan, at=at
        )
        return plan_data(done.plan, done.plan_hash, carried_out=not done.repeated)
    try:
        plan = plan_booking(actor=caller.actor, account=account, wanted=wanted, at=at)
    except NothingChanged:
        # PUT: to ask for what holds already is no mistake.
        return plan_data(None, "", carried_out=False)
    if dry_run:
        return plan_data(plan, plan.hash, carried_out=False)
    done = change_booking(
        actor=caller.actor, account=account, wanted=wanted, plan_hash=plan.hash, at=at
    )
    return plan_data(done.plan, done.plan_hash, carried_out=not done.repeated)


def plan_data(plan: BookingPlan | None, plan_hash: str, *, carried_out: bool) -> dict[str, Any]:
    """Return a plan as plain data; None where the same was carried out before."""
    if plan is None:
        return {
            "plan": plan_hash,
            "carried_out": False,
            "repeated": True,
            "now": None,
            "later": None,
            "later_on": None,
            "lines": [],
            "currency": "",
            "charge_cents": None,
            "licenses_now": {},
            "licenses_later": {},
            "warnings": [],
        }
    return {
        "plan": plan.hash,
        "carried_out": carried_out,
        "repeated": False,
        "now": dict(plan.now.items()),
        "later": dict(plan.settled.items()) if plan.later_on else None,
        "later_on": plan.later_on,
        "lines": [
            {
                "item": line.item.value,
                "before": line.before,
                "after": line.after,
                "unit_cents": line.unit.cents if line.unit else None,
            }
            for line in plan.lines
        ],
        "currency": plan.charge.currency,
        "charge_cents": plan.charge.cents,
        "licenses_now": _pools(plan.status_now),
        "licenses_later": _pools(plan.status_later),
        "warnings": [
            {"rule": warning.rule, "sentence": warning.sentence} for warning in plan.warnings
        ],
    }


def _pools(pools: tuple[PoolStatus, ...]) -> dict[str, Any]:
    return {pool.kind.value: pool_data(pool) for pool in pools}
