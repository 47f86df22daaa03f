"""Let the same person in again who has forgotten everything, or is locked out.

A login can belong to several accounts. An administrator of one of them must not get at the others:
where the login is good for more than this account, the link goes only to the person's own mailbox
and the second factor stays.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils.translation import gettext as _

from siegel.accounts import actions as accounts
from siegel.accounts.password_rules import password_faults
from siegel.accounts.permissions import Actor, Permission, require
from siegel.accounts.protection import ProtectionFacts, strictest
from siegel.accounts.queries import login_of, protection_of
from siegel.accounts.restoring import RestoreFacts, restore_link_of
from siegel.accounts.second_factors import second_factors_of
from siegel.accounts.tokens import restore_address
from siegel.audit.actions import record
from siegel.core.refusal import BadInput, NotFound, Refusal
from siegel.licensing import actions as licensing
from siegel.licensing.actions.licenses import WrongState
from siegel.licensing.kinds import LicenseState
from siegel.licensing.queries.holder_rows import HolderRow
from siegel.licensing.queries.one_holder import holder_details
from siegel.licensing.queries.protection import accounts_of
from siegel.licensing.queries.removals import lies_in_bin_elsewhere
from siegel.licensing.queries.seats import protection_for, seats_of, works_elsewhere
from siegel.workflows.administrators import require_rank
from siegel.workflows.restore_mail import mail_restore_link
from siegel.workflows.sign_in_lock import is_locked, unlock_after_new_password
from siegel.workflows.suspend_license import OwnLicense


class OnlyByMail(Refusal):
    """The login is good for more than this account: nobody else gets to see its link."""

    code = "only-by-mail"


class RestoreLinkEnded(Refusal):
    """The link was used, has expired, was replaced, or never was one."""

    code = "restore-link-ended"
    status = 410


@dataclass(frozen=True)
class RestorePlan:
    """What restoring somebody's access will do."""

    holder: HolderRow
    elsewhere: bool  #: the login is good for more than this account
    factors: int  #: second factors that are removed; where ``elsewhere``, that stay
    locked: bool  #: after too many wrong entries


def plan_restore(*, actor: Actor, account_id: UUID, license_id: UUID, at: datetime) -> RestorePlan:
    """Return what restoring the access of a license's holder does. Nothing changes.

    :raises NotFound: no such license in this account.
    :raises OwnLicense: it is the actor's own.
    :raises Forbidden: the holder has a role that is out of the actor's reach.
    :raises WrongState: the license is not in use.
    """
    require(actor, Permission.LICENSE_ASSIGN, account_id)
    row = holder_details(actor=actor, account_id=account_id, license_id=license_id).row
    if row.person_id == actor.person_id:
        raise OwnLicense(_("You are signed in. Change your password on the page about yourself."))
    require_rank(actor, account_id, row.roles)
    if row.state != LicenseState.ACTIVE:
        raise _not_in_use(row.state)
    return RestorePlan(
        holder=row,
        elsewhere=_good_elsewhere(row.person_id, account_id),
        factors=len(second_factors_of(row.person_id).factors),
        locked=is_locked(row.email, at),
    )


def _not_in_use(state: LicenseState) -> WrongState:
    if state == LicenseState.INVITED:
        return WrongState(_("This person has not registered yet. Make a new registration link."))
    if state == LicenseState.SUSPENDED:
        return WrongState(_("This person is suspended. Activate the license first."))
    return WrongState(_("This license was released. Invite the person anew."))


def _good_elsewhere(person_id: UUID, account_id: UUID) -> bool:
    """Return whether the login is, or can be again, good for more than this account."""
    return (
        login_of(person_id).is_operator
        or works_elsewhere(person_id, account_id)
        or lies_in_bin_elsewhere(person_id, account_id)
    )


@transaction.atomic
def restore_access(
    *, actor: Actor, account_id: UUID, license_id: UUID, at: datetime, show: bool
) -> str | None:
    """Make a link with which the person chooses a new password; return it if it is shown.

    Otherwise it is mailed. The person is told either way. Their sessions end now, unless other
    accounts have a part in them; password and second factor are as before until the link is used.

    :raises OnlyByMail: it cannot be shown, because the login is good for more than this account.
    :raises Refusal: whatever ``plan_restore`` refuses.
    """
    require(actor, Permission.LICENSE_ASSIGN, account_id)
    held = licensing.hold_license(account_id=account_id, license_id=license_id)
    plan = plan_restore(actor=actor, account_id=account_id, license_id=license_id, at=at)
    if show and plan.elsewhere:
        raise OnlyByMail(
            _("This login is good for more than this account: the link goes only to %(email)s.")
            % {"email": plan.holder.email}
        )
    link_id = accounts.create_restore_link(
        actor=actor, account_id=account_id, profile_id=held.profile_id, shown=show, at=at
    )
    if not plan.elsewhere:
        accounts.end_sessions(person_id=held.person_id)
    record(
        account_id=account_id,
        actor_id=actor.person_id,
        door=actor.door,
        verb="access.restore",
        at=at,
        subject_id=held.person_id,
        license=str(license_id),
        mail=not show,
    )
    removes_factor = bool(plan.factors) and not plan.elsewhere
    mail_restore_link.enqueue(str(link_id), removes_factor)
    return restore_address(link_id) if show else None


@dataclass(frozen=True)
class Restoring:
    """What an open link asks for."""

    link: RestoreFacts
    rules: ProtectionFacts  #: for the new password
    keeps_factor: bool  #: the sign-in asks for the second factor as before
    loses_factor: bool  #: the second factor is removed together with the old password


def open_restore_link(token: str, at: datetime) -> Restoring:
    """Return what the link of this token is good for at this moment.

    :raises RestoreLinkEnded: it is good for nothing.
    """
    link = restore_link_of(token)
    if link is None or link.used_at or link.withdrawn_at or at >= link.expires_at:
        raise _ended()
    elsewhere = _good_elsewhere(link.person_id, link.account.id)
    # What an administrator has seen opens nothing that the person got into meanwhile.
    if not _in_use(link) or (link.shown and elsewhere):
        raise _ended()
    rules = strictest([protection_of(link.account.id), protection_for(link.person_id)])
    has_factor = bool(second_factors_of(link.person_id).factors)
    return Restoring(
        link,
        rules,
        keeps_factor=elsewhere and has_factor,
        loses_factor=has_factor and not elsewhere,
    )


def _in_use(link: RestoreFacts) -> bool:
    places = {seat.profile_id for seat in seats_of(link.person_id)}
    return link.may_sign_in and link.profile_id in places


def _ended() -> RestoreLinkEnded:
    return RestoreLinkEnded(
        _(
            "This link was used, has expired, or was replaced by a newer one. Please ask an "
            "administrator of your account for a new one."
        )
    )


def set_password_by_link(*, token: str, password: str, at: datetime, door: str = "web") -> UUID:
    """Choose a new password with the link; return the person, who then signs in with it.

    Ends every session and a lock-out, and removes the second factor where only this account has a
    part in the login.

    :raises RestoreLinkEnded: the link is good for nothing.
    :raises BadInput: the password breaks a rule; ``rows`` say which.
    """
    restoring = open_restore_link(token, at)
    person_id = restoring.link.person_id
    faults = password_faults(password, login_of(person_id), restoring.rules)
    if faults:
        raise BadInput(_("This password cannot be used."), rows=tuple(faults))
    hashed = make_password(password)  # slow on purpose, so before the database is locked
    with transaction.atomic():
        if not accounts.use_restore_link(link_id=restoring.link.id, at=at):
            raise _ended()
        accounts.set_new_password(person_id=person_id, password=hashed)
        if _good_elsewhere(person_id, restoring.link.account.id):
            unlock_after_new_password(person_id=person_id, at=at, door=door)
        else:
            accounts.remove_second_factors(person_id=person_id)
            accounts.clear_failures(email=restoring.link.email)
        _tell(person_id, "access.restored", at, door, by=person_id)
    return person_id


@transaction.atomic
def reset_second_factor(*, actor: Actor, person_id: UUID, at: datetime) -> int:
    """Remove every second factor of a person, from the operator's shell; return how many.

    Told in the log of each account that the login is good for.

    :raises NotFound: the actor is somebody of an account.
    """
    if actor.person_id is not None or actor.account_id is not None:
        raise NotFound(_("This does not exist, or it belongs to another account."))
    removed = accounts.remove_second_factors(person_id=person_id)
    if removed:
        _tell(person_id, "factor.reset", at, actor.door, by=actor.person_id)
    return removed


def _tell(person_id: UUID, verb: str, at: datetime, door: str, *, by: UUID | None) -> None:
    for account_id in accounts_of(person_id):
        record(
            account_id=account_id,
            actor_id=by,
            door=door,
            verb=verb,
            at=at,
            subject_id=person_id,
        )
