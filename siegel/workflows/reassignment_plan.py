"""What happens when a license is given to somebody else, worked out without doing it (promise 7).

Three ways, and the address decides which. Somebody new here gets the license itself, as it is. A
colleague gets what hangs on it, and the license is freed. A guest who takes over a full license is
promoted: the license passes on to them, and takes what their guest license had. None of the three
needs a free license.
"""

import hashlib
import json
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from django.utils.translation import gettext as _

from siegel.accounts import actions as accounts
from siegel.accounts.actions import LastRegistrationAdmin, LinkTerms, PersonData
from siegel.accounts.names import name_or_email
from siegel.accounts.permissions import Actor, Permission, Role, require
from siegel.accounts.queries import latest_invitation, live_tokens_of, others_with_role
from siegel.core.refusal import Refusal, WayOut
from siegel.licensing.actions.licenses import WrongState
from siegel.licensing.kinds import LicenseState, PoolKind
from siegel.licensing.queries.belongings import Belongings, belongings_of
from siegel.licensing.queries.holder_rows import HolderRow
from siegel.licensing.queries.one_holder import holder_details, license_of_address
from siegel.licensing.queries.status import PoolStatus, license_status
from siegel.workflows.administrators import check_an_administrator_stays, require_rank
from siegel.workflows.suspend_license import OwnLicense


class Way(StrEnum):
    """How the successor comes to what the license had."""

    PASS_ON = "pass-on"  # noqa: S105 - no password
    UNITE = "unite"
    PROMOTE = "promote"


class SamePerson(Refusal):
    """The address is the holder's own."""

    code = "same-person"


class ToOneself(Refusal):
    """Administrators do not give themselves the boxes of others."""

    code = "to-oneself"


class SuccessorSuspended(Refusal):
    """The successor has a license here, but may not enter."""

    code = "successor-suspended"


@dataclass(frozen=True)
class Wish:
    """Who shall have the license: the address as typed, a name for somebody new, roles or not.

    ``mail`` sends somebody new their registration link, else it is only shown; ``terms`` are those
    of the link. Neither is part of the plan.
    """

    email: str
    first_name: str = ""
    last_name: str = ""
    keep_roles: bool = False
    mail: bool = False
    terms: LinkTerms | None = None


@dataclass(frozen=True)
class ReassignmentPlan:
    """Everything that reassigning a license will do; ``hash`` stands for all of it."""

    account_id: UUID
    leaver: HolderRow
    successor: PersonData  #: clean; of somebody known here with their name as it is here
    held: HolderRow | None  #: the license that the successor has in this account
    way: Way
    roles: tuple[Role, ...]  #: that the successor newly gets
    belongings: Belongings
    open_link: bool  #: a registration link of the leaver ends
    tokens: tuple[str, ...]  #: names of the leaver's API tokens, which end
    pools_before: tuple[PoolStatus, ...]
    pools_after: tuple[PoolStatus, ...]
    hash: str = ""

    @property
    def successor_name(self) -> str:
        """Name of the successor, or the address where no name is known."""
        who = self.successor
        return name_or_email(who.first_name, who.last_name, who.email)

    @property
    def freed(self) -> PoolKind | None:
        """The kind of which one license becomes available."""
        if self.way == Way.PASS_ON or self.held is None:
            return None
        return self.leaver.kind if self.way == Way.UNITE else self.held.kind


def plan_reassignment(
    *, actor: Actor, account_id: UUID, license_id: UUID, wish: Wish, at: datetime
) -> ReassignmentPlan:
    """Return what giving the license to the owner of this address does. Nothing changes.

    An address that only other accounts know is treated like one that nobody knows.

    :raises NotFound: no such license in this account.
    :raises BadInput: no e-mail address, or a name that is too long.
    :raises OwnLicense: it is the actor's own.
    :raises Forbidden: the holder has a role that is out of the actor's reach.
    :raises WrongState: the license has ended.
    :raises SamePerson: the address is the holder's.
    :raises ToOneself: the address is the actor's.
    :raises SuccessorSuspended: the successor is suspended in this account.
    :raises LastRegistrationAdmin: without the roles nobody could administer the account.
    """
    require(actor, Permission.LICENSE_ASSIGN, account_id)
    leaver = holder_details(actor=actor, account_id=account_id, license_id=license_id).row
    successor = accounts.clean_person(PersonData(wish.email, wish.first_name, wish.last_name))
    _check_leaver(actor, account_id, leaver, at)
    if successor.email == leaver.email:
        raise SamePerson(
            _(
                "%(name)s holds this license already. To let the same person in again, use "
                "“Restore access”."
            )
            % {"name": leaver.name}
        )
    held = _held(actor, account_id, successor.email)
    if not wish.keep_roles:
        _check_administrators(account_id, leaver)
    link = latest_invitation(leaver.profile_id)
    tokens = live_tokens_of(leaver.profile_id, at)
    way = _way(leaver, held)
    pools = license_status(account_id).pools
    plan = ReassignmentPlan(
        account_id=account_id,
        leaver=leaver,
        successor=PersonData(held.email, held.first_name, held.last_name) if held else successor,
        held=held,
        way=way,
        roles=tuple(
            role for role in leaver.roles if wish.keep_roles and not (held and role in held.roles)
        ),
        belongings=belongings_of(actor=actor, account_id=account_id, license_id=license_id),
        open_link=link is not None and link.usable(at),
        tokens=tuple(token.label for token in tokens),
        pools_before=pools,
        pools_after=pools,
    )
    return _sealed(_with_pools_after(plan), wish)


def _check_leaver(actor: Actor, account_id: UUID, leaver: HolderRow, at: datetime) -> None:
    if leaver.person_id == actor.person_id:
        raise OwnLicense(
            _("This is your own license. Please ask another administrator to reassign it.")
        )
    require_rank(actor, account_id, leaver.roles)
    if leaver.state == LicenseState.RELEASED:
        raise WrongState(_("This license was released. There is nothing left to reassign."))


def _held(actor: Actor, account_id: UUID, email: str) -> HolderRow | None:
    """Return the successor's license in this account, or None where there is none."""
    license_id = license_of_address(account_id, email)
    if license_id is None:
        return None
    held = holder_details(actor=actor, account_id=account_id, license_id=license_id).row
    if held.person_id == actor.person_id:
        raise ToOneself(
            _("Nobody gives the boxes of others to themselves. Please ask another administrator.")
        )
    if held.state == LicenseState.SUSPENDED:
        raise SuccessorSuspended(
            _("%(name)s is suspended. Activate their license first, or choose somebody else.")
            % {"name": held.name},
            ways_out=(WayOut("activate", _("Activate %(name)s") % {"name": held.name}),),
            license_id=str(license_id),
        )
    return held


def _check_administrators(account_id: UUID, leaver: HolderRow) -> None:
    """Return if somebody stays who can administer the account, when the roles do not pass on."""
    if Role.REGISTRATION_ADMIN not in leaver.roles:
        return
    try:
        check_an_administrator_stays(account_id, leaver.profile_id)
        alone = not others_with_role(leaver.profile_id, account_id, Role.REGISTRATION_ADMIN)
    except LastRegistrationAdmin:
        alone = True
    if alone:
        raise LastRegistrationAdmin(
            _("%(name)s is the last registration administrator. Let the roles pass on as well.")
            % {"name": leaver.name}
        )


def _way(leaver: HolderRow, held: HolderRow | None) -> Way:
    if held is None:
        return Way.PASS_ON
    promoted = (leaver.kind, held.kind) == (PoolKind.FULL, PoolKind.GUEST)
    return Way.PROMOTE if promoted else Way.UNITE


def _with_pools_after(plan: ReassignmentPlan) -> ReassignmentPlan:
    after = tuple(
        replace(pool, used=pool.used - 1) if pool.kind == plan.freed else pool
        for pool in plan.pools_before
    )
    return replace(plan, pools_after=after)


def _sealed(plan: ReassignmentPlan, wish: Wish) -> ReassignmentPlan:
    """Return the plan with its hash: two plans with one hash do the same.

    What flows on by itself is not part of it: a file that is uploaded meanwhile, a place in a
    colleague's box. It passes on with all the rest, and nobody has to look again for it. Nor is the
    name of somebody new. Since when both have their licenses is part: given back and given again
    is another plan.
    """
    content = {
        "license": plan.leaver.license_id,
        "leaver": _identity(plan.leaver),
        "successor": plan.held and [plan.held.license_id, *_identity(plan.held)],
        "email": plan.successor.email,
        "way": plan.way,
        "roles": [wish.keep_roles, sorted(plan.roles)],
        "boxes": [plan.belongings.boxes, plan.belongings.data_rooms],
        "groups": plan.belongings.groups,
        "guests": [plan.belongings.guests, plan.belongings.sponsors],
        "ends": [plan.open_link, plan.tokens],
    }
    text = json.dumps(content, sort_keys=True, default=str)
    return replace(plan, hash=hashlib.sha256(text.encode()).hexdigest())


def _identity(row: HolderRow) -> list[object]:
    return [row.profile_id, row.kind, row.state, row.assigned_at.isoformat(), sorted(row.roles)]
