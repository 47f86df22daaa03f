"""What can be booked, what is booked, what is used, and every change of it."""

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils import timezone

from siegel.core.ids import new_id
from siegel.licensing.kinds import LicenseState, PoolKind, Visibility


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
    #: The license that lives on where this row is only a stretch of its past: it had another
    #: holder or kind then, or lay in the bin afterwards. Lists of a past moment need no more.
    continued_by = models.ForeignKey("self", models.PROTECT, related_name="+", null=True)
    #: A temporary license ends at this moment. With ``idle_days`` every sign-in puts it off to the
    #: midnight after so many days.
    ends_at = models.DateTimeField(null=True)
    idle_days = models.PositiveSmallIntegerField(null=True)
    #: The end of which guest and sponsors were told by mail; of another end they are told again.
    end_told = models.DateTimeField(null=True)
    #: What its holder may do beside using boxes; a guest license allows none of it.
    creates_boxes = models.BooleanField(db_default=True)
    creates_temporary_boxes = models.BooleanField(db_default=True)
    creates_data_rooms = models.BooleanField(db_default=False)
    invites_guests = models.BooleanField(db_default=True)
    #: Whom its holder finds beside the members of their own boxes.
    sees = models.CharField(max_length=10, choices=Visibility.choices, db_default=Visibility.ALL)
    notifications = models.BooleanField(db_default=True)
    #: What it owns; kept by the only writer of boxes, so that lists need not count.
    boxes = models.PositiveIntegerField(db_default=0)
    data_rooms = models.PositiveIntegerField(db_default=0)
    owned_bytes = models.PositiveBigIntegerField(db_default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["holder"], condition=Q(released_at=None), name="license_one_per_person"
            ),
            # Promise 6: first its boxes go to another license or to the bin.
            models.CheckConstraint(
                name="license_released_owns_no_live_box",
                condition=~Q(state=LicenseState.RELEASED) | Q(boxes=0, data_rooms=0),
            ),
            models.CheckConstraint(
                name="license_idle_has_an_end",
                condition=Q(idle_days=None) | Q(ends_at__isnull=False),
            ),
            models.CheckConstraint(
                name="license_data_rooms_are_boxes", condition=Q(data_rooms__lte=F("boxes"))
            ),
            models.CheckConstraint(
                name="license_past_stretch_has_ended",
                condition=Q(continued_by=None) | Q(state=LicenseState.RELEASED),
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
            models.Index(
                fields=["ends_at"],
                condition=Q(released_at=None, ends_at__isnull=False),
                name="license_ends",
            ),
            # Most licenses own nothing: they stay out, so that taking a license costs no more.
            *(
                models.Index(
                    fields=["pool", name, "id"],
                    condition=Q(released_at=None, **{f"{name}__gt": 0}),
                    name=f"license_live_by_{name}",
                )
                for name in ("boxes", "data_rooms", "owned_bytes")
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)


class Sponsorship(models.Model):
    """Whose guest somebody is: the sponsor brought them in, or a colleague shared them.

    It hangs on licenses, so a successor has the guests of the license that was handed on.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    guest = models.ForeignKey(License, models.CASCADE, related_name="+")
    sponsor = models.ForeignKey(License, models.CASCADE, related_name="+")
    since = models.DateTimeField()
    #: The removal of the sponsor before; restoring that person ends this one.
    removal = models.ForeignKey("licensing.Removal", models.PROTECT, related_name="+", null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["guest", "sponsor"], name="sponsorship_once"),
            models.CheckConstraint(name="sponsorship_of_another", condition=~Q(guest=F("sponsor"))),
        ]

    def __str__(self) -> str:
        return f"{self.sponsor_id} brought {self.guest_id}"


class Group(models.Model):
    """A name for several people of an account, for lists, batches and box members."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    account = models.ForeignKey("accounts.Account", models.PROTECT, related_name="+")
    name = models.CharField(max_length=64)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint("account", Lower("name"), name="group_name_once_per_account")
        ]

    def __str__(self) -> str:
        return self.name


class GroupMember(models.Model):
    """A license in a group: it stays there whoever holds it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    group = models.ForeignKey(Group, models.CASCADE, related_name="members")
    license = models.ForeignKey(License, models.CASCADE, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["group", "license"], name="group_member_once")
        ]

    def __str__(self) -> str:
        return f"{self.license_id} in {self.group_id}"


class Removal(models.Model):
    """A person who was removed, between the bin and the end of the grace period (promise 8).

    Everything that restoring needs and the license's row no longer says.
    """

    class Reason(models.TextChoices):
        REMOVED = "removed"  # by an administrator
        EXPIRED = "expired"  # a temporary guest's time was over

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    account = models.ForeignKey("accounts.Account", models.PROTECT, related_name="+")
    license = models.ForeignKey(License, models.PROTECT, related_name="+")
    reason = models.CharField(max_length=10, choices=Reason.choices)
    state_before = models.CharField(max_length=10, choices=LicenseState.choices)
    roles = models.JSONField(default=list)  #: role names withdrawn with the license
    removed_at = models.DateTimeField()
    removed_by = models.ForeignKey("accounts.Person", models.PROTECT, related_name="+", null=True)
    #: From this moment on the person is erased and can no longer be restored.
    erase_after = models.DateTimeField()
    #: When administrators were told that the end is near.
    warned_at = models.DateTimeField(null=True)
    restored_at = models.DateTimeField(null=True)
    restored_by = models.ForeignKey("accounts.Person", models.PROTECT, related_name="+", null=True)
    erased_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["license"],
                condition=Q(restored_at=None, erased_at=None),
                name="removal_one_open",
            ),
            models.CheckConstraint(
                name="removal_ends_once",
                condition=Q(restored_at=None) | Q(erased_at=None),
            ),
        ]
        indexes = [
            models.Index(
                fields=["account", "-removed_at", "id"],
                condition=Q(restored_at=None, erased_at=None),
                name="removal_in_bin",
            ),
            models.Index(
                fields=["erase_after"],
                condition=Q(restored_at=None, erased_at=None),
                name="removal_to_erase",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.license_id} removed {self.removed_at:%Y-%m-%d}"


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
