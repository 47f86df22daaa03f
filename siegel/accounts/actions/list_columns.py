"""What somebody wants to see in a list: their own choice, for themselves."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from siegel.accounts.models import ListColumns
from siegel.accounts.permissions import Actor, Permission, require
from siegel.core.refusal import BadInput


def choose_columns(*, actor: Actor, account_id: UUID, of_list: str, columns: Sequence[str]) -> None:
    """Remember the columns that the actor wants in a list; none means the usual ones again.

    :raises BadInput: the system has no wishes; only people choose columns.
    """
    require(actor, Permission.ACCOUNT_ENTER, account_id)
    if actor.person_id is None:
        raise BadInput("columns")
    mine: dict[str, Any] = {
        "account_id": account_id,
        "person_id": actor.person_id,
        "of_list": of_list,
    }
    if not columns:
        ListColumns.objects.filter(**mine).delete()
        return
    ListColumns.objects.update_or_create(**mine, defaults={"columns": list(columns)})
