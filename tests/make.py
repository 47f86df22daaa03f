"""State for tests, made through the real actions."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from django.utils import timezone

from siegel.accounts import actions as accounts
from siegel.accounts.actions import LinkTerms, PersonData
from siegel.accounts.models import Person, Profile
from siegel.accounts.permissions import SYSTEM, Actor, Role
from siegel.accounts.queries import AccountFacts
from siegel.billing.actions import load_price_lists
from siegel.billing.items import Term
from siegel.boxes import actions as boxes
from siegel.boxes.kinds import BoxKind
from siegel.licensing import actions as licensing
from siegel.licensing.kinds import LicenseState, PoolKind
from siegel.licensing.models import License, Pool
from siegel.licensing.queries.seats import seats_of
from siegel.licensing.rules import Quantities
from siegel.workflows.invite_person import Invitation, invite_person
from siegel.workflows.open_account import open_account
from tests.recording import Recording

START = datetime(2026, 1, 15, 9, tzinfo=UTC)
PASSWORD = "korrekt-pferd-batterie"


@dataclass(frozen=True)
class Somebody:
    """A person of the cast in one account."""

    account: AccountFacts
    profile_id: UUID
    person_id: UUID
    email: str
    license_id: UUID

    @property
    def actor(self) -> Actor:
        """The person as an actor, with the roles they have now; no roles without an active seat."""
        for seat in seats_of(self.person_id):
            if seat.account.id == self.account.id:
                return seat.actor(self.person_id, door="test")
        return Actor(self.person_id, self.account.id, door="test")

    @property
    def login(self) -> Person:
        """The person's login, for ``client.force_login``."""
        return Person.objects.get(id=self.person_id)


def account(
    slug: str = "musterwerk",
    name: str = "Musterwerk GmbH",
    package: str = "growth",
    admin_email: str = "anna@musterwerk.test",
    admin_name: tuple[str, str] = ("Anna", "Krüger"),
    at: datetime = START,
    term: Term = Term.YEARLY,
    **quantities: int,
) -> Somebody:
    """Open an account and return its registration administrator, signed up and active."""
    CATALOGUES.play()
    opened = open_account(
        slug=slug,
        name=name,
        package=package,
        quantities=Quantities(**({"full": 10} | quantities)),
        admin=PersonData(admin_email, *admin_name, organisation=name),
        at=at,
        term=term,
    )
    return _accepted(opened.account, opened.profile_id, opened.license_id, at)


def person(
    of: AccountFacts,
    email: str,
    first_name: str = "",
    last_name: str = "",
    *,
    kind: PoolKind = PoolKind.FULL,
    roles: tuple[Role, ...] = (),
    active: bool = True,
    at: datetime = START,
    organisation: str = "",
) -> Somebody:
    """Give somebody a license and roles; active unless told otherwise."""
    data = PersonData(email, first_name, last_name, organisation=organisation)
    profile = accounts.ensure_profiles(actor=SYSTEM, account_id=of.id, people=[data], at=at)[email]
    license_id = licensing.assign_license(
        actor=SYSTEM,
        account_id=of.id,
        kind=kind,
        holder_id=profile.id,
        at=at,
    )
    for role in roles:
        accounts.grant_role(actor=SYSTEM, profile_id=profile.id, account_id=of.id, role=role, at=at)
    if active:
        return _accepted(of, profile.id, license_id, at)
    return Somebody(of, profile.id, profile.person_id, email, license_id)


def invited(
    by: Somebody,
    email: str,
    *,
    kind: PoolKind = PoolKind.GUEST,
    mail: bool = False,
    at: datetime | None = None,
    **terms: Any,
) -> Invitation:
    """Let somebody invite a person, as the pages do; ``terms`` are those of the link."""
    return invite_person(
        actor=by.actor,
        account_id=by.account.id,
        person=PersonData(email, "Jonas", "Okafor"),
        kind=kind,
        at=at or timezone.now(),
        mail=mail,
        terms=LinkTerms(**terms),
    )


def people(of: AccountFacts, count: int, kind: PoolKind = PoolKind.FULL) -> list[UUID]:
    """Give ``count`` new people a license each, in bulk; return the license ids."""
    data = [PersonData(f"p{n:06d}@viele.test", f"P{n}", "Viele") for n in range(count)]
    profiles = accounts.ensure_profiles(actor=SYSTEM, account_id=of.id, people=data, at=START)
    return licensing.assign_licenses(
        actor=SYSTEM,
        account_id=of.id,
        kind=kind,
        holder_ids=[profiles[one.email].id for one in data],
        at=START,
    )


def profiles(of: AccountFacts, count: int, prefix: str = "q") -> list[UUID]:
    """Create ``count`` people without a license; return their profile ids."""
    data = [PersonData(f"{prefix}{n:06d}@viele.test") for n in range(count)]
    made = accounts.ensure_profiles(actor=SYSTEM, account_id=of.id, people=data, at=START)
    return [made[one.email].id for one in data]


def pool(of: AccountFacts, kind: PoolKind) -> Pool:
    """Return the account's pool as it is now."""
    return Pool.objects.get(account_id=of.id, kind=kind)


def book(of: AccountFacts, *, at: datetime = START, **totals: int) -> None:
    """Set some of the account's totals, as support would."""
    from siegel.licensing.queries.packages import booking_facts

    now = booking_facts(of.id)
    assert now is not None
    licensing.book(
        actor=SYSTEM,
        account_id=of.id,
        expected_number=now.number,
        quantities=Quantities(**(dict(now.quantities.items()) | totals)),
        at=at,
    )


def _accepted(of: AccountFacts, profile_id: UUID, license_id: UUID, at: datetime) -> Somebody:
    licensing.accept_license(holder_id=profile_id, at=at)
    profile = Profile.objects.select_related("person").get(id=profile_id)
    profile.person.set_password(PASSWORD)
    profile.person.save(update_fields=["password"])
    assert License.objects.get(id=license_id).state == "active"
    return Somebody(of, profile_id, profile.person_id, profile.email, license_id)


def _load_catalogues() -> None:
    licensing.load_packages()
    load_price_lists()


CATALOGUES = Recording(_load_catalogues)


def box(
    of: Somebody,
    name: str = "Verträge",
    *,
    kind: BoxKind = BoxKind.PRIVACY,
    members: tuple[Somebody, ...] = (),
    files: int = 0,
    size: int = 0,
    at: datetime = START,
) -> UUID:
    """Create a box of somebody's license, with members and so much in it; return its id."""
    ends_at = at + timedelta(days=90) if kind == BoxKind.TEMPORARY else None
    box_id = boxes.create_box(
        actor=SYSTEM,
        account_id=of.account.id,
        kind=kind,
        name=name,
        at=at,
        ends_at=ends_at,
        owner_id=of.license_id,
    )
    for member in members:
        boxes.join_boxes(actor=SYSTEM, box_ids=[box_id], license_id=member.license_id, at=at)
    if files or size:
        boxes.change_content(box_id=box_id, files=files, size=size)
    return box_id


def bin_boxes(of: Somebody, *, at: datetime = START) -> UUID:
    """Put somebody's boxes into the bin, as removing them does first; return the removal."""
    removal = licensing.open_removal(
        actor=SYSTEM,
        account_id=of.account.id,
        license_id=of.license_id,
        reason="removed",
        state_before=LicenseState.ACTIVE,
        roles=(),
        at=at,
        erase_after=at + timedelta(days=30),
    )
    boxes.bin_boxes(
        actor=SYSTEM,
        account_id=of.account.id,
        license_id=of.license_id,
        removal_id=removal,
        at=at,
    )
    return removal
