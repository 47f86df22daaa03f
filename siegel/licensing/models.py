"""What can be booked, what is booked, what is used, and every change of it."""

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from siegel.core.ids import new_id
from siegel.licensing.kinds import LicenseState, PoolKind


class Package(models.Model):
    """One version of a package: what a booking brings, without prices.

    A new version is a new row; bookings keep pointing at the one they were made with.
    """

    id = models.BigAutoField(primary_key=True)
    code = models.CharField(max_length=30)
    version = models.PositiveIntegerField()
    name = models.CharField(max_length=60)
    #: Essential, Growth and Enterprise can be booked by the account itself; others by support.
    self_service = models.BooleanField()
    guests_per_full = models.PositiveIntegerField()
    guests_per_pack = models.PositiveIntegerField()
    data_rooms_allowed = models.BooleanField()
    data_rooms_included = models.PositiveIntegerField()
    storage_per_full = models.BigIntegerField(help_text="bytes")
    storage_per_pack = models.BigIntegerField(help_text="bytes")
    features = models.JSONField(default=list)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["code", "version"], name="package_version_once"),
            models.CheckConstraint(
                name="package_rooms_only_where_allowed",
                condition=Q(data_rooms_allowed=True) | Q(data_rooms_included=0),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} (version {self.version})"


class Booking(models.Model):
    """The quantities that an account has booked from this moment on. Append-only.

    The highest number is what holds now; pools are derived from it by ``rules.entitlement``.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    account = models.ForeignKey("accounts.Account", models.PROTECT, related_name="+")
    number = models.PositiveIntegerField()
    at = models.DateTimeField()
    package = models.ForeignKey(Package, models.PROTECT, related_name="+")
    full = models.PositiveIntegerField()
    guest_packs = models.PositiveIntegerField()
    data_rooms = models.PositiveIntegerField()
    storage_packs = models.PositiveIntegerField()
    actor = models.ForeignKey("accounts.Person", models.PROTECT, related_name="+", null=True)
    door = models.CharField(max_length=20)
    #: Hash of the confirmed plan; the same plan is carried out once (promise 12).
    plan = models.CharField(max_length=64, null=True)  # noqa: DJ001 - several NULLs are meant

    class Meta:
        constraints = [
            # Two administrators who book at once both want the next number: one gets it.
            models.UniqueConstraint(fields=["account", "number"], name="booking_number_once"),
            models.UniqueConstraint(fields=["account", "plan"], name="booking_plan_once"),
        ]

    def __str__(self) -> str:
        return f"{self.account_id} #{self.number}"


class Pool(models.Model):
    """Booked and used units of one kind in one account; available = booked - used.

    Storage is a pool too, counted in bytes.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    account = models.ForeignKey("accounts.Account", models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10, choices=PoolKind.choices)
    booked = models.BigIntegerField(default=0)
    used = models.BigIntegerField(default=0)
    #: Number and moment of the last ledger entry. ``at`` never goes back, whatever clocks do.
    seq = models.BigIntegerField(default=0)
    last_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account", "kind"], name="pool_one_per_kind"),
            models.CheckConstraint(
                name="pool_never_overbooked",
                condition=Q(used__gte=0) & Q(used__lte=F("booked")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind}: {self.used} of {self.booked}"


class License(models.Model):
    """One used unit of a pool, held by a person (full, guest) or taken by a data room."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    pool = models.ForeignKey(Pool, models.PROTECT, related_name="+")
    holder = models.ForeignKey("accounts.Profile", models.PROTECT, related_name="+", null=True)
    state = models.CharField(max_length=10, choices=LicenseState.choices)
    assigned_at = models.DateTimeField()
    assigned_by = models.ForeignKey("accounts.Person", models.PROTECT, related_name="+", null=True)
    last_active_at = models.DateTimeField(null=True)
    released_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["holder"], condition=Q(released_at=None), name="license_one_per_person"
            ),
            models.CheckConstraint(
                name="license_released_has_a_date",
                condition=Q(state=LicenseState.RELEASED, released_at__isnull=False)
                | (~Q(state=LicenseState.RELEASED) & Q(released_at=None)),
            ),
        ]
        indexes = [
            models.Index(
                fields=["pool", "state", "assigned_at", "id"],
                condition=Q(released_at=None),
                name="license_live_by_state",
            ),
            models.Index(
                fields=["pool", "last_active_at", "id"],
                condition=Q(released_at=None),
                name="license_live_by_activity",
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)


class LedgerEntry(models.Model):
    """One change of a pool with the balance after it. Append-only, in order of ``seq``."""

    id = models.BigAutoField(primary_key=True)
    pool = models.ForeignKey(Pool, models.PROTECT, related_name="+")
    seq = models.BigIntegerField()
    at = models.DateTimeField()
    reason = models.CharField(max_length=20)
    booked_change = models.BigIntegerField(default=0)
    used_change = models.BigIntegerField(default=0)
    booked = models.BigIntegerField()
    used = models.BigIntegerField()
    license = models.ForeignKey(License, models.PROTECT, related_name="+", null=True)
    booking = models.ForeignKey(Booking, models.PROTECT, related_name="+", null=True)
    actor = models.ForeignKey("accounts.Person", models.PROTECT, related_name="+", null=True)
    door = models.CharField(max_length=20)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["pool", "seq"], name="ledger_seq_once"),
        ]
        indexes = [models.Index(fields=["pool", "at", "seq"], name="ledger_by_moment")]

    def __str__(self) -> str:
        return f"{self.pool_id} #{self.seq}"


class LedgerSeal(models.Model):
    """A hash over the ledger entries of one pool up to ``last_seq``, chained to the seal before.

    Append-only. The worker seals within a minute, so that taking a license stays one statement.
    """

    id = models.BigAutoField(primary_key=True)
    pool = models.ForeignKey(Pool, models.PROTECT, related_name="+")
    number = models.BigIntegerField()
    first_seq = models.BigIntegerField()
    last_seq = models.BigIntegerField()
    previous_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)
    sealed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["pool", "number"], name="seal_number_once"),
            models.UniqueConstraint(fields=["pool", "first_seq"], name="seal_from_once"),
        ]

    def __str__(self) -> str:
        return f"{self.pool_id} #{self.number}"


class PlannedChange(models.Model):
    """Smaller totals that take effect on a date. NULL leaves a quantity as it is."""

    class State(models.TextChoices):
        PLANNED = "planned"
        APPLIED = "applied"
        WITHDRAWN = "withdrawn"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    account = models.ForeignKey("accounts.Account", models.PROTECT, related_name="+")
    effective_at = models.DateTimeField()
    full = models.PositiveIntegerField(null=True)
    guest_packs = models.PositiveIntegerField(null=True)
    data_rooms = models.PositiveIntegerField(null=True)
    storage_packs = models.PositiveIntegerField(null=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.PLANNED)
    planned_at = models.DateTimeField(default=timezone.now)
    planned_by = models.ForeignKey("accounts.Person", models.PROTECT, related_name="+", null=True)
    plan = models.CharField(max_length=64)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey("accounts.Person", models.PROTECT, related_name="+", null=True)

    class Meta:
        constraints = [
            # A second plan replaces the first: an account has one set of totals for the term's end.
            models.UniqueConstraint(
                fields=["account"], condition=Q(state="planned"), name="planned_change_one_open"
            ),
            models.UniqueConstraint(fields=["account", "plan"], name="planned_change_plan_once"),
        ]
        indexes = [
            models.Index(
                fields=["effective_at"], condition=Q(state="planned"), name="planned_change_due"
            )
        ]

    def __str__(self) -> str:
        return f"{self.account_id} {self.effective_at:%Y-%m-%d}"
