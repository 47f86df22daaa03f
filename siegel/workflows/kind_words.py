"""What guest ⇄ full does, in the sentences that page, command and API show before it is done."""

from collections.abc import Iterator
from zoneinfo import ZoneInfo

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from siegel.core import formats
from siegel.licensing.kinds import PoolKind
from siegel.licensing.queries.status import PoolStatus
from siegel.workflows.change_kind import KindPlan
from siegel.workflows.import_people import KIND_LABELS
from siegel.workflows.reassignment_words import Sentence


def kind_sentences(plan: KindPlan, zone: ZoneInfo) -> list[Sentence]:
    """Return everything that will happen: who becomes what, what stays, what ends, the figures."""
    return [_who(plan), _stays(plan), *_ends(plan, zone), *_figures(plan)]


def done_sentence(plan: KindPlan) -> str:
    """Return what is said once it is done."""
    if plan.to == PoolKind.FULL:
        text = _("%(name)s is a full user now.")
    else:
        text = _("%(name)s is a guest now.")
    return text % {"name": plan.holder.name}


def _who(plan: KindPlan) -> Sentence:
    if plan.to == PoolKind.FULL:
        text = _("%(name)s becomes a full user")
        detail = _("They can create boxes and bring guests in. Login and password stay.")
    else:
        text = _("%(name)s becomes a guest")
        detail = _(
            "They use the boxes that they work in, but create none and bring nobody in. Login and "
            "password stay."
        )
    return Sentence(text % {"name": plan.holder.name}, detail, "user-check")


def _stays(plan: KindPlan) -> Sentence:
    if not plan.places:
        return Sentence(_("They work in nobody else’s boxes at the moment"), icon="box")
    text = ngettext(
        "The place in %(count)s box of somebody else stays",
        "The places in %(count)s boxes of others stay",
        plan.places,
    )
    detail = _("With all rights and with everything that they put there.")
    return Sentence(text % {"count": _number(plan.places)}, detail, "box")


def _ends(plan: KindPlan, zone: ZoneInfo) -> Iterator[Sentence]:
    for role in plan.roles:
        text = _("The role “%(role)s” is withdrawn") % {"role": role.label}
        yield Sentence(text, _("Guests have no roles."), "shield")
    if plan.ends_at is not None:
        ends = formats.moment(plan.ends_at, get_language() or "de", zone)
        text = _("The planned end is dropped")
        detail = _("The guest license would have ended on %(moment)s. Full licenses have no end.")
        yield Sentence(text, detail % {"moment": ends}, "calendar")
    if plan.to == PoolKind.GUEST and plan.guests.all:
        count = plan.guests.all
        text = ngettext(
            "%(count)s guest stays, but they can no longer look after them",
            "%(count)s guests stay, but they can no longer look after them",
            count,
        )
        alone = ngettext(
            "%(count)s of them has nobody else: colleagues can take them over.",
            "%(count)s of them have nobody else: colleagues can take them over.",
            plan.guests.alone,
        )
        detail = alone % {"count": _number(plan.guests.alone)} if plan.guests.alone else ""
        yield Sentence(text % {"count": _number(count)}, detail, "users")


def _figures(plan: KindPlan) -> Iterator[Sentence]:
    for before, after in zip((plan.given, plan.taken), plan.after, strict=True):
        yield Sentence(_headline(plan, before), _before_and_after(before, after), "certificate")


def _headline(plan: KindPlan, pool: PoolStatus) -> str:
    label = {"license": KIND_LABELS[pool.kind]}
    if pool is plan.given:
        return _("%(license)s becomes available") % label
    return _("%(license)s is used") % label


def _before_and_after(before: PoolStatus, after: PoolStatus) -> str:
    return _("%(before)s of %(booked)s are available now, %(after)s of %(booked)s afterwards.") % {
        "before": _number(before.available),
        "after": _number(after.available),
        "booked": _number(before.booked),
    }


def _number(value: int) -> str:
    return formats.number(value, get_language() or "de")
