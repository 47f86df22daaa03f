"""The shapes of what the API answers and takes; figures of storage in bytes, money in cents."""

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from ninja import Schema
from pydantic import Field

from siegel.licensing.kinds import LicenseState, PoolKind

Kind = Literal["full", "guest", "data_room", "storage"]
PersonalKind = Literal["full", "guest"]
State = Literal["invited", "active", "suspended", "vacant", "released"]
ItemName = Literal["full", "guest_packs", "data_rooms", "storage_packs"]
#: Text without NUL, which no database keeps.
Text = Annotated[str, Field(pattern=r"^[^\x00]*$")]


class AccountOut(Schema):
    """An account that the token may work in."""

    slug: str
    name: str
    language: str
    time_zone: str
    roles: list[str]


class NameOut(Schema):
    """An account by its names."""

    slug: str
    name: str


class PackageOut(Schema):
    """A package of licenses."""

    code: str
    name: str


class ContractOut(Schema):
    """The contract's term that the moment lies in."""

    term: Literal["monthly", "yearly"]
    started_on: date
    renews_on: date
    notice_until: date = Field(description="Last day on which notice can be given")


class Totals(Schema):
    """What is booked: totals, not differences."""

    full: int = Field(ge=0, le=1_000_000)
    guest_packs: int = Field(ge=0, le=1_000_000)
    data_rooms: int = Field(ge=0, le=1_000_000)
    storage_packs: int = Field(ge=0, le=1_000_000)


class PoolOut(Schema):
    """The figures of one kind; available = booked - used."""

    booked: int
    used: int
    available: int
    scarce: bool = Field(description="Fewer than 10 % of what is booked, or none, is available")
    unit: Literal["licenses", "bytes"]


class ItemChangeOut(Schema):
    """One total before and after a planned change."""

    item: ItemName
    before: int
    after: int


class PlannedOut(Schema):
    """Smaller totals that take effect on a date."""

    id: UUID
    on: date
    effective_at: datetime
    changes: list[ItemChangeOut]
    after: dict[Kind, PoolOut] = Field(description="The kinds that change, if use stays as it is")
    planned_by: str


class StatusOut(Schema):
    """Booked, used and available at one moment: what the page "Konto" shows."""

    account: NameOut
    at: datetime
    time_zone: str
    package: PackageOut | None = Field(description="null before the first booking")
    subscription: ContractOut | None
    booked: Totals
    licenses: dict[Kind, PoolOut]
    planned: list[PlannedOut]


class LedgerLineOut(Schema):
    """One change of one pool, with the balance after it."""

    kind: Kind
    seq: int = Field(description="Number within the pool, without gaps")
    at: datetime
    reason: str
    booked_change: int
    used_change: int
    booked: int
    used: int
    available: int
    actor: str
    door: str
    holder: str
    license_id: UUID | None
    booking: int | None

    @staticmethod
    def resolve_kind(line: Any) -> str:
        """Return the kind's name for programs."""
        return PoolKind(line.kind).value


class LedgerOut(Schema):
    """A page of the ledger, newest first; cursors are empty at the ends."""

    items: list[LedgerLineOut]
    newer: str
    older: str


class HolderOut(Schema):
    """One license with its holder."""

    license_id: UUID
    profile_id: UUID
    name: str
    email: str
    organisation: str
    kind: PersonalKind
    state: State
    roles: list[str]
    assigned_at: datetime
    assigned_by: str
    last_active_at: datetime | None

    @staticmethod
    def resolve_kind(row: Any) -> str:
        """Return the kind's name for programs."""
        return PoolKind(row.kind).value

    @staticmethod
    def resolve_state(row: Any) -> str:
        """Return the state's name for programs."""
        return LicenseState(row.state).value


class HoldersOut(Schema):
    """A page of the people who hold licenses; cursors are empty at the ends."""

    total: int
    items: list[HolderOut]
    previous: str
    next: str


class HolderIn(Schema):
    """Whom to give which license."""

    email: Text = Field(max_length=254)
    kind: PersonalKind
    first_name: Text = Field(default="", max_length=80)
    last_name: Text = Field(default="", max_length=80)
    organisation: Text = Field(
        default="",
        max_length=120,
        description="Left empty with a full license, it becomes the account's name",
    )
    department: Text = Field(default="", max_length=120)
    phone: Text = Field(default="", max_length=40)
    mail: bool = Field(default=True, description="Mail the registration link")
    pass_code: Text = Field(
        default="",
        max_length=60,
        description="Asked when registering; told to the person by another way than the link",
    )
    days: int | None = Field(default=None, ge=1, le=90, description="How long the link can be used")
    language: Literal["", "de", "en"] = Field(
        default="", description="Of the mail; left empty, the account's"
    )
    message: Text = Field(default="", max_length=300, description="One line that the mail quotes")

    def terms(self) -> dict[str, Any]:
        """Return how the link is handed out."""
        return {name: getattr(self, name) for name in ("pass_code", "days", "language", "message")}

    def details(self) -> dict[str, str]:
        """Return what is known beside the address."""
        names = ("first_name", "last_name", "organisation", "department", "phone")
        return {name: getattr(self, name) for name in names}


class InvitedOut(Schema):
    """The new license, and the link that is only for its holder."""

    license_id: UUID
    profile_id: UUID
    registration_link: str | None = Field(
        description="As secret as a password; null once it was used"
    )
    expires_at: datetime | None
    mailed: bool


class BookingIn(Totals):
    """The totals that shall hold in the end."""

    plan: Text | None = Field(
        default=None,
        max_length=64,
        description="The hash of the plan that was shown (dry_run); refused if it has changed",
    )


class PriceLineOut(Schema):
    """One item before and after; the net price of one unit for one whole term."""

    item: ItemName
    before: int
    after: int
    unit_cents: int | None = Field(description="null where the price was agreed individually")


class WarningOut(Schema):
    """Something to know before confirming."""

    rule: str
    sentence: str


class BookingPlanOut(Schema):
    """What a change of the booking does, or has done."""

    plan: str = Field(description="Stands for everything below; send it to confirm exactly this")
    carried_out: bool
    repeated: bool = Field(description="The same was carried out before; nothing changed now")
    now: Totals | None = Field(description="The totals from this second on")
    later: Totals | None = Field(description="The totals from later_on on")
    later_on: date | None
    lines: list[PriceLineOut]
    currency: str
    charge_cents: int | None = Field(description="Net, to the end of the current term")
    licenses_now: dict[Kind, PoolOut]
    licenses_later: dict[Kind, PoolOut]
    warnings: list[WarningOut]


class ReassignIn(Schema):
    """Who shall have the license; without `plan` nothing changes."""

    email: Text = Field(max_length=254)
    first_name: Text = Field(default="", max_length=80, description="Of somebody new here")
    last_name: Text = Field(default="", max_length=80)
    keep_roles: bool = Field(default=False, description="Let the roles pass on; else they end")
    mail: bool = Field(default=False, description="Mail somebody new the registration link")
    pass_code: Text = Field(default="", max_length=60, description="Asked beside the link")
    plan: Text | None = Field(
        default=None,
        max_length=64,
        description="The hash of the plan that was shown; it is carried out, or refused if it "
        "has changed",
    )


class SentenceOut(Schema):
    """One thing that happens, in the language of Accept-Language."""

    text: str
    detail: str


class ReassignmentOut(Schema):
    """What giving a license to somebody else does, or has done."""

    plan: str = Field(description="Stands for everything below; send it to confirm exactly this")
    carried_out: bool
    repeated: bool = Field(description="The same was carried out before; nothing changed now")
    way: Literal["pass-on", "unite", "promote"] = Field(
        description="The license itself passes on; all goes to the license of a colleague; a "
        "guest becomes a full user"
    )
    license_id: UUID = Field(description="Of the new holder; before it is done, the one asked for")
    sentences: list[SentenceOut]
    licenses_after: dict[Kind, PoolOut] | None
    registration_link: str | None = Field(
        description="For somebody new; as secret as a password; null once it was used"
    )
    expires_at: datetime | None


class KindIn(Schema):
    """What the license shall be; without `plan` nothing changes."""

    kind: PersonalKind
    plan: Text | None = Field(
        default=None,
        max_length=64,
        description="The hash of the plan that was shown; it is carried out, or refused if it "
        "has changed",
    )


class KindOut(Schema):
    """What making a guest a full user, or back, does or has done."""

    plan: str = Field(description="Stands for what is shown; send it to confirm exactly this")
    carried_out: bool
    repeated: bool = Field(description="The license was of this kind already; nothing changed now")
    license_id: UUID
    kind: PersonalKind = Field(description="What the license is now")
    sentences: list[SentenceOut]
    licenses_after: dict[Kind, PoolOut] | None
