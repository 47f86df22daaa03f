"""The only writers of price lists and subscriptions."""

from datetime import date, datetime
from pathlib import Path
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from siegel.accounts.permissions import Actor, Permission, require
from siegel.audit.actions import record
from siegel.billing.items import Term
from siegel.billing.models import Price, PriceList, Subscription
from siegel.billing.price_files import FOLDER, PriceFile, read_price_files
from siegel.core.refusal import Refusal


class PriceListChanged(Refusal):
    """A price list that was loaded before has been edited: contracts were made under it."""

    code = "price-list-changed"


class NoPriceList(Refusal):
    """No price list is valid on the day on which the contract starts."""

    code = "no-price-list"


class AlreadySubscribed(Refusal):
    """The account has a contract with another term or start."""

    code = "already-subscribed"


@transaction.atomic
def load_price_lists(folder: Path = FOLDER) -> list[str]:
    """Store every price list of the folder that is not stored yet; return what is new.

    :raises PriceListChanged: a stored version differs from its file; nothing is loaded.
    """
    return [
        f"{file.code} {file.version}" for file in read_price_files(folder) if _load_price_list(file)
    ]


def _load_price_list(file: PriceFile) -> bool:
    stored, is_new = PriceList.objects.get_or_create(
        code=file.code,
        version=file.version,
        defaults={"currency": file.currency, "valid_from": file.valid_from},
    )
    if is_new:
        Price.objects.bulk_create(
            Price(price_list=stored, package=package, item=item, term=term, cents=cents)
            for (package, item, term), cents in file.cents.items()
        )
        return True
    if differences := find_differences(stored, file):
        sentence = _(
            "The price list %(name)s was loaded before and must not change: contracts were made "
            "under it. Put new prices into a new version."
        )
        raise PriceListChanged(
            sentence % {"name": f"{file.code} {file.version}"}, rows=tuple(differences)
        )
    return False


def find_differences(stored: PriceList, file: PriceFile) -> list[str]:
    """Return where the stored price list and its file differ, one line each."""
    kept = {
        f"{price.package} {price.item} {price.term}": str(price.cents)
        for price in stored.prices.all()
    }
    filed = {" ".join(key): str(cents) for key, cents in file.cents.items()}
    for name in ("currency", "valid_from"):
        kept[name], filed[name] = str(getattr(stored, name)), str(getattr(file, name))
    return [
        f"{key}: {kept.get(key, '–')} → {filed.get(key, '–')}"
        for key in sorted({*kept, *filed})
        if kept.get(key) != filed.get(key)
    ]


@transaction.atomic
def open_subscription(
    *,
    actor: Actor,
    account_id: UUID,
    term: Term,
    started_on: date,
    at: datetime,
    price_list_code: str = "standard",
) -> UUID:
    """Start the contract of an account under the newest price list valid on its first day.

    The same call again changes nothing.

    :raises AlreadySubscribed: there is a contract with another term or start.
    :raises NoPriceList: no price list was valid on that day.
    """
    require(actor, Permission.BOOKING_CHANGE, account_id)
    if found := Subscription.objects.filter(account_id=account_id).first():
        return _same_subscription(found, term, started_on)
    price_list = (
        PriceList.objects.filter(code=price_list_code, valid_from__lte=started_on)
        .order_by("-valid_from", "-version")
        .first()
    )
    if price_list is None:
        sentence = _("No price list “%(code)s” is valid on %(day)s.")
        raise NoPriceList(sentence % {"code": price_list_code, "day": started_on.isoformat()})
    try:
        with transaction.atomic():
            subscription = Subscription.objects.create(
                account_id=account_id,
                term=term,
                started_on=started_on,
                price_list=price_list,
                created_at=at,
            )
    except IntegrityError:  # somebody else was faster; the account has one contract
        return _same_subscription(Subscription.objects.get(account_id=account_id), term, started_on)
    record(
        account_id=account_id,
        actor_id=actor.person_id,
        door=actor.door,
        verb="subscription.open",
        at=at,
        term=str(term),
        started_on=started_on.isoformat(),
        prices=str(price_list),
    )
    return subscription.id


def _same_subscription(found: Subscription, term: Term, started_on: date) -> UUID:
    if (found.term, found.started_on) != (term, started_on):
        raise AlreadySubscribed(
            _("This account already has a contract with another term or another first day.")
        )
    return found.id
