"""Plan a change again that was withdrawn by mistake."""

from datetime import datetime
from uuid import UUID

from siegel.accounts.permissions import Actor, Permission, require
from siegel.accounts.queries import AccountFacts
from siegel.core.refusal import WorldChanged
from siegel.licensing.actions.bookings import booking_changed
from siegel.licensing.queries.packages import booking_facts, withdrawn_change
from siegel.licensing.rules import lower
from siegel.workflows.booking_plan import BookingPlan, plan_booking
from siegel.workflows.change_booking import change_booking


def plan_again(
    *, actor: Actor, account: AccountFacts, change_id: UUID, at: datetime
) -> BookingPlan | None:
    """Plan a withdrawn change again, as it was; None where it was done a moment ago.

    :raises NotFound: this account has no such withdrawn change.
    :raises WorldChanged: something else has been planned in the meantime.
    :raises NothingChanged: the same is planned or booked already.
    """
    require(actor, Permission.BOOKING_CHANGE, account.id)
    withdrawn = withdrawn_change(account.id, change_id)
    booking = booking_facts(account.id)
    if booking is None:
        raise WorldChanged(str(booking_changed()))
    wanted = lower(booking.quantities, withdrawn.reductions)
    plan = plan_booking(actor=actor, account=account, wanted=wanted, at=at)
    if plan.replaces:
        raise WorldChanged(str(booking_changed()))
    return change_booking(
        actor=actor, account=account, wanted=wanted, plan_hash=plan.hash, at=at
    ).plan
