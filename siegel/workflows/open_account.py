"""Open an account: package, pools, subscription and its first registration administrator."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from siegel.accounts import actions as accounts
from siegel.accounts.actions import PersonData
from siegel.accounts.permissions import OPERATOR_SHELL, SYSTEM, Role
from siegel.accounts.queries import AccountFacts, account_facts
from siegel.accounts.tokens import registration_address
from siegel.audit.actions import record
from siegel.billing.actions import open_subscription
from siegel.billing.items import Term
from siegel.core.periods import local_day
from siegel.licensing import actions as licensing
from siegel.licensing.kinds import PoolKind
from siegel.licensing.queries.packages import current_package
from siegel.licensing.rules import Quantities
from siegel.workflows.invitation_mail import mail_links


@dataclass(frozen=True)
class OpenedAccount:
    """The new account and its registration administrator's license and link token."""

    account: AccountFacts
    profile_id: UUID
    license_id: UUID
    token: str
    link: str  #: the whole address


@transaction.atomic
def open_account(
    *,
    slug: str,
    name: str,
    package: str,
    quantities: Quantities,
    admin: PersonData,
    at: datetime,
    term: Term = Term.YEARLY,
    time_zone: str = "Europe/Berlin",
    language: str = "de",
    mail: bool = False,
) -> OpenedAccount:
    """Open the account with everything booked and its first administrator invited.

    ``mail`` sends the registration link, too.

    The contract's first day is the day of the booking in the account's time zone (SPEC §3).

    :raises BadInput: the short name is taken, or there is no such package.
    :raises NoPriceList: no price list is valid on that day.
    """
    account = accounts.create_account(
        slug=slug, name=name, language=language, time_zone=time_zone, at=at
    )
    _record("account.open", account.id, at)
    licensing.open_pools(account_id=account.id, at=at)
    licensing.book(
        actor=SYSTEM,
        account_id=account.id,
        expected_number=0,
        quantities=quantities,
        at=at,
        package_id=current_package(package).id,
    )
    facts = account_facts(account)
    open_subscription(
        actor=SYSTEM,
        account_id=account.id,
        term=term,
        started_on=local_day(at, facts.zone),
        at=at,
    )
    profiles = accounts.ensure_profiles(actor=SYSTEM, account_id=account.id, people=[admin], at=at)
    profile = profiles[admin.email]
    (license_id,) = licensing.assign_licenses(
        actor=SYSTEM, account_id=account.id, kind=PoolKind.FULL, holder_ids=[profile.id], at=at
    )
    about = {"license": str(license_id), "kind": str(PoolKind.FULL)}
    _record("license.invite", account.id, at, subject_id=profile.person_id, **about)
    accounts.grant_role(
        actor=SYSTEM,
        profile_id=profile.id,
        account_id=account.id,
        role=Role.REGISTRATION_ADMIN,
        at=at,
    )
    (link,) = accounts.create_registration_links(
        actor=SYSTEM, account_id=account.id, profile_ids=[profile.id], at=at
    )
    if mail:
        mail_links([link])
    return OpenedAccount(
        facts, profile.id, license_id, link.token, link=registration_address(link.id)
    )


def _record(verb: str, account_id: UUID, at: datetime, **about: Any) -> None:
    # Only the operator opens accounts, at the command line.
    actor = OPERATOR_SHELL
    record(account_id=account_id, actor_id=None, door=actor.door, verb=verb, at=at, **about)
