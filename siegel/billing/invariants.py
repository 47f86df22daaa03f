"""What must agree in billing."""

from collections.abc import Iterator

from siegel.billing.actions import find_differences
from siegel.billing.items import Item, Term
from siegel.billing.models import PriceList, Subscription
from siegel.billing.price_files import read_price_files


def check() -> Iterator[str]:
    """Yield one sentence for each price list and each contract that does not agree."""
    yield from _changed_price_lists()
    yield from _incomplete_price_lists()
    yield from _early_subscriptions()


def _changed_price_lists() -> Iterator[str]:
    files = {(file.code, file.version): file for file in read_price_files()}
    for stored in PriceList.objects.prefetch_related("prices"):
        if file := files.get((stored.code, stored.version)):
            for difference in find_differences(stored, file):
                yield f"price list {stored} differs from its file: {difference}."


def _incomplete_price_lists() -> Iterator[str]:
    for stored in PriceList.objects.prefetch_related("prices"):
        sold = {(price.package, Item(price.item)) for price in stored.prices.all()}
        known = {(price.package, price.item, price.term) for price in stored.prices.all()}
        for package, item in sorted(sold):
            for term in Term:
                if (package, item, term) not in known:
                    yield f"price list {stored}: {package} {item} has no {term} price"


def _early_subscriptions() -> Iterator[str]:
    for row in Subscription.objects.select_related("price_list"):
        if row.started_on < row.price_list.valid_from:
            yield (
                f"the contract of account {row.account_id} starts on {row.started_on}, before its "
                f"price list {row.price_list} is valid"
            )
