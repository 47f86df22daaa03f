"""Boxes, who owns them and who works in them: always a license, never a person."""

from django.db import models
from django.db.models import F, Q

from siegel.boxes.kinds import BoxKind, MemberRole
from siegel.core.ids import new_id


class Box(models.Model):
    """A confidential room with files. It belongs to one license, whoever holds that.

    ``files`` and ``bytes`` count what is in it, also what others put there.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    account = models.ForeignKey("accounts.Account", models.PROTECT, related_name="+")
    owner = models.ForeignKey("licensing.License", models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10, choices=BoxKind.choices)
    name = models.CharField(max_length=64)
    #: The data-room license that a data room takes (SPEC §2).
    room_license = models.OneToOneField(
        "licensing.License", models.PROTECT, related_name="+", null=True
    )
    created_at = models.DateTimeField()
    created_by = models.ForeignKey("accounts.Person", models.PROTECT, related_name="+", null=True)
    ends_at = models.DateTimeField(null=True)  #: a temporary box deletes itself then
    files = models.PositiveIntegerField(default=0)
    bytes = models.PositiveBigIntegerField(default=0)
    #: In the bin: out of reach for everybody, restorable until it is destroyed.
    binned_at = models.DateTimeField(null=True)
    #: The removal of a person that put it there; it comes back with them.
    binned_with = models.ForeignKey(
        "licensing.Removal", models.PROTECT, related_name="+", null=True
    )
    #: Content and name are gone; the row stays for journal and figures.
    destroyed_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name_plural = "boxes"
        constraints = [
            models.CheckConstraint(
                name="box_temporary_has_an_end",
                condition=Q(kind=BoxKind.TEMPORARY, ends_at__isnull=False)
                | (~Q(kind=BoxKind.TEMPORARY) & Q(ends_at=None)),
            ),
            # A room in the bin gives its license back, so that another can be opened.
            models.CheckConstraint(
                name="box_data_room_takes_a_license",
                condition=Q(kind=BoxKind.DATA_ROOM, binned_at=None, room_license__isnull=False)
                | Q(kind=BoxKind.DATA_ROOM, binned_at__isnull=False, room_license=None)
                | (~Q(kind=BoxKind.DATA_ROOM) & Q(room_license=None)),
            ),
            models.CheckConstraint(
                name="box_destroyed_was_binned_and_is_empty",
                condition=Q(destroyed_at=None)
                | Q(binned_at__isnull=False, files=0, bytes=0, name=""),
            ),
            models.CheckConstraint(
                name="box_binned_with_needs_the_bin",
                condition=Q(binned_with=None) | Q(binned_at__isnull=False),
            ),
        ]
        indexes = [
            models.Index(fields=["owner", "id"], condition=Q(binned_at=None), name="box_of_owner"),
            models.Index(
                fields=["account", "binned_at"],
                condition=Q(binned_at__isnull=False, destroyed_at=None),
                name="box_in_bin",
            ),
            models.Index(
                fields=["ends_at"],
                condition=Q(binned_at=None, ends_at__isnull=False),
                name="box_ends",
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)  # names are content


class BoxMember(models.Model):
    """A license that works in a box. The owner needs no row; one that is there gives no less.

    So a box changes its owner by one pointer, and back, and nobody's rights are lost on the way.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    box = models.ForeignKey(Box, models.PROTECT, related_name="members")
    license = models.ForeignKey("licensing.License", models.PROTECT, related_name="+")
    role = models.CharField(max_length=10, choices=MemberRole.choices)
    reads = models.BooleanField(default=True)
    writes = models.BooleanField(default=True)
    deletes = models.BooleanField(default=False)
    sees_members = models.BooleanField(default=True)
    joined_at = models.DateTimeField()
    added_by = models.ForeignKey("accounts.Person", models.PROTECT, related_name="+", null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["box", "license"], name="box_member_once"),
            # Without reading or writing nobody is in a box; writing alone is a letterbox.
            models.CheckConstraint(
                name="box_member_may_something", condition=Q(reads=True) | Q(writes=True)
            ),
            models.CheckConstraint(
                name="box_manager_may_everything",
                condition=~Q(role=MemberRole.MANAGER)
                | Q(reads=True, writes=True, deletes=True, sees_members=True),
            ),
        ]
        indexes = [models.Index(fields=["license", "box"], name="box_member_by_license")]

    def __str__(self) -> str:
        return f"{self.license_id} in {self.box_id}"


class BoxMove(models.Model):
    """A box that passed from one license to another. Append-only."""

    id = models.BigAutoField(primary_key=True)
    box = models.ForeignKey(Box, models.PROTECT, related_name="+")
    from_license = models.ForeignKey("licensing.License", models.PROTECT, related_name="+")
    to_license = models.ForeignKey("licensing.License", models.PROTECT, related_name="+")
    at = models.DateTimeField()
    actor = models.ForeignKey("accounts.Person", models.PROTECT, related_name="+", null=True)
    #: The removal that it was part of; restoring the person can bring the box back.
    removal = models.ForeignKey("licensing.Removal", models.PROTECT, related_name="+", null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="box_move_goes_elsewhere", condition=~Q(from_license=F("to_license"))
            )
        ]

    def __str__(self) -> str:
        return f"{self.box_id}: {self.from_license_id} → {self.to_license_id}"
