"""How an account protects the access to it: the only writer of that table."""

from dataclasses import asdict, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from siegel.accounts.models import Protection
from siegel.accounts.permissions import Actor, Permission, require
from siegel.accounts.protection import BOUNDS, ProtectionFacts, SecondFactor
from siegel.accounts.queries import protection_of
from siegel.audit.actions import record
from siegel.core.refusal import BadInput, WorldChanged


class ProtectionChanged(WorldChanged):
    """Somebody else has changed the rules since they were shown; ``now`` is what holds."""

    code = "protection-changed"

    def __init__(self, now: ProtectionFacts) -> None:
        super().__init__(
            _(
                "Somebody else has changed these settings in the meantime, so nothing of yours has "
                "been saved. Please look at them again."
            )
        )
        self.now = now


@transaction.atomic
def change_protection(
    *, actor: Actor, account_id: UUID, wanted: ProtectionFacts, at: datetime
) -> list[str]:
    """Set the account's rules and return the names of those that have changed.

    ``wanted.version`` is the state that the actor has seen. Setting what holds changes nothing.

    :raises BadInput: a number is out of bounds.
    :raises ProtectionChanged: somebody else was faster, and chose something else.
    """
    require(actor, Permission.PROTECTION_MANAGE, account_id)
    _check_bounds(wanted)
    now = protection_of(account_id)
    changed = _differences(now, wanted)
    if not changed:
        return []
    if now.version != wanted.version or not _write(account_id, now, wanted):
        raise ProtectionChanged(protection_of(account_id))
    record(
        account_id=account_id,
        actor_id=actor.person_id,
        door=actor.door,
        verb="protection.change",
        at=at,
        changes=changed,
    )
    return list(changed)


def _check_bounds(wanted: ProtectionFacts) -> None:
    for name, (low, high) in BOUNDS.items():
        value = getattr(wanted, name)
        if not low <= value <= high:
            raise BadInput(
                _("%(value)d is out of bounds: from %(low)d to %(high)d is possible.")
                % {"value": value, "low": low, "high": high},
                field=name,
            )
    if wanted.second_factor not in set(SecondFactor):
        raise BadInput(_("This choice does not exist."), field="second_factor")


def _differences(now: ProtectionFacts, wanted: ProtectionFacts) -> dict[str, list[Any]]:
    """Return old and new value of every rule that would change."""
    before, after = asdict(replace(now, version=0)), asdict(replace(wanted, version=0))
    return {name: [before[name], after[name]] for name in before if before[name] != after[name]}


def _write(account_id: UUID, now: ProtectionFacts, wanted: ProtectionFacts) -> bool:
    """Store the rules if they are still those that were seen; return whether."""
    values = asdict(wanted) | {"version": now.version + 1}
    if now.version == 0:
        try:
            with transaction.atomic():
                Protection.objects.create(account_id=account_id, **values)
        except IntegrityError:
            return False
        return True
    seen = Protection.objects.filter(account_id=account_id, version=now.version)
    return bool(seen.update(**values))
