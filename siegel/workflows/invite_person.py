"""Give people a license and the link with which they register."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from siegel.accounts import actions as accounts
from siegel.accounts.actions import LinkTerms, NewLink, PersonData
from siegel.accounts.permissions import Actor, Permission, Role, require
from siegel.accounts.queries import latest_invitation
from siegel.accounts.tokens import registration_address
from siegel.audit.actions import record, record_each
from siegel.core.refusal import BadInput, NotFound
from siegel.licensing import actions as licensing
from siegel.licensing.actions.licenses import AlreadyLicensed, WrongState
from siegel.licensing.kinds import PERSONAL, LicenseState, PoolKind
from siegel.licensing.queries.one_holder import holdings, license_of_address, live_license
from siegel.workflows.change_roles import grant_role
from siegel.workflows.guests import limit_guest
from siegel.workflows.in_bin import require_not_in_bin
from siegel.workflows.invitation_mail import mail_links
from siegel.workflows.invitation_rules import require_code, require_mail_allowed, require_reach
from siegel.workflows.own_organisation import with_organisation


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


@dataclass(frozen=True)
class GivenRights:
    """What a license is given with; what is not named stays as every new license has it."""

    roles: tuple[Role, ...] = ()
    changes: Mapping[str, bool | str] = field(default_factory=dict)  #: for ``change_rights``
    groups: tuple[UUID, ...] = ()
    last_day: date | None = None  #: of a temporary guest
    idle_days: int | None = None


def check_invitation(*, actor: Actor, account_id: UUID, email: str, kind: PoolKind) -> None:
    """Return if this person could be invited now, for a preview; nothing is changed.

    :raises BadInput: no e-mail address, or a kind that people do not hold.
    :raises NoFreeLicense: every booked license of the kind is used.
    :raises AlreadyLicensed: the person holds a license in this account; carries which one.
    :raises LiesInBin: the person was removed and can be restored.
    """
    require(actor, Permission.LICENSE_ASSIGN, account_id)
    _require_personal(kind)
    held = license_of_address(account_id, accounts.clean_email(email))
    if held is not None:
        raise AlreadyLicensed(_("This person already holds a license here."), license_id=str(held))
    require_not_in_bin(account_id, [accounts.clean_email(email)])
    licensing.check_free(account_id=account_id, kind=kind)


def _require_personal(kind: PoolKind) -> None:
    if kind not in PERSONAL:
        raise BadInput(_("People hold full or guest licenses."))


def invite_person(
    *,
    actor: Actor,
    account_id: UUID,
    person: PersonData,
    kind: PoolKind,
    at: datetime,
    mail: bool = True,
    terms: LinkTerms | None = None,
    rights: GivenRights = GivenRights(),
) -> Invitation:
    """Give somebody a license and a registration link; mail it, or leave that to the caller.

    Administrators invite anybody, full users who may their guests. Who invites is the sponsor.

    :raises BadInput: no e-mail address, a kind that people do not hold, or terms that cannot be.
    :raises NoFreeLicense: every booked license of the kind is used; nothing has changed.
    :raises AlreadyLicensed: the person holds a license in this account; carries which one.
    :raises LiesInBin: the person was removed and can be restored.
    :raises Forbidden: one of the roles can do what the actor cannot.
    :raises RoleNeedsFullLicense: a role for a guest.
    :raises NotFound: a group of another account.
    :raises NoServerInvitations: the account hands links out by hand only.
    :raises PassCodeRequired: the account wants a pass code on each link.
    """
    _require_personal(kind)
    administers = actor.may(Permission.LICENSE_ASSIGN, account_id)
    needed = Permission.GUEST_INVITE if kind == PoolKind.GUEST else Permission.LICENSE_ASSIGN
    require(actor, needed, account_id)
    if mail:
        require_mail_allowed(account_id)
    data = accounts.clean_person(person)
    require_not_in_bin(account_id, [data.email])
    with transaction.atomic():
        profiles = accounts.ensure_profiles(
            actor=actor,
            account_id=account_id,
            people=with_organisation(account_id, [(data, kind)]),
            at=at,
        )
        profile_id = profiles[data.email].id
        license_id = _assign(actor, account_id, profile_id, kind, at)
        if kind == PoolKind.GUEST and actor.license_id:
            licensing.add_sponsor(guest_ids=[license_id], sponsor_id=actor.license_id, at=at)
        if administers:
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
            mail=mail,
            pass_code=bool(terms and terms.pass_code),
        )
        _give_rights(actor, account_id, license_id, rights, at)
        (link,) = accounts.create_registration_links(
            actor=actor, account_id=account_id, profile_ids=[profile_id], at=at, terms=terms
        )
        require_code(account_id, [link])
        if mail:
            mail_links([link])
        return Invitation(
            license_id, profile_id, registration_address(link.id), link.expires_at, mail
        )


def _give_rights(
    actor: Actor, account_id: UUID, license_id: UUID, rights: GivenRights, at: datetime
) -> None:
    """Do with the new license what administrators do later, through the same actions."""
    license_ids = [license_id]
    for role in sorted(set(rights.roles)):
        grant_role(actor=actor, account_id=account_id, license_id=license_id, role=role, at=at)
    if rights.changes:
        licensing.change_rights(
            actor=actor,
            account_id=account_id,
            license_ids=license_ids,
            changes=rights.changes,
            at=at,
        )
    if rights.groups:
        licensing.change_groups(
            actor=actor, account_id=account_id, license_ids=license_ids, join=rights.groups, at=at
        )
    if rights.last_day is not None or rights.idle_days is not None:
        limit_guest(
            actor=actor,
            account_id=account_id,
            license_id=license_id,
            last_day=rights.last_day,
            idle_days=rights.idle_days,
            at=at,
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
    return replace(
        typed, **{name: getattr(typed, name) or value for name, value in asdict(known).items()}
    )


def invite_again(
    *,
    actor: Actor,
    account_id: UUID,
    license_id: UUID,
    at: datetime,
    mail: bool = True,
    terms: LinkTerms | None = None,
) -> Invitation:
    """Make a new registration link for an invited person; the old one ends.

    Without ``terms`` pass code, language and message are those of the old one.

    :raises BadInput: the terms cannot be.
    :raises NotFound: no such license in this account.
    :raises WrongState: the person has registered, or the license was released.
    """
    (invitation,) = invite_people(
        actor=actor, account_id=account_id, license_ids=[license_id], at=at, mail=mail, terms=terms
    )
    return invitation


@transaction.atomic
def invite_people(
    *,
    actor: Actor,
    account_id: UUID,
    license_ids: Sequence[UUID],
    at: datetime,
    mail: bool = True,
    terms: LinkTerms | None = None,
) -> list[Invitation]:
    """Make new registration links for invited people, in this order; their old ones end.

    :raises NotFound: a license is not of this account.
    :raises Forbidden: one of them has a role that is out of the actor's reach.
    :raises WrongState: somebody has registered, or the license was released.
    """
    require(actor, Permission.GUEST_INVITE, account_id)
    found = holdings(account_id, license_ids)
    require_reach(actor, account_id, [one.profile_id for one in found.values()])
    if mail:
        require_mail_allowed(account_id)
    for license_id in license_ids:
        if license_id not in found:
            raise NotFound(_("This does not exist, or it belongs to another account."))
        require_waiting(found[license_id].state)
    links = accounts.create_registration_links(
        actor=actor,
        account_id=account_id,
        profile_ids=[found[license_id].profile_id for license_id in license_ids],
        at=at,
        terms=terms,
    )
    require_code(account_id, links)
    record_each(
        account_id=account_id,
        actor_id=actor.person_id,
        door=actor.door,
        verb="license.invite-again",
        at=at,
        about=[(found[one].person_id, {"license": str(one), "mail": mail}) for one in license_ids],
    )
    if mail:
        mail_links(links)
    return [
        Invitation(
            license_id, link.profile_id, registration_address(link.id), link.expires_at, mail
        )
        for license_id, link in zip(license_ids, links, strict=True)
    ]


@transaction.atomic
def mail_again(
    *, actor: Actor, account_id: UUID, license_id: UUID, at: datetime
) -> OpenInvitation | None:
    """Mail an invited person the link that they have once more; it stays the same.

    Returns None, and mails nothing, where there is no link that works: it takes a new one.

    :raises NotFound: no such license in this account.
    :raises WrongState: the person has registered, or the license was released.
    """
    require(actor, Permission.GUEST_INVITE, account_id)
    held = holdings(account_id, [license_id]).get(license_id)
    if held is None:
        raise NotFound(_("This does not exist, or it belongs to another account."))
    require_reach(actor, account_id, [held.profile_id])
    require_mail_allowed(account_id)
    require_waiting(held.state)
    link = latest_invitation(held.profile_id)
    if link is None or not link.usable(at):
        return None
    new = NewLink(link.id, link.profile_id, link.expires_at, link.asks_code)
    require_code(account_id, [new])
    record(
        account_id=account_id,
        actor_id=actor.person_id,
        door=actor.door,
        verb="license.mail-again",
        at=at,
        subject_id=held.person_id,
        license=str(license_id),
    )
    mail_links([new])
    return OpenInvitation(registration_address(link.id), link.expires_at)


def open_invitation(
    *, actor: Actor, account_id: UUID, profile_id: UUID, at: datetime
) -> OpenInvitation | None:
    """Return the registration link with which a person can still register, to be handed on.

    :raises Forbidden: the person has a role that is out of the actor's reach.
    """
    require_reach(actor, account_id, [profile_id])
    link = latest_invitation(profile_id)
    if link is None or link.account.id != account_id or not link.usable(at):
        return None
    return OpenInvitation(registration_address(link.id), link.expires_at)


def require_waiting(state: LicenseState) -> None:
    """Return if a license in this state waits for its holder to register.

    :raises WrongState: the person has registered, or the license was released.
    """
    if state == LicenseState.INVITED:
        return
    if state == LicenseState.RELEASED:
        raise WrongState(_("This license was released. Please invite the person again."))
    raise WrongState(
        _(
            "This person has already registered and needs no link. "
            "A forgotten password can be reset on the sign-in page."
        )
    )
