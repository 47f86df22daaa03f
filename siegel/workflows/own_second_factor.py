"""People set up, rename and remove their own second factor; their accounts' logs tell."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from siegel.accounts import actions as accounts
from siegel.accounts.permissions import Actor
from siegel.accounts.protection import ProtectionFacts, SecondFactor
from siegel.accounts.second_factors import SecondFactors, has_second_factor, second_factors_of
from siegel.audit.actions import record
from siegel.core.refusal import Forbidden, Refusal
from siegel.licensing.queries.protection import accounts_of
from siegel.licensing.queries.seats import protection_for


class LastFactorIsEnforced(Refusal):
    """An account of the person demands a second factor, and this is the only one."""

    code = "last-factor-is-enforced"


class SecondFactorIsOff(Refusal):
    """No account of the person offers a second factor."""

    code = "second-factor-is-off"


def must_set_up(person_id: UUID, rules: ProtectionFacts | None = None) -> bool:
    """Return whether an account demands a second factor that the person does not have yet."""
    known = rules or protection_for(person_id)
    return known.second_factor == SecondFactor.ENFORCED and not has_second_factor(person_id)


@transaction.atomic
def set_up_app(*, actor: Actor, person_id: UUID, secret: str, code: str, at: datetime) -> list[str]:
    """Connect an authenticator app and return new recovery codes, or none if there are some.

    :raises WrongCode: the code does not belong to the secret.
    :raises AppAlreadySetUp: there is one already.
    :raises SecondFactorIsOff: no account offers it.
    """
    _require_offer(actor, person_id)
    accounts.add_app(person_id=person_id, secret=secret, code=code, at=at)
    return _added(actor, person_id, "factor.add-app", at)


@transaction.atomic
def set_up_passkey(
    *, actor: Actor, person_id: UUID, name: str, credential: dict[str, Any], at: datetime
) -> list[str]:
    """Store a passkey that the door has checked; return new recovery codes, or none.

    :raises BadInput: it has no name.
    :raises SecondFactorIsOff: no account offers it.
    """
    _require_offer(actor, person_id)
    accounts.add_passkey(person_id=person_id, name=name, credential=credential, at=at)
    return _added(actor, person_id, "factor.add-passkey", at)


def name_factor(*, actor: Actor, person_id: UUID, factor_id: int, name: str) -> None:
    """Give one's own factor another name.

    :raises BadInput: the name is empty.
    :raises NotFound: it is not there, or not one's own.
    """
    _require_self(actor, person_id)
    accounts.rename_factor(person_id=person_id, factor_id=factor_id, name=name)


@transaction.atomic
def remove_factor(*, actor: Actor, person_id: UUID, factor_id: int, at: datetime) -> bool:
    """Remove one's own factor; return whether it was the last one.

    :raises LastFactorIsEnforced: it is the last one, and an account demands one.
    :raises NotFound: it is not there, or not one's own.
    """
    _require_self(actor, person_id)
    enforced = protection_for(person_id).second_factor == SecondFactor.ENFORCED
    before = second_factors_of(person_id)
    was_last = accounts.drop_factor(person_id=person_id, factor_id=factor_id, keep_one=enforced)
    if enforced and len(second_factors_of(person_id).factors) == len(before.factors):
        raise LastFactorIsEnforced(
            _(
                "Your account demands a second factor, and this is your only one. Set up another "
                "one first, then you can remove this one."
            )
        )
    _tell(actor, person_id, "factor.remove", at)
    return was_last


@transaction.atomic
def renew_recovery_codes(*, actor: Actor, person_id: UUID, at: datetime) -> list[str]:
    """Return new recovery codes, to be shown once; the previous ones end.

    :raises NotFound: there is no second factor.
    """
    _require_self(actor, person_id)
    codes = accounts.make_recovery_codes(person_id=person_id)
    _tell(actor, person_id, "factor.codes", at)
    return codes


def _added(actor: Actor, person_id: UUID, verb: str, at: datetime) -> list[str]:
    _tell(actor, person_id, verb, at)
    have: SecondFactors = second_factors_of(person_id)
    return [] if have.codes_left else accounts.make_recovery_codes(person_id=person_id)


def _require_offer(actor: Actor, person_id: UUID) -> None:
    _require_self(actor, person_id)
    if protection_for(person_id).second_factor == SecondFactor.OFF:
        raise SecondFactorIsOff(
            _("Your account has switched the second factor off. Please ask an administrator.")
        )


def _require_self(actor: Actor, person_id: UUID) -> None:
    if actor.person_id != person_id:
        raise Forbidden(_("Only the person themselves can change this."))


def _tell(actor: Actor, person_id: UUID, verb: str, at: datetime) -> None:
    for account_id in accounts_of(person_id):
        record(
            account_id=account_id,
            actor_id=actor.person_id,
            door=actor.door,
            verb=verb,
            at=at,
            subject_id=person_id,
        )
