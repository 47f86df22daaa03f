"""Give a license to somebody else with everything that hangs on it, exactly as it was shown."""

import re
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from siegel.accounts import actions as accounts
from siegel.accounts.actions import PersonData
from siegel.accounts.permissions import Actor, Permission, Role, require
from siegel.audit.actions import once, record
from siegel.boxes import actions as boxes
from siegel.core.refusal import WorldChanged
from siegel.licensing import actions as licensing
from siegel.licensing.actions.licenses import AlreadyLicensed
from siegel.licensing.kinds import PoolKind
from siegel.licensing.queries.one_holder import license_of_address
from siegel.licensing.queries.seats import works_elsewhere
from siegel.workflows.administrators import keep_an_administrator
from siegel.workflows.invitation_mail import mail_links
from siegel.workflows.invitation_rules import require_code, require_mail_allowed
from siegel.workflows.reassignment_mail import mail_successor
from siegel.workflows.reassignment_plan import (
    ReassignmentPlan,
    Way,
    Wish,
    plan_reassignment,
)
from siegel.workflows.seen_links import renew_seen_link

_HASH = re.compile(r"[0-9a-f]{64}")


class ReassignmentOvertaken(WorldChanged):
    """What was confirmed is not what would happen now."""


@dataclass(frozen=True)
class Reassigned:
    """What a confirmed plan has come to. The license is the one that the successor has now."""

    license_id: UUID
    profile_id: UUID
    way: Way
    invited: bool  #: the successor registers, or accepts, with a registration link
    repeated: bool  #: the same plan was carried out before; nothing changed now


def reassign_license(
    *,
    actor: Actor,
    account_id: UUID,
    license_id: UUID,
    wish: Wish,
    at: datetime,
    confirmed: str,
) -> Reassigned:
    """Carry out the plan with this hash in one transaction; a second time changes nothing.

    :raises ReassignmentOvertaken: something else would happen now than what was shown.
    :raises NoServerInvitations: the account hands links out by hand only.
    :raises PassCodeRequired: the account wants a pass code on each link.
    :raises Refusal: whatever ``plan_reassignment`` refuses.
    """
    require(actor, Permission.LICENSE_ASSIGN, account_id)
    if not _HASH.fullmatch(confirmed):  # forged: may hold what a database does not even compare
        raise overtaken()
    try:
        answer, now = once(
            scope=f"{account_id.hex}:reassign",
            key=confirmed,
            request=str(license_id),
            at=at,
            run=lambda: _carry_out(actor, account_id, license_id, wish, at, confirmed=confirmed),
        )
    except AlreadyLicensed:  # the successor was given a license in this very moment
        raise overtaken() from None
    way = Way(answer["way"])
    return Reassigned(
        UUID(answer["license"]),
        UUID(answer["profile"]),
        way,
        invited=way == Way.PASS_ON,
        repeated=not now,
    )


def overtaken() -> ReassignmentOvertaken:
    """Return the refusal for a plan that is no longer what would happen."""
    return ReassignmentOvertaken(
        _("This has changed in the meantime. Please look at it again and confirm.")
    )


def _carry_out(
    actor: Actor,
    account_id: UUID,
    license_id: UUID,
    wish: Wish,
    at: datetime,
    *,
    confirmed: str,
) -> dict[str, Any]:
    theirs = license_of_address(account_id, accounts.clean_email(wish.email))
    both = {license_id, theirs} if theirs else {license_id}
    licensing.hold_licenses(account_id=account_id, license_ids=both)
    plan = plan_reassignment(
        actor=actor, account_id=account_id, license_id=license_id, wish=wish, at=at
    )
    if plan.hash != confirmed:
        raise overtaken()
    successor_id, successor_person = _successor(actor, plan, at)
    now_held = {
        Way.PASS_ON: _pass_on,
        Way.UNITE: _unite,
        Way.PROMOTE: _promote,
    }[plan.way](actor, plan, successor_id, at)
    _move_roles(actor, plan, successor_id, keep=wish.keep_roles, at=at)
    _close_access(plan, at)
    if plan.way == Way.PASS_ON:
        _invite(actor, account_id, successor_id, wish, at)
    else:  # if they have not registered yet: who has seen their link would get all of it
        renew_seen_link(actor=actor, account_id=account_id, profile_id=successor_id, at=at)
        mail_successor.enqueue(str(now_held), plan.leaver.name)
    _record(actor, plan, now_held, successor_person, at)
    return {"license": str(now_held), "profile": str(successor_id), "way": str(plan.way)}


def _invite(actor: Actor, account_id: UUID, profile_id: UUID, wish: Wish, at: datetime) -> None:
    if wish.mail:
        require_mail_allowed(account_id)
    links = accounts.create_registration_links(
        actor=actor, account_id=account_id, profile_ids=[profile_id], at=at, terms=wish.terms
    )
    require_code(account_id, links)
    if wish.mail:
        mail_links(links)


def _successor(actor: Actor, plan: ReassignmentPlan, at: datetime) -> tuple[UUID, UUID]:
    """Return profile and person; somebody who was here before gets the name typed now."""
    if plan.held is not None:
        return plan.held.profile_id, plan.held.person_id
    email, typed = plan.successor.email, plan.successor
    profiles = accounts.ensure_profiles(
        actor=actor, account_id=plan.account_id, people=[typed], at=at
    )
    known: PersonData = accounts.person_data(profiles[email])
    accounts.change_profile(
        actor=actor,
        account_id=plan.account_id,
        profile_id=profiles[email].id,
        data=replace(
            known,
            first_name=typed.first_name or known.first_name,
            last_name=typed.last_name or known.last_name,
        ),
        at=at,
    )
    return profiles[email].id, profiles[email].person_id


def _pass_on(actor: Actor, plan: ReassignmentPlan, successor_id: UUID, at: datetime) -> UUID:
    licensing.pass_on_license(
        actor=actor,
        account_id=plan.account_id,
        license_id=plan.leaver.license_id,
        to_profile_id=successor_id,
        at=at,
    )
    return plan.leaver.license_id


def _unite(actor: Actor, plan: ReassignmentPlan, _successor_id: UUID, at: datetime) -> UUID:
    """Move everything to the license that the successor has, and free the leaver's."""
    assert plan.held is not None  # noqa: S101 - the way says so
    if plan.leaver.kind == PoolKind.FULL:
        boxes.move_boxes(
            actor=actor,
            account_id=plan.account_id,
            from_license=plan.leaver.license_id,
            to_license=plan.held.license_id,
            at=at,
        )
    _move_belongings(plan.leaver.license_id, plan.held.license_id)
    if plan.held.kind == PoolKind.GUEST:
        licensing.pass_on_sponsors(
            from_license=plan.leaver.license_id, to_license=plan.held.license_id
        )
    _free(actor, plan, plan.leaver.license_id, at)
    return plan.held.license_id


def _promote(actor: Actor, plan: ReassignmentPlan, successor_id: UUID, at: datetime) -> UUID:
    """Pass the full license on to the guest; it takes what the guest license had (promise 9)."""
    assert plan.held is not None  # noqa: S101 - the way says so
    _move_belongings(plan.held.license_id, plan.leaver.license_id)
    licensing.pass_on_sponsors(from_license=plan.held.license_id, to_license=plan.leaver.license_id)
    _free(actor, plan, plan.held.license_id, at)
    licensing.pass_on_license(
        actor=actor,
        account_id=plan.account_id,
        license_id=plan.leaver.license_id,
        to_profile_id=successor_id,
        at=at,
        state=plan.held.state,
        last_active_at=plan.held.last_active_at,
    )
    return plan.leaver.license_id


def _move_belongings(from_license: UUID, to_license: UUID) -> None:
    boxes.pass_on_memberships(from_license=from_license, to_license=to_license)
    licensing.pass_on_belongings(from_license=from_license, to_license=to_license)


def _free(actor: Actor, plan: ReassignmentPlan, license_id: UUID, at: datetime) -> None:
    licensing.release_license(
        actor=actor, account_id=plan.account_id, license_id=license_id, at=at, reason="reassign"
    )


def _move_roles(
    actor: Actor, plan: ReassignmentPlan, successor_id: UUID, *, keep: bool, at: datetime
) -> None:
    """Take the leaver's roles; the successor gets them first, so that somebody always has them."""
    leaver_id, account_id = plan.leaver.profile_id, plan.account_id
    if Role.REGISTRATION_ADMIN in plan.leaver.roles and not keep:
        keep_an_administrator(account_id, leaver_id)
    for role in plan.roles:
        accounts.grant_role(
            actor=actor, profile_id=successor_id, account_id=account_id, role=role, at=at
        )
        accounts.withdraw_shown_restore_links(profile_id=successor_id, at=at)
    for role in plan.leaver.roles:
        accounts.withdraw_role(
            actor=actor, profile_id=leaver_id, account_id=account_id, role=role, at=at
        )


def _close_access(plan: ReassignmentPlan, at: datetime) -> None:
    """Leave the former holder no way in; what they do in other accounts goes on."""
    accounts.withdraw_registration_links(profile_id=plan.leaver.profile_id, at=at)
    accounts.revoke_api_tokens_of(profile_id=plan.leaver.profile_id, at=at)
    if not works_elsewhere(plan.leaver.person_id, plan.account_id):
        accounts.end_sessions(person_id=plan.leaver.person_id)


def _record(
    actor: Actor, plan: ReassignmentPlan, license_id: UUID, successor: UUID, at: datetime
) -> None:
    """Write it down for both: who lost the license, and who has it now."""
    facts = {
        "license": str(license_id),
        "way": str(plan.way),
        "kind": str(plan.leaver.kind),
        "boxes": plan.belongings.boxes,
        "roles": [str(role) for role in plan.roles],
    }
    for verb, subject, other in (
        ("license.reassign", plan.leaver.person_id, successor),
        ("license.take-over", successor, plan.leaver.person_id),
    ):
        record(
            account_id=plan.account_id,
            actor_id=actor.person_id,
            door=actor.door,
            verb=verb,
            at=at,
            subject_id=subject,
            other=str(other),
            **facts,
        )
