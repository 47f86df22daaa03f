"""What a reassignment does, in the sentences that page, command and API show before it is done."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from siegel.boxes.queries.reach import Reach
from siegel.core import formats
from siegel.licensing.kinds import PoolKind
from siegel.workflows.import_people import KIND_LABELS
from siegel.workflows.reassignment_plan import ReassignmentPlan, Way


@dataclass(frozen=True)
class Sentence:
    """One thing that will happen, with what there is to know about it."""

    text: str
    detail: str = ""
    icon: str = "arrow-right"


def sentences(plan: ReassignmentPlan, reach: Reach) -> list[Sentence]:
    """Return everything that will happen: who gets it, what passes on, what ends, the figures."""
    return [
        _who(plan),
        *_boxes(plan, reach),
        *_belongings(plan),
        *_roles(plan),
        *_endings(plan),
        _figures(plan),
    ]


def _who(plan: ReassignmentPlan) -> Sentence:
    values = {"name": plan.successor_name, "license": _label(plan.leaver.kind)}
    if plan.way == Way.UNITE:
        text = _("%(name)s takes over everything into the license that they have")
        return Sentence(text % values, plan.successor.email, "user-share")
    if plan.way == Way.PROMOTE:
        text = _("%(name)s becomes a full user and takes over this license")
        detail = _("They keep their password and every box that they work in as a guest.")
        return Sentence(text % values, detail, "user-share")
    text = _("%(name)s gets this license: %(license)s")
    detail = _("Not yet registered here: the registration link comes after confirming.")
    return Sentence(text % values, detail, "user-share")


def _boxes(plan: ReassignmentPlan, reach: Reach) -> Iterator[Sentence]:
    owned = plan.belongings
    if owned.boxes:
        text = ngettext("%(count)s box passes on", "%(count)s boxes pass on", owned.boxes)
        parts = [_gigabytes(owned.owned_bytes)]
        if owned.data_rooms:
            parts.append(
                _count(
                    ngettext(
                        "%(count)s of them is a data room",
                        "%(count)s of them are data rooms",
                        owned.data_rooms,
                    ),
                    owned.data_rooms,
                )
            )
        if reach.members:
            parts.append(
                _count(
                    ngettext(
                        "%(count)s person works in them and keeps doing so",
                        "%(count)s people work in them and keep doing so",
                        reach.members,
                    ),
                    reach.members,
                )
            )
        yield Sentence(_count(text, owned.boxes), " · ".join(parts), "box")
    elif plan.leaver.kind == PoolKind.FULL:
        yield Sentence(_("No box belongs to this license"), icon="box")
    if reach.places:
        text = ngettext(
            "The place in %(count)s box of others passes on",
            "The places in %(count)s boxes of others pass on",
            reach.places,
        )
        detail = (
            _("With the same rights.")
            if plan.way == Way.PASS_ON
            else _("With the same rights; where both have a place, with those of both.")
        )
        yield Sentence(_count(text, reach.places), detail, "layout-grid")


def _belongings(plan: ReassignmentPlan) -> Iterator[Sentence]:
    owned = plan.belongings
    if owned.groups:
        text = ngettext(
            "The place in %(count)s group passes on",
            "The places in %(count)s groups pass on",
            len(owned.groups),
        )
        yield Sentence(_count(text, len(owned.groups)), ", ".join(owned.groups), "users")
    if owned.guests:
        text = ngettext(
            "%(count)s guest is then a guest of %(name)s",
            "%(count)s guests are then guests of %(name)s",
            owned.guests,
        )
        values = {"count": _number(owned.guests), "name": plan.successor_name}
        yield Sentence(text % values, icon="users-plus")


def _roles(plan: ReassignmentPlan) -> Iterator[Sentence]:
    for role in plan.leaver.roles:
        values = {"role": role.label, "name": plan.successor_name}
        if role in plan.roles:
            yield Sentence(
                _("The role “%(role)s” passes on to %(name)s") % values, icon="shield-check"
            )
        elif plan.held and role in plan.held.roles:
            yield Sentence(
                _("The role “%(role)s” ends here; %(name)s has it already") % values, icon="shield"
            )
        else:
            yield Sentence(
                _("The role “%(role)s” ends and does not pass on") % values, icon="shield"
            )


def _endings(plan: ReassignmentPlan) -> Iterator[Sentence]:
    ended = []
    if plan.open_link:
        ended.append(_("the registration link no longer works"))
    if plan.tokens:
        text = ngettext(
            "%(count)d API token ends", "%(count)d API tokens end", len(plan.tokens)
        ) % {"count": len(plan.tokens)}
        ended.append(f"{text} ({', '.join(plan.tokens)})")
    yield Sentence(
        _("%(name)s no longer has access to this account") % {"name": plan.leaver.name},
        " · ".join([plan.leaver.email, *ended]),
        "user-off",
    )


def _figures(plan: ReassignmentPlan) -> Sentence:
    kind = plan.freed or plan.leaver.kind
    after = next(pool for pool in plan.pools_after if pool.kind == kind)
    values = {
        "license": _label(kind),
        "available": _number(after.available),
        "booked": _number(after.booked),
    }
    if plan.freed is None:
        return Sentence(
            _("No further license is needed"),
            _("%(license)s: still %(available)s of %(booked)s available.") % values,
            "certificate",
        )
    return Sentence(
        _("%(license)s becomes available") % values,
        _("Then %(available)s of %(booked)s are available.") % values,
        "certificate",
    )


def done_sentence(name: str, successor: str) -> str:
    """Return what is said once it is done."""
    return _("The license of %(name)s is reassigned to %(successor)s.") % {
        "name": name,
        "successor": successor,
    }


def _label(kind: PoolKind) -> str:
    return str(KIND_LABELS[kind])


def _number(value: int) -> str:
    return formats.number(value, get_language() or "de")


def _gigabytes(size: int) -> str:
    return formats.gigabytes(size, get_language() or "de")


def _count(text: str, count: int) -> str:
    return text % {"count": _number(count)}
