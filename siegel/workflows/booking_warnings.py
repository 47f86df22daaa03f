"""What to know before fewer is booked: how much is used beyond it, and what comes of that."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from siegel.core import formats
from siegel.licensing.kinds import PoolKind
from siegel.licensing.rules import PackageFacts, Quantities, entitlement


@dataclass(frozen=True)
class PlanWarning:
    """Something to know before confirming; ``rule`` names it for programs."""

    rule: str
    sentence: str


def beyond(
    package: PackageFacts, wanted: Quantities, used: dict[PoolKind, int]
) -> Iterator[tuple[PoolKind, int]]:
    """Yield each kind of which more is used than the totals bring, and how much more."""
    for kind, booked in entitlement(package, wanted).items():
        if used[kind] > booked:
            yield kind, used[kind] - booked


def still_used(
    package: PackageFacts,
    wanted: Quantities,
    settled: Quantities,
    used: dict[PoolKind, int],
    on: date | None,
) -> Iterator[PlanWarning]:
    """Yield a warning for each kind of which more is used than would be booked on that day.

    ``settled`` are the totals that stay booked if nothing is freed until then.
    """
    if on is None:
        return
    language = get_language() or "de"

    def write(kind: PoolKind, amount: int) -> str:
        form = formats.gigabytes if kind is PoolKind.STORAGE else formats.number
        return form(amount, language)

    sentence = _(
        "%(kind)s: %(used)s are used; only %(booked)s would be booked from %(day)s on. If nothing "
        "is freed by then, %(settled)s stay booked."
    )
    booked, kept = (entitlement(package, totals) for totals in (wanted, settled))
    for kind, _more in beyond(package, wanted, used):
        values = {
            "kind": kind.label,
            "used": write(kind, used[kind]),
            "booked": write(kind, booked[kind]),
            "settled": write(kind, kept[kind]),
            "day": formats.date_long(on, language),
        }
        yield PlanWarning(f"still-used-{kind}", sentence % values)
