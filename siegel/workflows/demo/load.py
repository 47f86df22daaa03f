"""Load the demo: what happened at Musterwerk, day by day, each act by somebody, at its time."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from random import Random
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils import timezone

from siegel.accounts.actions import PersonData
from siegel.accounts.permissions import Actor, Role
from siegel.accounts.queries import AccountFacts, find_account, invitation_of
from siegel.billing.items import Term
from siegel.core.periods import local_day
from siegel.licensing import actions as licensing
from siegel.licensing.kinds import PoolKind
from siegel.licensing.queries.packages import booking_facts
from siegel.licensing.queries.seats import seats_of
from siegel.licensing.rules import Quantities
from siegel.workflows.accept_invitation import accept_invitation, register
from siegel.workflows.booking_plan import plan_booking
from siegel.workflows.change_booking import change_booking
from siegel.workflows.change_roles import grant_role
from siegel.workflows.demo.boxes import Joiner, Maker, create_boxes, open_data_room
from siegel.workflows.demo.names import People
from siegel.workflows.erase_people import erase_due
from siegel.workflows.guests import limit_guest, share_guest, take_guest
from siegel.workflows.invite_person import invite_person, open_invitation
from siegel.workflows.open_account import open_account
from siegel.workflows.reassign_license import reassign_license
from siegel.workflows.reassignment_plan import Wish, plan_reassignment
from siegel.workflows.removal_plan import BIN, Destination
from siegel.workflows.remove_people import remove_person
from siegel.workflows.suspend_license import suspend_license

PASSWORD = "siegel-demo-2026"  # noqa: S105 - the demo's, printed by `make run`
GRACE_DAYS = 31  #: after these, whoever was removed is erased: a day after the grace period
DAYS = 868  #: Musterwerk's contract began so long ago: two years of history and a running term


#: Guests, by number, whom several people have; and who is temporary: days from now, or idle days.
_SHARED = (20, 50, 80, 105)
_LIMITED: dict[int, tuple[int, int | None]] = {
    50: (2, None),
    80: (40, None),
    100: (75, None),
    105: (0, 30),
    109: (0, 60),
}
BERLIN = ZoneInfo("Europe/Berlin")  #: where the demo's people work
SATURDAY = 5


@dataclass(frozen=True)
class Login:
    """Somebody of the demo whom one can sign in as."""

    person: PersonData
    description: str
    kind: PoolKind = PoolKind.FULL
    role: Role | None = None

    def __str__(self) -> str:
        return f"{self.person.email:<36} {PASSWORD}   {self.description}"


def _own(first: str, last: str, email: str, department: str) -> PersonData:
    return PersonData(
        f"{email}@musterwerk.example", first, last, "Musterwerk GmbH", department=department
    )


ANNA = _own("Anna", "Krüger", "anna.krueger", "Geschäftsführung")
PAUL = _own("Paul", "Özdemir", "paul.oezdemir", "Recht")
LOGINS = (
    Login(ANNA, "Rolle: Registrierungsadministrator", role=Role.REGISTRATION_ADMIN),
    Login(_own("Tom", "Brandt", "tom.brandt", "IT"), "Rolle: Administrator", role=Role.ADMIN),
    Login(
        _own("Bea", "Thiel", "bea.thiel", "Finanzen"),
        "Rolle: Rechnungsadministrator",
        role=Role.BILLING_ADMIN,
    ),
    Login(PAUL, "Volllizenz, ohne Rolle"),
    Login(
        PersonData("gina@rossi-partner.example", "Gina", "Rossi", "Kanzlei Rossi & Partner"),
        "Gastlizenz",
        kind=PoolKind.GUEST,
    ),
)
STRANGER = Login(
    PersonData("hella@nordwind.example", "Hella", "Nordwind", "Kanzlei Nordwind"),
    "Rolle: Registrierungsadministrator eines anderen Kontos",
)


def at_work(day: datetime, minutes: int, now: datetime) -> datetime:
    """Return a moment of the day, so many minutes after 8 h in Berlin, on a working day.

    What falls on a weekend happens on Monday; what has not come yet, on the last working day.
    """
    local = day.astimezone(BERLIN)
    local = local.replace(hour=8, minute=0, second=0, microsecond=0)
    if local.weekday() >= SATURDAY:
        local += timedelta(days=7 - local.weekday())
    while local.weekday() >= SATURDAY or local + timedelta(minutes=minutes) >= now:
        local -= timedelta(days=1)
    return (local + timedelta(minutes=minutes)).astimezone(UTC)


def load_demo(now: datetime | None = None) -> bool:
    """Load the demo accounts unless they are there; return whether they were loaded.

    All in one transaction: a start that was interrupted begins anew.
    """
    now = now or timezone.now()
    with transaction.atomic():
        if find_account("musterwerk"):
            return False
        story = _Story(now)
        story.tell()
        _open_neighbours(now)
        licensing.seal_ledger(at=now)
    return True


@dataclass(frozen=True)
class _Came:
    """Somebody who was invited."""

    license_id: UUID
    person_id: UUID
    token: str


class _Story:
    """Musterwerk's days. Acts are noted with their moment first and then happen in order."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        self.start = at_work(now - timedelta(days=DAYS), 5, now)
        self.random = Random(1517)  # noqa: S311 - a story, not a secret
        self.people = People(1517)
        self.acts: list[tuple[datetime, int, Callable[[datetime], None]]] = []
        self.account: AccountFacts
        self.admins: list[UUID] = []
        self.came: dict[str, _Came] = {}  # by e-mail
        self.here: dict[str, Joiner] = {}  # who can be let into boxes, by e-mail
        self.invited: dict[str, tuple[PersonData, PoolKind]] = {}  # by e-mail
        self.leaving: set[str] = set()  # addresses of those who leave some day, and own no box
        self.leaver: PersonData  # whose license passes on to a colleague

    def tell(self) -> None:
        """Note every act, then carry them out in the order of time."""
        self._open()
        self._note_logins()
        self._note_bookings()
        self._note_employees()
        self._note_guests()
        self._note_succession()
        self._note_boxes()
        self._note_leavers()
        for at, _number, act in sorted(self.acts, key=lambda noted: noted[:2]):
            act(at)

    def _at(self, day: float) -> datetime:
        """Return a moment during working hours of a day of the story; the last day is today."""
        minutes = self.random.randint(0, 9 * 60)
        # An hour before now: what follows on it (see _note) has not to wait for its time.
        ended = self.now - timedelta(hours=1)
        return at_work(self.start + timedelta(days=int(day)), minutes, ended)

    def _note(
        self, day: float, act: Callable[[datetime], None], *, after: datetime | None = None
    ) -> datetime:
        """Note an act of a day, some minutes after another one if that falls later."""
        at = self._at(day)
        if after is not None and at <= after:
            at = after + timedelta(minutes=self.random.randint(5, 15))
        self.acts.append((at, len(self.acts), act))
        return at

    def _open(self) -> None:
        opened = open_account(
            slug="musterwerk",
            name="Musterwerk GmbH",
            package="growth",
            quantities=Quantities(full=20),
            admin=ANNA,
            at=self.start,
        )
        self.account = opened.account
        accepted = register(token=opened.token, password=PASSWORD, at=self.start, door="demo")
        person_id = UUID(str(accepted.login.pk))
        self.admins.append(person_id)
        self.came[ANNA.email] = _Came(opened.license_id, person_id, opened.token)
        self._arrive(ANNA, PoolKind.FULL)

    def _arrive(self, person: PersonData, kind: PoolKind) -> None:
        """Let somebody be found from now on by those who create boxes."""
        came = self.came[person.email]
        full = kind == PoolKind.FULL
        self.here[person.email] = Joiner(came.license_id, full=full, department=person.department)

    def _actor(self, index: int | None = None) -> Actor:
        person_id = self.random.choice(self.admins) if index is None else self.admins[index]
        return self._seated(person_id)

    def _seated(self, person_id: UUID) -> Actor:
        (seat,) = [s for s in seats_of(person_id) if s.account.id == self.account.id]
        return seat.actor(person_id, door="demo")

    def _note_logins(self) -> None:
        for day, login in enumerate(LOGINS[1:], start=1):
            self._note(day, partial(self._join, login))
        for login in LOGINS:
            self._note(DAYS, partial(self._sign_in, login.person.email))

    def _join(self, login: Login, at: datetime) -> None:
        license_id = self._invite(login.person, login.kind, at, password=PASSWORD)
        if login.role:
            grant_role(
                actor=self._actor(0),
                account_id=self.account.id,
                license_id=license_id,
                role=login.role,
                at=at,
            )
        if login.role == Role.ADMIN:
            self.admins.append(self.came[login.person.email].person_id)

    def _note_bookings(self) -> None:
        for day, totals in (
            (95, {"full": 25}),
            (250, {"full": 30, "data_rooms": 1}),
            (430, {"full": 30, "data_rooms": 2, "storage_packs": 1}),
            (520, {"full": 35}),
            (640, {"guest_packs": 1}),
            (745, {"full": 40}),
            (DAYS - 12, {"storage_packs": 0}),  # fewer: planned for the end of the term
        ):
            self._note(day, partial(self._book, totals))

    def _book(self, totals: dict[str, int], at: datetime) -> None:
        booking = booking_facts(self.account.id)
        if booking is None:
            return
        wanted = Quantities(**(dict(booking.quantities.items()) | totals))
        anna = self._actor(0)
        plan = plan_booking(actor=anna, account=self.account, wanted=wanted, at=at)
        change_booking(actor=anna, account=self.account, wanted=wanted, plan_hash=plan.hash, at=at)

    def _note_employees(self) -> None:
        """37 full licenses in the end: the four logins and 33 more, two of them just invited."""
        for number in range(31):
            joined = 3 + number * (DAYS - 40) / 31
            active = self.random.uniform(0, 12) if number % 8 else self.random.uniform(95, 200)
            person = self.people.employee()
            self._note_stay(person, PoolKind.FULL, joined, last_active=active)
            if not number:
                self._note(DAYS - 30, partial(self._suspend, person.email))
            if number == 1:
                self.leaver = person
        for number in range(9):
            joined = 5 + number * 70
            left = joined + self.random.uniform(60, 160)
            self._note_stay(self.people.employee(), PoolKind.FULL, joined, left=left)
        for day in (DAYS - 4, DAYS - 1):
            self._note_invitation(self.people.employee(), PoolKind.FULL, day)

    def _note_guests(self) -> None:
        """118 guest licenses in the end: Gina, 111 more in use, six invited."""
        for number in range(111):
            joined = 8 + number * (DAYS - 20) / 111
            active = self.random.uniform(0, 120)
            person = self.people.outsider()
            self._note_stay(person, PoolKind.GUEST, joined, last_active=active)
            if number in _SHARED:
                self._note(DAYS - 2, partial(self._share, person.email))
            if number in _LIMITED:
                self._note(DAYS - 1, partial(self._limit, person.email, *_LIMITED[number]))
        for number in range(34):
            joined = 10 + number * 22
            left = joined + self.random.uniform(20, 110)
            self._note_stay(self.people.outsider(), PoolKind.GUEST, joined, left=left)
        for number in range(6):
            self._note_invitation(self.people.outsider(), PoolKind.GUEST, DAYS - 9 + number)

    def _note_succession(self) -> None:
        """Somebody changes the job; their license passes on to a new colleague."""
        successor = self.people.employee()
        passed = self._note(DAYS - 45, partial(self._pass_on, successor))
        accepted = self._note(DAYS - 44, partial(self._accept, successor.email), after=passed)
        self._note(DAYS - 2, partial(self._sign_in, successor.email), after=accepted)

    def _pass_on(self, successor: PersonData, at: datetime) -> None:
        anna, license_id = self._actor(0), self.came[self.leaver.email].license_id
        wish = Wish(successor.email, successor.first_name, successor.last_name)
        place: dict[str, Any] = {"actor": anna, "account_id": self.account.id, "at": at}
        plan = plan_reassignment(**place, license_id=license_id, wish=wish)
        done = reassign_license(**place, license_id=license_id, wish=wish, confirmed=plan.hash)
        link = open_invitation(**place, profile_id=done.profile_id)
        token = link.link.rstrip("/").rsplit("/", 1)[-1] if link else ""
        known = invitation_of(token)
        if known is None:
            raise RuntimeError("a reassigned license without a link")
        self.came[successor.email] = _Came(done.license_id, known.person_id, token)
        self.invited[successor.email] = successor, PoolKind.FULL
        self.here.pop(self.leaver.email, None)

    def _note_boxes(self) -> None:
        """Full users create boxes once they are there; two deals need data rooms."""
        makers = [login.person for login in LOGINS if login.kind == PoolKind.FULL]
        for number, person in enumerate(makers):
            for day in (20 + number, 200 + 9 * number, 610 + 5 * number):
                self._note(day, partial(self._create_boxes, person.email))
        for day in range(40, DAYS - 20, 21):
            self._note(day, partial(self._create_boxes, ""))
        self._note(300, self._allow_data_rooms)
        self._note(310, partial(self._open_data_room, "Projekt Elbe"))
        self._note(620, partial(self._open_data_room, "Due Diligence Nord"))

    def _maker(self, email: str) -> Maker | None:
        """Return somebody as who they are now; without an address, somebody with a full license."""
        full = [one for one, joiner in self.here.items() if joiner.full]
        email = email or self.random.choice([one for one in full if one not in self.leaving])
        person_id = self.came[email].person_id
        seats = [seat for seat in seats_of(person_id) if seat.account.id == self.account.id]
        if not seats:  # suspended, for example
            return None
        return Maker(seats[0].actor(person_id, door="demo"), self.here[email].department)

    def _create_boxes(self, email: str, at: datetime) -> None:
        maker = self._maker(email)
        if maker is None:
            return
        create_boxes(
            maker=maker,
            account_id=self.account.id,
            others=list(self.here.values()),
            count=self.random.randint(1, 3),
            random=self.random,
            at=at,
            now=self.now,
        )

    def _allow_data_rooms(self, at: datetime) -> None:
        licensing.change_rights(
            actor=self._actor(0),
            account_id=self.account.id,
            license_ids=[self.came[PAUL.email].license_id],
            changes={"creates_data_rooms": True},
            at=at,
        )

    def _open_data_room(self, name: str, at: datetime) -> None:
        maker = self._maker(PAUL.email)
        if maker is not None:
            open_data_room(
                maker=maker,
                account_id=self.account.id,
                name=name,
                others=list(self.here.values()),
                random=self.random,
                at=at,
            )

    def _share(self, email: str, at: datetime) -> None:
        """Paul works with them as well, and so does Bea."""
        paul, bea = LOGINS[3].person.email, LOGINS[2].person.email
        actor = self._seated(self.came[paul].person_id)
        license_id = take_guest(actor=actor, account_id=self.account.id, email=email, at=at)
        share_guest(
            actor=actor,
            account_id=self.account.id,
            license_id=license_id,
            with_license=self.came[bea].license_id,
            at=at,
        )

    def _limit(self, email: str, days: int, idle_days: int | None, at: datetime) -> None:
        """Let a guest stay until a day soon, or as long as they come."""
        last_day = None if idle_days else local_day(self.now, BERLIN) + timedelta(days=days)
        limit_guest(
            actor=self._actor(),
            account_id=self.account.id,
            license_id=self.came[email].license_id,
            last_day=last_day,
            idle_days=idle_days,
            at=at,
        )

    def _note_leavers(self) -> None:
        """Two have left a few days ago: one with a successor, one with all boxes in the bin."""
        for number, to in enumerate((BIN, None)):
            person = self.people.employee()
            self.leaving.add(person.email)
            invited = self._note_invitation(person, PoolKind.FULL, 560 + number)
            came = self._note(562 + number, partial(self._accept, person.email), after=invited)
            made = self._note(570, partial(self._create_boxes, person.email), after=came)
            made = self._note(700, partial(self._create_boxes, person.email), after=made)
            gone = DAYS - 3 - 3 * number
            self._note(gone, partial(self._release, person.email, to=to), after=made)

    def _note_stay(
        self,
        person: PersonData,
        kind: PoolKind,
        joined: float,
        *,
        left: float | None = None,
        last_active: float = 0,
    ) -> None:
        """Note when somebody comes and when they were last here, or left (days)."""
        invited = self._note_invitation(person, kind, joined)
        accepted = min(joined + self.random.uniform(0, 3), DAYS)
        came = self._note(accepted, partial(self._accept, person.email), after=invited)
        if left is not None:
            self.leaving.add(person.email)
            gone = max(left, accepted + 1)
            self._note(gone, partial(self._release, person.email), after=came)
            if gone + GRACE_DAYS < DAYS:
                self._note(gone + GRACE_DAYS, _erase)
            return
        seen = max(accepted, DAYS - last_active)
        self._note(seen, partial(self._sign_in, person.email), after=came)

    def _note_invitation(self, person: PersonData, kind: PoolKind, day: float) -> datetime:
        return self._note(day, partial(self._come, person, kind))

    def _come(self, person: PersonData, kind: PoolKind, at: datetime) -> None:
        self._invite(person, kind, at)

    def _invite(
        self, person: PersonData, kind: PoolKind, at: datetime, *, password: str = ""
    ) -> UUID:
        invitation = invite_person(
            actor=self._actor(),
            account_id=self.account.id,
            person=person,
            kind=kind,
            at=at,
            mail=False,
        )
        token = invitation.link.rstrip("/").rsplit("/", 1)[-1]
        known = invitation_of(token)
        if known is None:
            raise RuntimeError("an invitation without a link")
        self.came[person.email] = _Came(invitation.license_id, known.person_id, token)
        self.invited[person.email] = person, kind
        if password:
            register(token=token, password=password, at=at, door="demo")
            self._arrive(person, kind)
        return invitation.license_id

    def _accept(self, email: str, at: datetime) -> None:
        came = self.came[email]
        accept_invitation(token=came.token, person_id=came.person_id, at=at, door="demo")
        self._arrive(*self.invited[email])

    def _sign_in(self, email: str, at: datetime) -> None:
        licensing.note_sign_in(person_id=self.came[email].person_id, at=at)

    def _release(self, email: str, at: datetime, *, to: Destination | None = None) -> None:
        self.here.pop(email, None)
        to = to or Destination(successor=self.came[PAUL.email].license_id)
        remove_person(
            actor=self._actor(),
            account_id=self.account.id,
            license_id=self.came[email].license_id,
            at=at,
            to=to,
        )

    def _suspend(self, email: str, at: datetime) -> None:
        """Somebody goes on parental leave: no access, and the license stays theirs."""
        away = self.came[email]
        suspend_license(
            actor=self._actor(), account_id=self.account.id, license_id=away.license_id, at=at
        )


def _open_neighbours(now: datetime) -> None:
    """Open two more accounts: one that only support can change, where Anna works too, and one
    of strangers."""
    at = at_work(now - timedelta(days=200), 90, now)
    foundation = open_account(
        slug="musterwerk-stiftung",
        name="Musterwerk Stiftung",
        package="individual",
        quantities=Quantities(full=6, guest_packs=2, data_rooms=1),
        admin=ANNA,
        at=at,
    )
    known = invitation_of(foundation.token)
    if known is not None:
        accept_invitation(token=foundation.token, person_id=known.person_id, at=at, door="demo")
    stranger = open_account(
        slug="kanzlei-nordwind",
        name="Kanzlei Nordwind",
        package="essential",
        term=Term.MONTHLY,
        quantities=Quantities(full=3),
        admin=STRANGER.person,
        at=at,
    )
    register(token=stranger.token, password=PASSWORD, at=at, door="demo")


def _erase(at: datetime) -> None:
    """Do what the worker does every night."""
    erase_due(at=at)
