"""Do one thing with many people at once; shown first, then done as shown."""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from siegel.accounts.permissions import Actor, Permission, require
from siegel.core.refusal import WorldChanged
from siegel.licensing import actions as licensing
from siegel.licensing.queries.holder_filter import HolderFilter
from siegel.workflows.batch_changes import Change, LeftOut
from siegel.workflows.people_overview import Person, iterate_people


class SelectionChanged(WorldChanged):
    """Something else would be done now than what was confirmed."""


@dataclass(frozen=True)
class BatchPlan:
    """What would be done: with whom, with whom not and why, and for whom it is so already."""

    people: tuple[Person, ...]
    left_out: dict[LeftOut, tuple[Person, ...]]
    done: tuple[Person, ...]
    hash: str

    @property
    def selected(self) -> int:
        """How many people were selected."""
        return len(self.people) + len(self.done) + sum(map(len, self.left_out.values()))

    @property
    def boxes(self) -> int:
        """How many boxes those have with whom it is done."""
        return sum(one.row.boxes for one in self.people)

    @property
    def owned_bytes(self) -> int:
        """How much is in these boxes, in bytes."""
        return sum(one.row.owned_bytes for one in self.people)


def plan_batch(
    *, actor: Actor, account_id: UUID, narrow: HolderFilter, change: Change
) -> BatchPlan:
    """Return what doing this with everybody whom the filter leaves would do; changes nothing.

    :raises Forbidden: the actor may not do this with anybody.
    """
    require(actor, Permission.PEOPLE_VIEW, account_id)
    change.check(actor, account_id)
    chosen: list[Person] = []
    done: list[Person] = []
    left_out: dict[LeftOut, list[Person]] = {}
    for one in iterate_people(
        actor=actor,
        account_id=account_id,
        narrow=narrow,
        sort="name",
        at=None,
        extras=change.extras,
    ):
        reason = change.left_out(actor, account_id, one)
        if reason:
            left_out.setdefault(reason, []).append(one)
        elif change.done(one):
            done.append(one)
        else:
            chosen.append(one)
    kept = {reason: tuple(left_out[reason]) for reason in LeftOut if reason in left_out}
    return BatchPlan(tuple(chosen), kept, tuple(done), _hash(change, chosen))


def _hash(change: Change, people: list[Person]) -> str:
    facts = sorted([str(one.row.license_id), *change.facts(one)] for one in people)
    return hashlib.sha256(json.dumps([change.facts(None), facts]).encode()).hexdigest()


@transaction.atomic
def change_many(
    *,
    actor: Actor,
    account_id: UUID,
    narrow: HolderFilter,
    change: Change,
    at: datetime,
    confirmed: str,
) -> int:
    """Do it with everybody as previewed, or with nobody; return with how many.

    ``confirmed`` is the hash of the plan that was shown. Once it is done, doing it again changes
    nothing: nobody is left whom it would change.

    :raises SelectionChanged: it would be done with others now, or with other boxes.
    """
    plan = plan_batch(actor=actor, account_id=account_id, narrow=narrow, change=change)
    if not plan.people:
        return 0
    if plan.hash == confirmed:
        # Held all at once and in one order: two batches with the same people, or a batch and a
        # removal, wait for each other and not crosswise. Then nothing changes any more.
        ids = [*change.also, *(one.row.license_id for one in plan.people)]
        licensing.hold_licenses(account_id=account_id, license_ids=ids, with_pools=False)
        plan = plan_batch(actor=actor, account_id=account_id, narrow=narrow, change=change)
    if plan.hash != confirmed:
        raise SelectionChanged(
            _("This has changed in the meantime. Please look at it again and confirm.")
        )
    change.carry_out(actor, account_id, plan.people, at)
    return len(plan.people)
