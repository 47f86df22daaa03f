"""Who of many holds a license already: what bulk work asks before it begins."""

from collections.abc import Sequence
from uuid import UUID

from siegel.licensing.kinds import PoolKind
from siegel.licensing.models import License

_BATCH = 5_000


def kinds_held(account_id: UUID, emails: Sequence[str]) -> dict[str, PoolKind]:
    """Return e-mail → kind for those who hold a live license; one statement per 5 000 addresses."""
    held: dict[str, PoolKind] = {}
    for start in range(0, len(emails), _BATCH):
        rows = License.objects.filter(
            released_at=None,
            holder__account_id=account_id,
            holder__email__in=emails[start : start + _BATCH],
        )
        for email, kind in rows.values_list("holder__email", "pool__kind"):
            held[email] = PoolKind(kind)
    return held
