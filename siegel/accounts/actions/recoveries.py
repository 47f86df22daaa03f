"""Requests of operators to recover a registration administrator: the only writer of them."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from siegel.accounts.models import RecoveryRequest
from siegel.core.refusal import BadInput, Refusal

#: How long the second operator can take.
RECOVERY_DAYS = 7
SHORTEST_REASON = 10


class RecoveryOpen(Refusal):
    """There is an open request for this account already."""

    code = "recovery-open"


@transaction.atomic
def open_recovery(
    *,
    account_id: UUID,
    profile_id: UUID,
    successor: str,
    reason: str,
    requested_by: UUID,
    at: datetime,
) -> UUID:
    """Note a request; one that has expired makes room for it.

    :raises BadInput: no reason that somebody could check later.
    :raises RecoveryOpen: another one is open.
    """
    reason = " ".join(reason.split())
    longest = RecoveryRequest._meta.get_field("reason").max_length or 0
    if not SHORTEST_REASON <= len(reason) <= longest:
        raise BadInput(
            _("Please give a reason of %(shortest)d to %(longest)d characters.")
            % {"shortest": SHORTEST_REASON, "longest": longest}
        )
    rows = RecoveryRequest.objects.filter(account_id=account_id, state="open")
    rows.filter(expires_at__lte=at).update(state="expired", ended_at=at)
    try:
        with transaction.atomic():
            return RecoveryRequest.objects.create(
                account_id=account_id,
                profile_id=profile_id,
                successor=successor,
                reason=reason,
                requested_by_id=requested_by,
                requested_at=at,
                expires_at=at + timedelta(days=RECOVERY_DAYS),
            ).id
    except IntegrityError:
        raise RecoveryOpen(
            _("There is an open request for this account: %(id)s. Approve or withdraw it first.")
            % {"id": rows.values_list("id", flat=True).first()}
        ) from None


def approve_recovery(*, request_id: UUID, approved_by: UUID, at: datetime) -> bool:
    """Mark a request as approved; return False if it is not open any more, or has expired.

    That the two are different people is a constraint of the table.
    """
    rows = RecoveryRequest.objects.filter(id=request_id, state="open", expires_at__gt=at)
    return bool(rows.update(state="approved", approved_by=approved_by, ended_at=at))


def withdraw_recovery(*, request_id: UUID, at: datetime) -> bool:
    """Mark an open request as withdrawn; return False if it is not open any more."""
    rows = RecoveryRequest.objects.filter(id=request_id, state="open")
    return bool(rows.update(state="withdrawn", ended_at=at))
