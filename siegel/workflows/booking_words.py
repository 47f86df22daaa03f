"""How orders, prices and plans read, on pages and in the shell."""

from datetime import date

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from siegel.accounts.actor_names import by_whom
from siegel.billing.items import Item, Term
from siegel.billing.rules import OrderLine
from siegel.core import formats
from siegel.core.money import Money
from siegel.licensing.kinds import PoolKind
from siegel.licensing.rules import PackageFacts
from siegel.workflows.booking_plan import BookingPlan
from siegel.workflows.subscription_overview import BookingStep

_KINDS = {
    Item.FULL: PoolKind.FULL,
    Item.GUEST_PACKS: PoolKind.GUEST,
    Item.DATA_ROOMS: PoolKind.DATA_ROOM,
    Item.STORAGE_PACKS: PoolKind.STORAGE,
}


def active_language() -> str:
    """Return the reader's language."""
    return get_language() or "de"


def number_text(value: int) -> str:
    """Write a whole number."""
    return formats.number(value, active_language())


def amount_text(kind: PoolKind, amount: int) -> str:
    """Write a figure of a pool: storage in GB."""
    write = formats.gigabytes if kind is PoolKind.STORAGE else formats.number
    return write(amount, active_language())


def money_text(amount: Money) -> str:
    """Write an amount."""
    return formats.money(amount.cents, amount.currency, active_language())


def difference_text(amount: Money) -> str:
    """Write an amount with its sign: +378,00 €, −12,00 €."""
    sign = "+" if amount.cents > 0 else "\N{MINUS SIGN}" if amount.cents < 0 else ""
    return sign + money_text(Money(abs(amount.cents), amount.currency))


def day_text(day: date) -> str:
    """Write 14. März 2027."""
    return formats.date_long(day, active_language())


def per_term(term: Term) -> str:
    """Return the words after a price."""
    return _("per year") if term is Term.YEARLY else _("per month")


def unit_price_text(unit: Money, term: Term) -> str:
    """Write the net price of one unit: 189,00 € je Jahr, netto."""
    values = {"price": money_text(unit), "term": per_term(term)}
    return _("%(price)s %(term)s, net") % values


def item_brings(package: PackageFacts, item: Item, count: int) -> str:
    """Say what that many units bring to the account: 10 Gastlizenzen und 20 GB Speicher."""
    if item is Item.FULL:
        guests, storage = package.guests_per_full * count, package.storage_per_full * count
    elif item is Item.GUEST_PACKS:
        guests, storage = package.guests_per_pack * count, 0
    else:
        guests, storage = 0, package.storage_per_pack * count if item is Item.STORAGE_PACKS else 0
    values = {
        "guests": ngettext("%(count)s guest license", "%(count)s guest licenses", guests)
        % {"count": number_text(guests)},
        "storage": _("%(amount)s of storage") % {"amount": amount_text(PoolKind.STORAGE, storage)},
    }
    if guests and storage:
        return _("%(guests)s and %(storage)s") % values
    return values["guests"] if guests else values["storage"] if storage else ""


def counted_item(item: Item, count: int) -> str:
    """Write 5 Volllizenzen."""
    text = {
        Item.FULL: ngettext("%(count)s full license", "%(count)s full licenses", count),
        Item.GUEST_PACKS: ngettext("%(count)s guest pack", "%(count)s guest packs", count),
        Item.DATA_ROOMS: ngettext(
            "%(count)s additional data room", "%(count)s additional data rooms", count
        ),
        Item.STORAGE_PACKS: ngettext("%(count)s storage pack", "%(count)s storage packs", count),
    }[item]
    return text % {"count": number_text(count)}


def counted_kind(kind: PoolKind, amount: int) -> str:
    """Write 8 Volllizenzen, or 20 GB Speicher."""
    text = {
        PoolKind.FULL: ngettext("%(count)s full license", "%(count)s full licenses", amount),
        PoolKind.GUEST: ngettext("%(count)s guest license", "%(count)s guest licenses", amount),
        PoolKind.DATA_ROOM: ngettext("%(count)s data room", "%(count)s data rooms", amount),
        PoolKind.STORAGE: _("%(count)s of storage"),
    }[kind]
    return text % {"count": amount_text(kind, amount)}


def line_text(line: OrderLine) -> str:
    """Say what changes: Volllizenzen: 2 mehr, insgesamt 12."""
    if line.change > 0:
        sentence = _("%(item)s: %(count)s more, %(total)s in total")
    elif line.change < 0:
        sentence = _("%(item)s: %(count)s fewer, %(total)s in total")
    else:
        sentence = _("%(item)s: still %(total)s for now")
    return sentence % {
        "item": line.item.label,
        "count": number_text(abs(line.change)),
        "total": number_text(line.after),
    }


def line_detail(plan: BookingPlan, line: OrderLine) -> str:
    """Say what comes or goes with it, and whether more than was asked for is kept."""
    brings = item_brings(plan.package, line.item, abs(line.change))
    sentence = _("which adds %(what)s") if line.change > 0 else _("which takes away %(what)s")
    parts = [sentence % {"what": brings}] if brings else []
    wanted = dict(plan.wanted.items())[line.item.value]
    if wanted < line.after:
        kept = _("you asked for %(total)s; the rest is still in use")
        parts.append(kept % {"total": number_text(wanted)})
    return " · ".join(parts)


def line_when(plan: BookingPlan, line: OrderLine) -> str:
    """Say when it happens: sofort, or am 14. März 2027."""
    if line.change > 0 or plan.later_on is None:
        return _("at once")
    return _("on %(day)s") % {"day": day_text(plan.later_on)}


def line_cost(plan: BookingPlan, line: OrderLine) -> str:
    """Say what it adds to the price per term, or saves."""
    if line.difference is None or not line.change:
        return ""
    return f"{difference_text(line.difference)} {per_term(plan.subscription.term)}"


def rest_of_term_text(plan: BookingPlan) -> str:
    """Say what is charged for the rest of the current term; empty where nothing is added."""
    if not plan.charge.cents:
        return ""
    sentence = ngettext(
        "For the rest of the current term (%(days)s day): %(price)s, net.",
        "For the rest of the current term (%(days)s days): %(price)s, net.",
        plan.days_left,
    )
    return sentence % {"days": number_text(plan.days_left), "price": money_text(plan.charge)}


def if_freed_text(plan: BookingPlan) -> str:
    """Say what the price becomes if enough is freed in time; empty where nothing needs to be."""
    if not plan.to_free or plan.total_if_freed is None or plan.later_on is None:
        return ""
    sentence = _(
        "This is how it will be if nothing is freed by %(day)s. If you free %(what)s by then, it "
        "will be %(price)s %(term)s, net."
    )
    return sentence % {
        "day": day_text(plan.later_on),
        "what": ", ".join(counted_kind(kind, amount) for kind, amount in plan.to_free),
        "price": money_text(plan.total_if_freed.after),
        "term": per_term(plan.subscription.term),
    }


def confirm_verb(plan: BookingPlan) -> str:
    """Return what the button says: the verb for what will happen."""
    if plan.books_now:
        return _("Confirm paid booking")
    return _("Plan the change") if plan.later_at else _("Withdraw the planned change")


def done_text(plan: BookingPlan) -> str:
    """Return what the toast says afterwards."""
    if plan.books_now:
        return " ".join([_booked_text(plan), *_planned_text(plan)])
    if plan.later_on:
        return _("Planned for %(day)s. Until then nothing changes.") % {
            "day": day_text(plan.later_on)
        }
    return _("Withdrawn. What is booked stays as it is.")


def _booked_text(plan: BookingPlan) -> str:
    """Say what was added and what is available: with figures, because they were paid for."""
    added = [line for line in plan.lines if line.change > 0]
    total = _("%(count)s, %(total)s in total")
    kinds = [_KINDS[line.item] for line in added]
    values = {
        "what": "; ".join(
            total
            % {
                "count": counted_item(line.item, line.change),
                "total": number_text(line.after),
            }
            for line in added
        ),
        "available": ", ".join(
            counted_kind(pool.kind, pool.available)
            for pool in plan.status_now
            if pool.kind in kinds
        ),
    }
    return _("Booked: %(what)s. Available now: %(available)s.") % values


def _planned_text(plan: BookingPlan) -> list[str]:
    fewer = [line for line in plan.changed_lines if line.change <= 0]
    if plan.later_on is None or not fewer:
        return []
    wanted = dict(plan.wanted.items())
    values = {
        "day": day_text(plan.later_on),
        "what": ", ".join(counted_item(line.item, wanted[line.item.value]) for line in fewer),
    }
    return [_("Planned from %(day)s on: %(what)s.") % values]


def who_booked(step: BookingStep) -> str:
    """Say who made a booking, also where it was no person of the account."""
    booking = step.booking
    if booking.number != 1 and not booking.actor and booking.door != "command":
        return _("automatic (planned change)")
    return by_whom(booking.actor, booking.door)
