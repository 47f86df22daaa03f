"""Change what an account has booked, exactly as it was shown."""

import re
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction

from siegel.accounts.permissions import Actor, Permission, require
from siegel.accounts.queries import AccountFacts
from siegel.core.refusal import WorldChanged
from siegel.licensing import actions as licensing
from siegel.licensing.actions.bookings import booking_changed, hold_bookings
from siegel.licensing.queries.packages import plan_was_carried_out
from siegel.licensing.rules import Quantities
from siegel.workflows.booking_plan import BookingPlan, plan_booking

_HASH = re.compile(r"[0-9a-f]{64}")


class BookingOvertaken(WorldChanged):
    """What was confirmed is not what would happen now; ``plan`` says what would."""

    def __init__(self, sentence: str, plan: BookingPlan) -> None:
        super().__init__(sentence, plan_hash=plan.hash)
        self.plan = plan


@dataclass(frozen=True)
class BookingDone:
    """What a confirmed plan has come to."""

    plan_hash: str
    plan: BookingPlan | None  #: None where the same plan was carried out before

    @property
    def repeated(self) -> bool:
        """Whether this was a repetition that changed nothing."""
        return self.plan is None


def change_booking(
    *,
    actor: Actor,
    account: AccountFacts,
    wanted: Quantities,
    plan_hash: str,
    at: datetime,
) -> BookingDone:
    """Carry out the plan with this hash in one transaction; a second time changes nothing.

    :raises BookingOvertaken: something else would happen now than what was shown.
    :raises Refusal: whatever ``plan_booking`` refuses.
    """
    require(actor, Permission.BOOKING_CHANGE, account.id)
    try:
        with transaction.atomic():
            hold_bookings(account.id)
            if _was_carried_out(account, plan_hash):
                return BookingDone(plan_hash, None)
            plan = plan_booking(actor=actor, account=account, wanted=wanted, at=at)
            if plan.hash != plan_hash:
                raise BookingOvertaken(str(booking_changed()), plan)
            _carry_out(actor, plan, at)
            return BookingDone(plan_hash, plan)
    except BookingOvertaken:
        raise
    except (WorldChanged, IntegrityError):
        # Something that does not wait for us, a planned change on its day, was faster.
        if _was_carried_out(account, plan_hash):
            return BookingDone(plan_hash, None)
        plan = plan_booking(actor=actor, account=account, wanted=wanted, at=at)
        raise BookingOvertaken(str(booking_changed()), plan) from None


def _was_carried_out(account: AccountFacts, plan_hash: str) -> bool:
    # What somebody forged may hold characters that a database does not even compare with.
    return bool(_HASH.fullmatch(plan_hash)) and plan_was_carried_out(account.id, plan_hash)


def _carry_out(actor: Actor, plan: BookingPlan, at: datetime) -> None:
    if plan.books_now:
        licensing.book(
            actor=actor,
            account_id=plan.account_id,
            expected_number=plan.booking.number,
            quantities=plan.now,
            at=at,
            plan=plan.hash,
        )
    if plan.later_at and (plan.replaces or plan.booking.planned is None):
        licensing.plan_change(
            actor=actor,
            account_id=plan.account_id,
            quantities=plan.wanted,
            effective_at=plan.later_at,
            at=at,
            plan=plan.hash,
        )
    elif plan.replaces:
        licensing.withdraw_planned_change(
            actor=actor, account_id=plan.account_id, change_id=plan.replaces.id, at=at
        )
