"""The groups of an account, and who is in them."""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, Q
from django.db.models.functions import Lower
from django.utils.translation import gettext as _

from siegel.accounts.permissions import Actor, Permission, require
from siegel.core.refusal import NotFound
from siegel.licensing.models import Group


@dataclass(frozen=True)
class GroupFacts:
    """A group, and how many people are in it now."""

    id: UUID
    name: str
    members: int


def all_groups(*, actor: Actor, account_id: UUID) -> list[GroupFacts]:
    """Return the account's groups by name, in one statement.

    :raises Forbidden: only administrators see groups.
    """
    require(actor, Permission.PEOPLE_VIEW, account_id)
    rows = Group.objects.filter(account_id=account_id).annotate(count=_MEMBERS)
    found = rows.order_by(Lower("name"), "id").values_list("id", "name", "count")
    return [GroupFacts(*row) for row in found]


def one_group(*, actor: Actor, account_id: UUID, group_id: UUID) -> GroupFacts:
    """Return a group.

    :raises NotFound: no such group in this account.
    """
    require(actor, Permission.PEOPLE_VIEW, account_id)
    rows = Group.objects.filter(id=group_id, account_id=account_id).annotate(count=_MEMBERS)
    found = rows.values_list("id", "name", "count").first()
    if found is None:
        raise NotFound(_("This does not exist, or it belongs to another account."))
    return GroupFacts(*found)


_MEMBERS = Count("members", filter=Q(members__license__released_at=None))
