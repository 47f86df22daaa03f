"""Give people a license and the link with which they register."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from siegel.accounts import actions as accounts
from siegel.accounts.actions import PersonData
from siegel.accounts.permissions import Actor, Permission, require
from siegel.accounts.queries import latest_invitation, roles_among
from siegel.accounts.tokens import registration_address
from siegel.audit.actions import record, record_each
from siegel.core.refusal import BadInput, NotFound
from siegel.licensing import actions as licensing
from siegel.licensing.actions.licenses import AlreadyLicensed, WrongState
from siegel.licensing.kinds import PERSONAL, LicenseState, PoolKind
from siegel.licensing.queries.one_holder import holdings, live_license
from siegel.workflows.administrators import require_rank
from siegel.workflows.invitation_mail import mail_links


@dataclass(frozen=True)
class OpenInvitation:
    """A registration link that was not used yet."""

    link: str  #: the whole address; as secret as a password
    expires_at: datetime


@dataclass(frozen=True)
class Invitation:
    """A license that waits for its holder, and the link that is only for them."""

    license_id: UUID
    profile_id: UUID
    link: str  #: the whole address; as secret as a password
    expires_at: datetime
    mailed: bool


def invite_person(
    *,
    actor: Actor,
    account_id: UUID,
    person: PersonData,
    kind: PoolKind,
    at: datetime,
    mail: bool = True,
) -> Invitation:
    """Give somebody a license and a registration link; mail it, or leave that to the caller.

    :raises BadInput: no e-mail address, or a kind that people do not hold.
    :raises NoFreeLicense: every booked license of the kind is used; nothing has changed.
    :raises AlreadyLicensed: the person holds a license in this account; carries which one.
    """
    require(actor, Permission.LICENSE_ASSIGN, account_id)
    if kind not in PERSONAL:
        raise BadInput(_("People hold full or guest licenses."))
    data = accounts.clean_person(person)
    with transaction.atomic():
        profiles = accounts.ensure_profiles(
            actor=actor, account_id=account_id, people=[data], at=at
        )
        profile_id = profiles[data.email].id
        license_id = _assign(actor, account_id, profile_id, kind, at)
        # Somebody who was here before comes back under the name that was typed now.
        accounts.change_profile(
            actor=actor,
            account_id=account_id,
            profile_id=profile_id,
            data=_completed(data, accounts.person_data(profiles[data.email])),
            at=at,
        )
        record(
            account_id=account_id,
            actor_id=actor.person_id,
            door=actor.door,
            verb="license.invite",
            at=at,
            subject_id=profiles[data.email].person_id,
            license=str(license_id),
            kind=str(kind),
        )
        (link,) = accounts.create_registration_links(
            actor=actor, account_id=account_id, profile_ids=[profile_id], at=at
        )
        if mail:
            mail_links([link])
        return Invitation(
            license_id, profile_id, registration_address(link.id), link.expires_at, mail
        )


def _assign(actor: Actor, account_id: UUID, profile_id: UUID, kind: PoolKind, at: datetime) -> UUID:
    try:
        # A savepoint: where the unique index finds the other license first, PostgreSQL takes no
        # further statement, and the refusal below could not name that license.
        with transaction.atomic():
            return licensing.assign_license(
                actor=actor, account_id=account_id, kind=kind, holder_id=profile_id, at=at
            )
    except AlreadyLicensed as no:
        held = live_license(profile_id)
        raise AlreadyLicensed(str(no), license_id=str(held) if held else "") from None


def _completed(typed: PersonData, known: PersonData) -> PersonData:
    """Return what was typed, with what was known before where nothing was typed."""
    details = ("first_name", "last_name", "organisation", "department", "phone")
    return replace(
        typed, **{name: getattr(typed, name) or getattr(known, name) for name in details}
    )


def invite_again(
    *, actor: Actor, account_id: UUID, license_id: UUID, at: datetime, mail: bool = True
) -> Invitation:
    """Make a new registration link for an invited person; the old one ends.

    :raises NotFound: no such license in this account.
    :raises WrongState: the person has registered, or the license was released.
    """
    (invitation,) = invite_people(
        actor=actor, account_id=account_id, license_ids=[license_id], at=at, mail=mail
    )
    return invitation


@transaction.atomic
def invite_people(
    *, actor: Actor, account_id: UUID, license_ids: Sequence[UUID], at: datetime, mail: bool = True
) -> list[Invitation]:
    """Make new registration links for invited people, in this order; their old ones end.

    :raises NotFound: a license is not of this account.
    :raises Forbidden: one of them has a role that is out of the actor's reach.
    :raises WrongState: somebody has registered, or the license was released.
    """
    require(actor, Permission.LICENSE_ASSIGN, account_id)
    found = holdings(account_id, license_ids)
    _require_rank_over(actor, account_id, [one.profile_id for one in found.values()])
    for license_id in license_ids:
        if license_id not in found:
            raise NotFound(_("This does not exist, or it belongs to another account."))
        if found[license_id].state != LicenseState.INVITED:
            raise _not_waiting(found[license_id].state)
    links = accounts.create_registration_links(
        actor=actor,
        account_id=account_id,
        profile_ids=[found[license_id].profile_id for license_id in license_ids],
        at=at,
    )
    record_each(
        account_id=account_id,
        actor_id=actor.person_id,
        door=actor.door,
        verb="license.invite-again",
        at=at,
        about=[(found[one].person_id, {"license": str(one)}) for one in license_ids],
    )
    if mail:
        mail_links(links)
    return [
        Invitation(
            license_id, link.profile_id, registration_address(link.id), link.expires_at, mail
        )
        for license_id, link in zip(license_ids, links, strict=True)
    ]


def open_invitation(
    *, actor: Actor, account_id: UUID, profile_id: UUID, at: datetime
) -> OpenInvitation | None:
    """Return the registration link with which a person can still register, to be handed on.

    :raises Forbidden: the person has a role that is out of the actor's reach.
    """
    _require_rank_over(actor, account_id, [profile_id])
    link = latest_invitation(profile_id)
    if link is None or link.account.id != account_id or not link.usable(at):
        return None
    return OpenInvitation(registration_address(link.id), link.expires_at)


def _require_rank_over(actor: Actor, account_id: UUID, profile_ids: Sequence[UUID]) -> None:
    require_rank(actor, account_id, roles_among(profile_ids))


def _not_waiting(state: LicenseState) -> WrongState:
    if state == LicenseState.RELEASED:
        return WrongState(_("This license was released. Invite the person anew."))
    return WrongState(
        _(
            "This person has registered already and needs no link. "
            "A forgotten password is renewed on the sign-in page."
        )
    )
