"""The kinds of pools and the states of a license."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class PoolKind(TextChoices):
    """What a pool counts: licenses of three kinds, and storage in bytes."""

    FULL = "full", _("Full licenses")
    GUEST = "guest", _("Guest licenses")
    DATA_ROOM = "data_room", _("Data rooms")
    STORAGE = "storage", _("Storage")


#: What people hold; a data room's license has no holder.
PERSONAL = (PoolKind.FULL, PoolKind.GUEST)


class LicenseState(TextChoices):
    """Where a license is in its life; all but released count as used."""

    INVITED = "invited", _("invited")
    ACTIVE = "active", _("active")
    SUSPENDED = "suspended", _("suspended")
    VACANT = "vacant", _("vacant")
    RELEASED = "released", _("released")


class Visibility(TextChoices):
    """Whom the holder of a full license finds beside the members of their boxes."""

    ALL = "all", _("All people of the account")
    COLLEAGUES = "colleagues", _("Colleagues, and the guests they brought or were given")
    OWN = "own", _("Only guests they brought or were given")
