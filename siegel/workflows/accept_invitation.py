"""A person opens their registration link, proves who they are, and has the license."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from siegel.accounts import actions as accounts
from siegel.accounts.models import MAX_WRONG_CODES
from siegel.accounts.pass_codes import is_pass_code
from siegel.accounts.password_rules import password_faults
from siegel.accounts.protection import strictest
from siegel.accounts.queries import (
    InvitationFacts,
    Login,
    invitation_of,
    login_of,
    protection_of,
)
from siegel.audit.actions import record
from siegel.core.refusal import BadInput, Refusal
from siegel.licensing import actions as licensing
from siegel.licensing.queries.seats import protection_for


class LinkState(StrEnum):
    """What can be done with a registration link."""

    OPEN = "open"
    USED = "used"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"
    LOCKED = "locked"
    FORGED = "forged"


class LinkNotOpen(Refusal):
    """The link was used, withdrawn, has expired, or never was one; ``state`` says which."""

    code = "link-not-open"

    def __init__(self, state: LinkState) -> None:
        super().__init__(link_sentence(state), state=str(state))
        self.state = state


class WrongPassCode(Refusal):
    """The pass code is not the one of the link; ``left`` says how often it can still be tried."""

    code = "wrong-pass-code"

    def __init__(self, sentence: str, left: int) -> None:
        super().__init__(sentence, left=left)
        self.left = left


class SignInFirst(Refusal):
    """The person has a login: only its password proves who they are, never a link."""

    code = "sign-in-first"


@dataclass(frozen=True)
class Registration:
    """What a registration link stands for at one moment."""

    state: LinkState
    invitation: InvitationFacts | None  #: None for a forged one

    @property
    def sentence(self) -> str:
        """Why the link cannot be used."""
        return link_sentence(self.state)


def link_sentence(state: LinkState) -> str:
    """Return the one sentence that explains a state; empty for an open link."""
    return {
        LinkState.OPEN: "",
        LinkState.USED: _("This link has been used. Please sign in with your password."),
        LinkState.EXPIRED: _(
            "This link has expired. Please ask whoever invited you for a new one."
        ),
        LinkState.WITHDRAWN: _(
            "This link is no longer valid. There is a newer one, or the invitation was withdrawn."
        ),
        LinkState.LOCKED: _(
            "This link is locked because a wrong pass code was entered too often. Please ask "
            "whoever invited you for a new one."
        ),
        LinkState.FORGED: _(
            "This is not a registration link. Please copy the whole address from your invitation."
        ),
    }[state]


def registration(token: str, at: datetime) -> Registration:
    """Return what the token of a registration link stands for at this moment."""
    link = invitation_of(token)
    if link is None:
        return Registration(LinkState.FORGED, None)
    if link.used_at is not None:
        return Registration(LinkState.USED, link)
    if link.withdrawn_at is not None or not link.may_sign_in:
        return Registration(LinkState.WITHDRAWN, link)
    if link.locked:
        return Registration(LinkState.LOCKED, link)
    open_ = LinkState.OPEN if link.usable(at) else LinkState.EXPIRED
    return Registration(open_, link)


@dataclass(frozen=True)
class Accepted:
    """The license is in use; ``login`` is the person to sign in."""

    account_slug: str
    account_name: str
    login: Login


def register(
    *, token: str, password: str, at: datetime, pass_code: str = "", door: str = "web"
) -> Accepted:
    """Choose the first password of a new person and accept their license.

    A link sets a password only where there never was one: otherwise whoever administers some
    account could take over the logins of people who work in another.

    :raises LinkNotOpen: used, withdrawn, expired, locked or forged.
    :raises SignInFirst: the person can sign in already.
    :raises WrongPassCode: the link asks for a pass code, and this is not it.
    :raises BadInput: the password breaks a rule; ``rows`` say which.
    """
    link = _open_link(token, at)
    if link.has_login:
        raise sign_in_first(link)
    _check_pass_code(link, pass_code, at, door)
    check_password_rules(password, link)
    hashed = make_password(password)  # slow on purpose, so before the database is locked
    with transaction.atomic():
        _use(link, at, door)
        # Decided by the row itself: two links of two accounts for one new person set one password.
        if not accounts.set_first_password(person_id=link.person_id, password=hashed):
            raise sign_in_first(link)
    return Accepted(link.account.slug, link.account.name, login_of(link.person_id))


def accept_invitation(
    *, token: str, person_id: UUID, at: datetime, pass_code: str = "", door: str = "web"
) -> Accepted:
    """Accept the license as the person who is signed in.

    :raises LinkNotOpen: used, withdrawn, expired, locked or forged.
    :raises SignInFirst: the link is for somebody else.
    :raises WrongPassCode: the link asks for a pass code, and this is not it.
    """
    link = _open_link(token, at)
    if link.person_id != person_id:
        raise sign_in_first(link)
    _check_pass_code(link, pass_code, at, door)
    with transaction.atomic():
        _use(link, at, door)
    return Accepted(link.account.slug, link.account.name, login_of(link.person_id))


def _open_link(token: str, at: datetime) -> InvitationFacts:
    found = registration(token, at)
    if found.state != LinkState.OPEN or found.invitation is None:
        raise LinkNotOpen(found.state)
    return found.invitation


def _check_pass_code(link: InvitationFacts, pass_code: str, at: datetime, door: str) -> None:
    """Return if the link asks for no code, or this is it.

    Nothing of the caller is under way yet: what is counted here stays counted when it refuses.
    """
    if not link.asks_code:
        return
    if not pass_code.strip():
        raise BadInput(_("Please enter the pass code."), field="pass_code")
    tries = accounts.begin_pass_code(link_id=link.id)
    if tries is None:
        raise LinkNotOpen(LinkState.LOCKED)
    if is_pass_code(pass_code, link.pass_code):
        accounts.take_back_wrong_code(link_id=link.id)
        return
    left = MAX_WRONG_CODES - tries
    if left > 0:
        raise WrongPassCode(
            ngettext(
                "This is not the pass code. You can try %(left)d more time.",
                "This is not the pass code. You can try %(left)d more times.",
                left,
            )
            % {"left": left},
            left,
        )
    record(
        account_id=link.account.id,
        actor_id=None,
        door=door,
        verb="license.link-locked",
        at=at,
        subject_id=link.person_id,
    )
    raise LinkNotOpen(LinkState.LOCKED)


def _use(link: InvitationFacts, at: datetime, door: str) -> None:
    # The license before its link, as whoever removes or reassigns takes them: crosswise, each of
    # the two would wait for the other.
    accepted = licensing.accept_license(holder_id=link.profile_id, at=at)
    if not accounts.use_registration_link(link_id=link.id, at=at):
        raise LinkNotOpen(LinkState.USED)
    if not accepted:
        raise LinkNotOpen(LinkState.WITHDRAWN)
    record(
        account_id=link.account.id,
        actor_id=link.person_id,
        door=door,
        verb="license.accept",
        at=at,
        subject_id=link.person_id,
    )


def sign_in_first(link: InvitationFacts) -> SignInFirst:
    """Return the refusal for a link whose person has to sign in."""
    return SignInFirst(
        _("This invitation is for %(email)s. Please sign in with this address, then accept it.")
        % {"email": link.email}
    )


def check_password_rules(password: str, link: InvitationFacts) -> None:
    """Return if the password keeps the rules of the account that invites.

    :raises BadInput: it breaks some; ``rows`` say which.
    """
    rules = strictest([protection_of(link.account.id), protection_for(link.person_id)])
    faults = password_faults(password, login_of(link.person_id), rules)
    if faults:
        raise BadInput(_("This password cannot be used."), rows=tuple(faults))
