"""Somebody who lies in the bin is brought back, not made a second time."""

from collections.abc import Sequence
from uuid import UUID

from django.utils.translation import gettext as _

from siegel.core.refusal import Refusal, WayOut
from siegel.licensing.queries.removals import in_bin_by_email


class LiesInBin(Refusal):
    """The person was removed and can be restored with everything; carries which removal."""

    code = "lies-in-bin"


def require_not_in_bin(account_id: UUID, emails: Sequence[str]) -> None:
    """Return if none of these people lies in the account's bin with something to bring back.

    Another license would leave boxes and memberships behind in the bin, where nobody looks for
    them until they are destroyed.

    :raises LiesInBin: somebody does.
    """
    found = in_bin_by_email(account_id, emails)
    if found:
        email, removal_id = min(found.items())
        raise LiesInBin(
            _(
                "%(email)s was removed and lies in the bin. From there the person comes back with "
                "boxes and rights."
            )
            % {"email": email},
            ways_out=(WayOut("restore", _("Restore from the bin")),),
            removal_id=str(removal_id),
        )
