"""What can be ordered, and for how long."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Item(TextChoices):
    """One line of an order."""

    FULL = "full", _("Full licenses")
    GUEST_PACKS = "guest_packs", _("Guest packs")
    DATA_ROOMS = "data_rooms", _("Additional data rooms")
    STORAGE_PACKS = "storage_packs", _("Storage packs")


class Term(TextChoices):
    """How long a contract runs before it renews (SPEC §3)."""

    MONTHLY = "monthly", _("monthly")
    YEARLY = "yearly", _("yearly")

    @property
    def months(self) -> int:
        """Length of one term in months."""
        return 12 if self is Term.YEARLY else 1

    @property
    def notice_days(self) -> int:
        """How many days before the end of a term notice has to be given."""
        return 30 if self is Term.YEARLY else 14
