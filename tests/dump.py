"""Everything that is stored about people, licenses and boxes, to compare before and after."""

from typing import Any

from siegel.accounts.models import Account, Person, Profile, RoleGrant
from siegel.boxes.models import Box, BoxMember
from siegel.licensing.models import GroupMember, License, Pool, Sponsorship

#: Stretches of a license's past, moments and who did it are history; sessions ended for good.
_HISTORY = {
    "assigned_at",
    "assigned_by_id",
    "last_active_at",
    "last_at",
    "seq",
    "session_epoch",
    "last_login",
    "since",
    "granted_at",
    "granted_by_id",
    "room_license_id",
}


def dump() -> dict[str, set[tuple[Any, ...]]]:
    """Return the rows of each table without history; ids stay, except those of grants."""
    found = {
        "licenses": License.objects.filter(continued_by=None).exclude(holder=None),
        "boxes": Box.objects.all(),
        "members": BoxMember.objects.all(),
        "sponsors": Sponsorship.objects.all(),
        "groups": GroupMember.objects.all(),
        "accounts": Account.objects.all(),
        "pools": Pool.objects.all(),
        "profiles": Profile.objects.all(),
        "people": Person.objects.all(),
    }
    rows = {
        name: {
            tuple((key, value) for key, value in row.items() if key not in _HISTORY)
            for row in query.values()
        }
        for name, query in found.items()
    }
    rows["roles"] = set(RoleGrant.objects.values_list("profile", "role"))
    return rows
