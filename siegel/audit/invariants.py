"""What must agree: every sealed event is as it was when it was sealed (promise 11)."""

from collections.abc import Iterator
from itertools import chain

from siegel.audit.models import EventSeal
from siegel.audit.queries import LATE_FOR, ids_within, sealed_rows
from siegel.audit.seals import GENESIS, seal_hash, within


def check() -> Iterator[str]:
    """Yield one sentence for each thing that does not agree."""
    previous_hash, previous_id = GENESIS, 0
    for number, seal in enumerate(EventSeal.objects.order_by("number").iterator(), start=1):
        late = (sealed_rows().filter(id__gte=a, id__lte=b) for a, b in seal.late)
        stretch = sealed_rows().filter(id__gte=seal.first_id, id__lte=seal.last_id)
        events = (row for row in stretch.iterator() if not within(row[0], seal.gaps))
        expected = seal_hash(
            previous_hash,
            chain(chain.from_iterable(late), events),
            first_id=seal.first_id,
            last_id=seal.last_id,
            gaps=seal.gaps,
            late=seal.late,
        )
        if (
            seal.number != number
            or seal.first_id != previous_id + 1
            or seal.previous_hash != previous_hash
            or seal.hash != expected
        ):
            yield f"the event log was changed: seal {number} does not hold"
            return
        previous_hash, previous_id = seal.hash, seal.last_id
    yield from _nothing_slipped_in()


def _nothing_slipped_in() -> Iterator[str]:
    """Whatever turned up in a gap later than any transaction lasts was put there."""
    newest = EventSeal.objects.order_by("-number").first()
    if newest is None:
        return
    late = sorted(span for seal in EventSeal.objects.exclude(late=[]) for span in seal.late)
    old = EventSeal.objects.filter(sealed_at__lt=newest.sealed_at - LATE_FOR).exclude(gaps=[])
    for number in ids_within([span for seal in old.order_by("number") for span in seal.gaps]):
        if not within(number, late):
            yield f"event {number} turned up in a stretch that was sealed without it"
