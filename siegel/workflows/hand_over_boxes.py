"""Give all boxes of somebody who stays to a colleague."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from siegel.accounts.permissions import Actor, Permission, require
from siegel.audit.actions import record
from siegel.boxes import actions as boxes
from siegel.licensing.queries.one_holder import holder_details
from siegel.workflows.administrators import require_rank
from siegel.workflows.reassignment_plan import ToOneself


def check_not_oneself(actor: Actor, to_license: UUID) -> None:
    """Return if the boxes go to somebody else than the actor.

    :raises ToOneself: administrators decide about boxes without seeing what is in them; with this
        they could look into those of everybody.
    """
    if actor.person_id is not None and actor.license_id == to_license:
        raise ToOneself(
            _("Nobody gives the boxes of others to themselves. Please ask another administrator.")
        )


@transaction.atomic
def hand_over_boxes(
    *, actor: Actor, account_id: UUID, from_license: UUID, to_license: UUID, at: datetime
) -> int:
    """Give all live boxes of one license to another; both stay. Return how many.

    :raises NotFound: one of the licenses is not of this account.
    :raises ToOneself: they would go to the actor.
    :raises Forbidden: the owner has a role that is out of the actor's reach.
    :raises CannotOwnBoxes: the successor has no full license in use.
    """
    require(actor, Permission.LICENSE_ASSIGN, account_id)
    check_not_oneself(actor, to_license)
    owner = holder_details(actor=actor, account_id=account_id, license_id=from_license).row
    require_rank(actor, account_id, owner.roles)
    count = boxes.move_boxes(
        actor=actor,
        account_id=account_id,
        from_license=from_license,
        to_license=to_license,
        at=at,
    )
    if count:
        record(
            account_id=account_id,
            actor_id=actor.person_id,
            door=actor.door,
            verb="box.hand-over",
            at=at,
            subject_id=owner.person_id,
            license=str(from_license),
            to=str(to_license),
            boxes=count,
        )
    return count
