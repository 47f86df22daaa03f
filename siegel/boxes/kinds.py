"""The kinds of boxes, and what members may be."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class BoxKind(TextChoices):
    """A box for good, one that deletes itself on a date, or a data room (SPEC §8)."""

    PRIVACY = "privacy", _("PrivacyBox")
    TEMPORARY = "temporary", _("Temporary box")
    DATA_ROOM = "data_room", _("Data room")


class MemberRole(TextChoices):
    """What a member is in a box; the owner is the license that the box belongs to."""

    MANAGER = "manager", _("Manager")
    MEMBER = "member", _("Member")
