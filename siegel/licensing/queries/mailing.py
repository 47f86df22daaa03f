"""Whom a mail about a license goes to."""

from dataclasses import dataclass
from uuid import UUID

from siegel.accounts.names import name_or_email
from siegel.licensing.models import License


@dataclass(frozen=True)
class MailedHolder:
    """The holder of a live license, as a mail needs them."""

    email: str
    name: str
    language: str
    account: str
    slug: str
    boxes: int


def mailed_holder(license_id: UUID) -> MailedHolder | None:
    """Return the holder of a license, or None where nobody holds it any more."""
    row = (
        License.objects.filter(id=license_id, released_at=None, holder__isnull=False)
        .values_list(
            "holder__person__email",
            "holder__first_name",
            "holder__last_name",
            "holder__person__language",
            "pool__account__name",
            "pool__account__slug",
            "boxes",
        )
        .first()
    )
    if row is None:
        return None
    email, first, last, language, account, slug, boxes = row
    return MailedHolder(email, name_or_email(first, last, email), language, account, slug, boxes)
