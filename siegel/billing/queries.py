"""What is paid for, as facts for the doors."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from siegel.billing.items import Item, Term
from siegel.billing.models import Price, PriceList, Subscription
from siegel.core.money import Money
from siegel.core.periods import Period, current_term, notice_until


@dataclass(frozen=True)
class PriceListFacts:
    """One version of a price list, without its prices."""

    id: int
    code: str
    version: int
    currency: str
    valid_from: date


@dataclass(frozen=True)
class SubscriptionFacts:
    """The contract of an account and the term that a day lies in."""

    term: Term
    started_on: date
    current: Period
    price_list: PriceListFacts

    @property
    def renews_on(self) -> date:
        """First day of the next term."""
        return self.current.next_day

    @property
    def notice_until(self) -> date:
        """Last day on which notice can be given to the end of this term."""
        return notice_until(self.renews_on, self.term.notice_days)


def subscription_facts(account_id: UUID, on: date) -> SubscriptionFacts | None:
    """Return the contract and its term on that day; None before its start or without one."""
    found = (
        Subscription.objects.select_related("price_list")
        .filter(account_id=account_id, started_on__lte=on)
        .first()
    )
    if found is None:
        return None
    term = Term(found.term)
    return SubscriptionFacts(
        term=term,
        started_on=found.started_on,
        current=current_term(found.started_on, term.months, on),
        price_list=_price_list_facts(found.price_list),
    )


def subscription_state(account_id: UUID) -> tuple[object, ...] | None:
    """Return what ``subscription_facts`` is made from, beside the day: another one, other facts."""
    rows = Subscription.objects.filter(account_id=account_id).order_by()
    return rows.values_list("id", "term", "started_on", "price_list_id").first()


def unit_prices(price_list_id: int, package_code: str, term: Term) -> Mapping[Item, Money]:
    """Return the net price of one unit for one whole term by item; items not sold are missing."""
    rows = Price.objects.filter(
        price_list_id=price_list_id, package=package_code, term=term
    ).values_list("item", "cents", "price_list__currency")
    return {Item(item): Money(cents, currency) for item, cents, currency in rows}


def _price_list_facts(row: PriceList) -> PriceListFacts:
    return PriceListFacts(
        id=row.id,
        code=row.code,
        version=row.version,
        currency=row.currency,
        valid_from=row.valid_from,
    )
