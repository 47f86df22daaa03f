"""Create accounts: the only writer of their table."""

import re
from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from siegel.accounts.models import (
    Account,
)
from siegel.core.refusal import BadInput


@transaction.atomic
def create_account(
    *, slug: str, name: str, language: str = "de", time_zone: str = "Europe/Berlin", at: datetime
) -> Account:
    """Create an account for the workflow that opens it; it names the registration administrator.

    :raises BadInput: the short name is taken or none, or the name or the time zone is none.
    """
    _check_account(slug, name, time_zone)
    try:
        with transaction.atomic():
            return Account.objects.create(
                slug=slug, name=name, language=language, time_zone=time_zone, created_at=at
            )
    except IntegrityError:
        raise BadInput(
            _("There is already an account with the short name “%(slug)s”.") % {"slug": slug}
        ) from None


_SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,48}[a-z0-9])?")


def _check_account(slug: str, name: str, time_zone: str) -> None:
    if not _SLUG.fullmatch(slug):
        raise BadInput(
            _(
                "“%(slug)s” cannot be a short name: up to 50 lower-case letters, digits and "
                "hyphens are possible, no hyphen first or last."
            )
            % {"slug": slug}
        )
    if not name.strip() or len(name) > 120:
        raise BadInput(_("An account needs a name of at most 120 characters."))
    try:
        ZoneInfo(time_zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise BadInput(
            _("“%(zone)s” is no time zone; one is “Europe/Berlin”.") % {"zone": time_zone}
        ) from None
