"""What is paid for. Invoices and payments come with billing; prices and terms stand here."""

from django.db import models
from django.db.models import Q
from django.utils import timezone

from siegel.billing.items import Item, Term
from siegel.core.ids import new_id


class PriceList(models.Model):
    """One version of the net prices, valid for subscriptions that were made under it."""

    id = models.BigAutoField(primary_key=True)
    code = models.CharField(max_length=30)
    version = models.PositiveIntegerField()
    currency = models.CharField(max_length=3, default="EUR")
    valid_from = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["code", "version"], name="price_list_version_once")
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.version}"


class Price(models.Model):
    """Net price of one unit of an item for one whole term, in cents."""

    id = models.BigAutoField(primary_key=True)
    price_list = models.ForeignKey(PriceList, models.PROTECT, related_name="prices")
    package = models.CharField(max_length=30)  #: the package's code
    item = models.CharField(max_length=20, choices=Item.choices)
    term = models.CharField(max_length=10, choices=Term.choices)
    cents = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["price_list", "package", "item", "term"], name="price_once"
            ),
            models.CheckConstraint(name="price_not_negative", condition=Q(cents__gte=0)),
        ]

    def __str__(self) -> str:
        return f"{self.package} {self.item} {self.term}: {self.cents}"


class Subscription(models.Model):
    """The contract of an account: term, start and price list. Quantities are bookings."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    account = models.OneToOneField("accounts.Account", models.PROTECT, related_name="+")
    term = models.CharField(max_length=10, choices=Term.choices)
    started_on = models.DateField()  #: first day of the first term, in the account's time zone
    price_list = models.ForeignKey(PriceList, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"{self.account_id} {self.term}"
