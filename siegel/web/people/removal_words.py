"""The plan of a removal in words."""

from collections.abc import Sequence

from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from siegel.core import formats
from siegel.licensing.kinds import LicenseState, PoolKind
from siegel.licensing.queries.holder_rows import HolderRow
from siegel.web.plans import PlanLine
from siegel.workflows.removal_plan import Leaver, RemovalPlan, Taking

#: So many names are read; of more the first ones and how many follow.
_NAMES = 5


def names(rows: Sequence[HolderRow]) -> str:
    """Return the first names of a list and how many follow."""
    shown = ", ".join(row.name for row in rows[:_NAMES])
    more = len(rows) - _NAMES
    if more <= 0:
        return shown
    return ngettext("%(names)s and %(count)s more", "%(names)s and %(count)s more", more) % {
        "names": shown,
        "count": number(more),
    }


def number(value: int) -> str:
    """Return a number in the reader's language."""
    return formats.number(value, get_language() or "de")


def boxes(count: int) -> str:
    """Return "3 Boxen"."""
    return ngettext("%(count)s box", "%(count)s boxes", count) % {"count": number(count)}


def content(files: int, size: int, data_rooms: int = 0) -> str:
    """Return how much is in boxes."""
    parts = []
    if data_rooms:
        text = ngettext("%(count)s data room", "%(count)s data rooms", data_rooms)
        parts.append(text % {"count": number(data_rooms)})
    text = ngettext("%(count)s file", "%(count)s files", files)
    parts.append(text % {"count": number(files)})
    parts.append(formats.gigabytes(size, get_language() or "de"))
    return " · ".join(parts)


def lines(plan: RemovalPlan) -> list[PlanLine]:
    """Return everything that will happen."""
    found = [*_leaving(plan), *(_taking(one) for one in plan.takings), *_binning(plan)]
    found += [*_undecided(plan), *_guests(plan), *_places(plan), *_access(plan), *_freed(plan)]
    return [*found, _undo(plan)]


def _leaving(plan: RemovalPlan) -> list[PlanLine]:
    rows, when = [one.row for one in plan.leavers], _("at once")
    if len(rows) == 1:
        sentence = (
            _("The invitation of %(name)s is withdrawn")
            if rows[0].state == LicenseState.INVITED
            else _("%(name)s no longer has access to this account")
        )
        return [PlanLine(sentence % {"name": rows[0].name}, rows[0].email, when, icon="user-off")]
    sentence = _("%(count)s people no longer have access to this account")
    return [PlanLine(sentence % {"count": number(len(rows))}, names(rows), when, icon="user-off")]


def _taking(one: Taking) -> PlanLine:
    if not one.boxes:
        text = ngettext(
            "%(count)s guest goes to %(name)s", "%(count)s guests go to %(name)s", one.guests
        ) % {"count": number(one.guests), "name": one.row.name}
        return PlanLine(text, "", _("at once"), icon="user-share")
    text = _("%(name)s takes over %(boxes)s") % {"name": one.row.name, "boxes": boxes(one.boxes)}
    parts = [content(one.files, one.bytes, one.data_rooms)]
    if one.guests:
        guests = ngettext("%(count)s guest", "%(count)s guests", one.guests)
        parts.append(guests % {"count": number(one.guests)})
    parts.append(_("Everybody else who works in them goes on as before."))
    return PlanLine(text, " · ".join(parts), _("at once"), icon="user-share")


def _binning(plan: RemovalPlan) -> list[PlanLine]:
    sums = plan.totals
    if not sums.binned:
        return []
    text = ngettext("%(boxes)s goes into the bin", "%(boxes)s go into the bin", sums.binned)
    parts = [content(sums.binned_files, sums.binned_bytes, sums.binned_data_rooms)]
    if sums.binned_shared:
        shared = ngettext(
            "Others work in %(count)s of them and cannot enter it any more.",
            "Others work in %(count)s of them and cannot enter these any more.",
            sums.binned_shared,
        )
        parts.append(shared % {"count": number(sums.binned_shared)})
    return [
        PlanLine(
            text % {"boxes": boxes(sums.binned)}, " · ".join(parts), _("at once"), icon="trash"
        )
    ]


def _undecided(plan: RemovalPlan) -> list[PlanLine]:
    if not plan.undecided:
        return []
    count = sum(one.owned.boxes for one in plan.undecided)
    text = ngettext(
        "Not decided yet: where does %(boxes)s go?",
        "Not decided yet: where do %(boxes)s go?",
        count,
    )
    rows = [one.row for one in plan.undecided]
    return [PlanLine(text % {"boxes": boxes(count)}, names(rows), icon="help-circle")]


def _guests(plan: RemovalPlan) -> list[PlanLine]:
    count = plan.totals.guests_alone
    if not count:
        return []
    text = ngettext(
        "%(count)s guest keeps the license, but nobody looks after them",
        "%(count)s guests keep their licenses, but nobody looks after them",
        count,
    )
    detail = _("Only people who leave have invited them. Administrators see them as before.")
    return [PlanLine(text % {"count": number(count)}, detail, icon="users")]


def _places(plan: RemovalPlan) -> list[PlanLine]:
    count = plan.totals.places
    if not count:
        return []
    # In one box two people who leave hold two places.
    text = ngettext(
        "%(count)s place in a box of somebody else ends",
        "%(count)s places in boxes of others end",
        count,
    )
    detail = _("Files that were put there stay.")
    return [PlanLine(text % {"count": number(count)}, detail, _("at once"), icon="box")]


def _access(plan: RemovalPlan) -> list[PlanLine]:
    now, found = _("at once"), []
    for one in plan.leavers:
        for role in one.row.roles:
            text = (
                _("The role “%(role)s” is withdrawn") % {"role": role.label}
                if len(plan.leavers) == 1
                else _("%(name)s loses the role “%(role)s”")
                % {"name": one.row.name, "role": role.label}
            )
            found.append(PlanLine(text, when=now, icon="shield"))
    sums = plan.totals
    if sums.links:
        text = ngettext(
            "%(count)s registration link no longer works",
            "%(count)s registration links no longer work",
            sums.links,
        )
        found.append(PlanLine(text % {"count": number(sums.links)}, when=now, icon="link"))
    if sums.tokens:
        text = ngettext("%(count)s API token ends", "%(count)s API tokens end", sums.tokens)
        found.append(PlanLine(text % {"count": number(sums.tokens)}, when=now, icon="key"))
    return found


def _freed(plan: RemovalPlan) -> list[PlanLine]:
    found = []
    freed = dict(plan.totals.freed)
    if plan.totals.binned_data_rooms:
        freed[PoolKind.DATA_ROOM] = plan.totals.binned_data_rooms
    for kind, count in freed.items():
        text = {
            PoolKind.FULL: ngettext(
                "%(count)s full license becomes available",
                "%(count)s full licenses become available",
                count,
            ),
            PoolKind.GUEST: ngettext(
                "%(count)s guest license becomes available",
                "%(count)s guest licenses become available",
                count,
            ),
            PoolKind.DATA_ROOM: ngettext(
                "%(count)s data-room license becomes available",
                "%(count)s data-room licenses become available",
                count,
            ),
        }[kind]
        pool = plan.status.of(kind)
        figures = _("Then %(available)s of %(booked)s are available.") % {
            "available": number(pool.available + count),
            "booked": number(pool.booked),
        }
        shown = text % {"count": number(count)}
        found.append(PlanLine(shown, figures, _("at once"), icon="certificate"))
    return found


def _undo(plan: RemovalPlan) -> PlanLine:
    day = formats.date_long(timezone.localtime(plan.erase_after).date(), get_language() or "de")
    detail = (
        _("After that, personal data is erased, and boxes in the bin are destroyed.")
        if plan.totals.binned
        else _("After that, personal data is erased.")
    )
    text = _("All of this can be undone until %(day)s") % {"day": day}
    return PlanLine(text, detail, icon="arrow-back-up")


def who_else(one: Leaver) -> str:
    """Return who else works in somebody's boxes."""
    if not one.owned.others:
        return _("nobody else")
    people = ngettext("%(count)s person", "%(count)s people", one.owned.others)
    people %= {"count": number(one.owned.others)}
    if one.owned.shared == one.owned.boxes:
        return people
    return _("%(people)s in %(count)s of them") % {
        "people": people,
        "count": number(one.owned.shared),
    }
