"""A lost registration administrator, recovered by two people of the operator, in the open.

One operator asks, another one approves within a week. All administrators of the account and the
person themselves get a mail both times, and the account's log tells it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from siegel.accounts import actions as accounts
from siegel.accounts.actions import LinkTerms, Operator
from siegel.accounts.pass_codes import new_pass_code
from siegel.accounts.permissions import ADMINS, Actor, Role
from siegel.accounts.queries import account_by_slug, open_links, protection_of
from siegel.accounts.recoveries import RecoveryFacts, RecoveryState, mail_addresses, recovery_facts
from siegel.accounts.tokens import registration_address
from siegel.audit.actions import record
from siegel.core.formats import moment
from siegel.core.refusal import Refusal, WayOut
from siegel.jobs.mail import queue_mail
from siegel.licensing.kinds import LicenseState, PoolKind
from siegel.licensing.queries.holder_rows import HolderRow
from siegel.licensing.queries.one_holder import holder_details, license_of_address
from siegel.workflows.change_roles import grant_role
from siegel.workflows.reassign_license import reassign_license
from siegel.workflows.reassignment_plan import Wish, plan_reassignment


class CannotRecover(Refusal):
    """The person cannot become registration administrator like this; says how they could."""

    code = "cannot-recover"


class SameOperator(Refusal):
    """The operator who asked cannot approve as well."""

    code = "same-operator"


class RecoveryEnded(Refusal):
    """The request was withdrawn or has expired."""

    code = "recovery-ended"


@dataclass(frozen=True)
class Recovered:
    """What an approval has come to."""

    request: RecoveryFacts
    link: str = ""  #: registration link of a successor, as secret as a password
    pass_code: str = ""  #: that the link asks for, where the account demands one


def request_recovery(
    *,
    operator: Operator,
    slug: str,
    email: str,
    reason: str,
    at: datetime,
    successor: str = "",
) -> RecoveryFacts:
    """Ask that the holder of a full license, or a successor to it, administers the account.

    :raises NotFound: no such account.
    :raises CannotRecover: no full license in use with this address, or they have the role.
    :raises BadInput: no reason, or no e-mail address.
    :raises RecoveryOpen: there is an open request for this account.
    """
    account = account_by_slug(slug)
    actor = _actor(account.id)
    row = _candidate(actor, account.id, accounts.clean_email(email), successor=bool(successor))
    if successor:  # says now what would be refused after the approval
        wish = Wish(accounts.clean_email(successor), keep_roles=True)
        plan_reassignment(
            actor=actor, account_id=account.id, license_id=row.license_id, wish=wish, at=at
        )
    with transaction.atomic():
        request_id = accounts.open_recovery(
            account_id=account.id,
            profile_id=row.profile_id,
            successor=accounts.clean_email(successor) if successor else "",
            reason=reason,
            requested_by=operator.person_id,
            at=at,
        )
        request = recovery_facts(request_id, at)
        _record(request, operator, "recovery.request", at)
        _tell(request, _told_request)
    return request


def approve_recovery(*, operator: Operator, request_id: UUID, at: datetime) -> Recovered:
    """Carry out a request as its second person. Approving it twice changes nothing.

    :raises NotFound: no such request.
    :raises SameOperator: the operator asked for it themselves.
    :raises RecoveryEnded: it was withdrawn or has expired.
    :raises CannotRecover: the person no longer holds a full license in use.
    """
    request = recovery_facts(request_id, at)
    if request.requested_by_id == operator.person_id:
        raise SameOperator(_("You asked for this yourself. Another operator has to approve it."))
    if request.state == RecoveryState.APPROVED:
        return Recovered(request)
    with transaction.atomic():
        if not accounts.approve_recovery(
            request_id=request_id, approved_by=operator.person_id, at=at
        ):
            raise _ended(recovery_facts(request_id, at))
        link, code = _carry_out(request, at)
        request = recovery_facts(request_id, at)
        _record(request, operator, "recovery.approve", at)
        _tell(request, _told_approval)
    return Recovered(request, link, code)


def withdraw_recovery(*, operator: Operator, request_id: UUID, at: datetime) -> RecoveryFacts:
    """End a request without carrying it out; each of the two can. Twice changes nothing.

    :raises NotFound: no such request.
    :raises RecoveryEnded: it was approved before.
    """
    request = recovery_facts(request_id, at)
    if request.state == RecoveryState.APPROVED:
        raise _ended(request)
    with transaction.atomic():
        if accounts.withdraw_recovery(request_id=request_id, at=at):
            request = recovery_facts(request_id, at)
            _record(request, operator, "recovery.withdraw", at)
            _tell(request, _told_withdrawal)
    return recovery_facts(request_id, at)


def _actor(account_id: UUID) -> Actor:
    """Return who acts in the account: the operator, and nowhere else."""
    return Actor(person_id=None, account_id=account_id, door="command")


def _candidate(actor: Actor, account_id: UUID, email: str, *, successor: bool) -> HolderRow:
    license_id = license_of_address(account_id, email)
    row = None
    if license_id is not None:
        row = holder_details(actor=actor, account_id=account_id, license_id=license_id).row
    if row is None or row.kind != PoolKind.FULL:
        raise CannotRecover(
            _("%(email)s holds no full license in this account, and without one has no role.")
            % {"email": email},
            ways_out=(
                WayOut("other-holder", _("Name somebody who holds a full license here")),
                WayOut(
                    "successor",
                    _("Let %(email)s succeed somebody who left, with --successor")
                    % {"email": email},
                ),
            ),
        )
    if not successor:
        _check_in_use(row)
    return row


def _check_in_use(row: HolderRow) -> None:
    if row.state != LicenseState.ACTIVE:
        raise CannotRecover(
            _("The license of %(name)s is “%(state)s”: nobody can enter with it now.")
            % {"name": row.name, "state": row.state.label},
            ways_out=(
                WayOut("other-holder", _("Name somebody who holds a full license here")),
                WayOut("successor", _("Name a successor for the license, with --successor")),
            ),
        )
    if Role.REGISTRATION_ADMIN in row.roles:
        raise CannotRecover(
            _(
                "%(name)s is registration administrator already. A forgotten password or a lost "
                "second factor is renewed at the sign-in, or by another administrator."
            )
            % {"name": row.name}
        )


def _carry_out(request: RecoveryFacts, at: datetime) -> tuple[str, str]:
    """Give the role through the same action as everybody; return a successor's link and code."""
    account_id = request.account.id
    actor = _actor(account_id)
    row = _candidate(actor, account_id, request.email, successor=bool(request.successor))
    license_id, link, code = row.license_id, "", ""
    if request.successor:
        rules = protection_of(account_id)
        code = new_pass_code() if rules.pass_code_required else ""
        wish = Wish(
            request.successor,
            keep_roles=True,
            mail=rules.server_invitations,
            terms=LinkTerms(pass_code=code),
        )
        plan = plan_reassignment(
            actor=actor, account_id=account_id, license_id=license_id, wish=wish, at=at
        )
        result = reassign_license(
            actor=actor,
            account_id=account_id,
            license_id=license_id,
            wish=wish,
            at=at,
            confirmed=plan.hash,
        )
        license_id = result.license_id
        if result.invited:
            links = open_links([result.profile_id], at)
            link = registration_address(links[result.profile_id])
    grant_role(
        actor=actor,
        account_id=account_id,
        license_id=license_id,
        role=Role.REGISTRATION_ADMIN,
        at=at,
    )
    return link, code if link else ""


def _ended(request: RecoveryFacts) -> RecoveryEnded:
    sentence = {
        RecoveryState.EXPIRED: _("This request has expired. Please ask anew."),
        RecoveryState.WITHDRAWN: _("This request was withdrawn. Please ask anew."),
        RecoveryState.APPROVED: _("This request was approved and carried out."),
        RecoveryState.OPEN: _("This request cannot be carried out."),
    }[request.state]
    return RecoveryEnded(sentence)


def _record(request: RecoveryFacts, operator: Operator, verb: str, at: datetime) -> None:
    """Write it into the account's log and into the operator's."""
    facts = {
        "request": str(request.id),
        "reason": request.reason,
        # Not the address: the log is for good, and who was erased is not to be found in it.
        "successor": bool(request.successor),
    }
    for account_id in (request.account.id, None):
        record(
            account_id=account_id,
            actor_id=operator.person_id,
            door="command",
            verb=verb,
            at=at,
            subject_id=request.person_id,
            account=request.account.slug,
            **facts,
        )


def _tell(request: RecoveryFacts, write: Callable[[RecoveryFacts], tuple[str, str]]) -> None:
    """Mail every administrator of the account, the person, and a successor, in their language."""
    for email, language in mail_addresses(request.account.id, ADMINS, request.person_id).items():
        _mail(email, language, request, write)
    if request.successor and request.state == RecoveryState.OPEN:
        _mail(request.successor, request.account.language, request, write)


def _mail(
    email: str,
    language: str,
    request: RecoveryFacts,
    write: Callable[[RecoveryFacts], tuple[str, str]],
) -> None:
    with translation.override(language):
        subject, text = write(request)
        objection = _(
            "You did not expect this, or do not agree? Then please write to %(support)s at once."
        ) % {"support": settings.SUPPORT_EMAIL}
        queue_mail(email, subject, f"{text}\n\n{objection}\n")


def _values(request: RecoveryFacts) -> dict[str, str]:
    language = translation.get_language() or "de"
    return {
        "account": request.account.name,
        "who": request.successor or f"{request.name} ({request.email})",
        "reason": request.reason,
        "until": moment(request.expires_at, language, request.account.zone),
    }


def _told_request(request: RecoveryFacts) -> tuple[str, str]:
    values = _values(request)
    parts = [
        _(
            "The operator of Siegel was asked to make %(who)s registration administrator of "
            "%(account)s."
        ),
        _("The reason given: %(reason)s"),
        _(
            "Nothing has changed yet. It happens only if a second person of the operator "
            "approves it, until %(until)s at the latest."
        ),
    ]
    if request.successor:
        parts.insert(1, _("The license of %(name)s would pass on to them."))
        values["name"] = request.name
    subject = _("%(account)s: a registration administrator is to be recovered") % values
    return subject, "\n\n".join(part % values for part in parts)


def _told_approval(request: RecoveryFacts) -> tuple[str, str]:
    values = _values(request)
    parts = (
        _(
            "Two people of the operator have made %(who)s registration administrator of "
            "%(account)s."
        ),
        _("The reason given: %(reason)s"),
        _("The account’s log tells when and by whom."),
    )
    subject = _("%(account)s has a new registration administrator") % values
    return subject, "\n\n".join(part % values for part in parts)


def _told_withdrawal(request: RecoveryFacts) -> tuple[str, str]:
    values = _values(request)
    text = _(
        "The operator of Siegel no longer wants to make %(who)s registration administrator of "
        "%(account)s. Nothing has changed."
    )
    return _("%(account)s: the recovery was withdrawn") % values, text % values
