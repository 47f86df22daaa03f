"""A contract starts once, under the prices of its first day."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from siegel.accounts.permissions import Actor, Role
from siegel.audit.models import Event
from siegel.billing import invariants
from siegel.billing.actions import (
    AlreadySubscribed,
    NoPriceList,
    load_price_lists,
    open_subscription,
)
from siegel.billing.items import Term
from siegel.billing.models import PriceList, Subscription
from siegel.billing.queries import subscription_facts
from siegel.core.refusal import Forbidden, NotFound
from tests import make
from tests.billing.test_load_price_lists import write

pytestmark = pytest.mark.django_db
AT = datetime(2026, 3, 13, 23, 30, tzinfo=UTC)  # 14 March in Berlin


def test_the_first_day_is_the_day_of_the_booking_where_the_account_is() -> None:
    anna = make.account(at=AT)
    facts = subscription_facts(anna.account.id, date(2026, 11, 22))
    assert facts is not None
    assert facts.started_on == date(2026, 3, 14)
    assert (facts.term, facts.renews_on) == (Term.YEARLY, date(2027, 3, 14))
    assert facts.notice_until == date(2027, 2, 12)
    assert (facts.price_list.code, facts.price_list.version) == ("standard", 1)


def test_a_monthly_contract_from_the_31st_follows_the_months() -> None:
    anna = make.account(at=datetime(2026, 1, 31, 12, tzinfo=UTC), term=Term.MONTHLY)
    facts = subscription_facts(anna.account.id, date(2026, 3, 1))
    assert facts is not None
    assert facts.current.first_day == date(2026, 2, 28)
    assert facts.renews_on == date(2026, 3, 31)
    assert facts.notice_until == date(2026, 3, 17)


def test_before_its_first_day_there_is_no_contract() -> None:
    anna = make.account(at=AT)
    assert subscription_facts(anna.account.id, date(2026, 3, 13)) is None


def test_opening_again_changes_nothing_and_another_term_is_refused() -> None:
    anna = make.account(at=AT)
    opened = Subscription.objects.get(account_id=anna.account.id)
    events = Event.objects.filter(verb="subscription.open").count()
    again = open_subscription(
        actor=anna.actor,
        account_id=anna.account.id,
        term=Term.YEARLY,
        started_on=date(2026, 3, 14),
        at=AT,
    )
    assert again == opened.id
    with pytest.raises(AlreadySubscribed):
        open_subscription(
            actor=anna.actor,
            account_id=anna.account.id,
            term=Term.MONTHLY,
            started_on=date(2026, 3, 14),
            at=AT,
        )
    assert Event.objects.filter(verb="subscription.open").count() == events == 1


def test_a_contract_keeps_its_price_list_when_a_newer_one_comes(tmp_path: Path) -> None:
    anna = make.account(at=AT)
    write(tmp_path, version=2, full=999, code="standard", valid_from="2026-04-01")
    load_price_lists(tmp_path)
    later = make.account(
        "neu", "Neu GmbH", admin_email="n@neu.test", at=datetime(2026, 4, 1, 12, tzinfo=UTC)
    )
    versions = [
        facts.price_list.version
        for account in (anna.account, later.account)
        if (facts := subscription_facts(account.id, date(2026, 5, 1)))
    ]
    assert versions == [1, 2]


@pytest.mark.tampers
def test_a_contract_older_than_its_price_list_is_found() -> None:
    make.account(at=AT)
    PriceList.objects.update(valid_from=date(2026, 6, 1))
    assert any("before its price list" in finding for finding in invariants.check())


def test_without_a_price_list_for_the_day_there_is_no_contract() -> None:
    anna = make.account(at=AT)
    Subscription.objects.all().delete()
    with pytest.raises(NoPriceList, match="1999-01-01"):
        open_subscription(
            actor=anna.actor,
            account_id=anna.account.id,
            term=Term.YEARLY,
            started_on=date(1999, 1, 1),
            at=AT,
        )


def test_only_who_may_book_opens_a_contract() -> None:
    anna = make.account(at=AT)
    technical = Actor(anna.person_id, anna.account.id, frozenset({Role.ADMIN}))
    stranger = Actor(anna.person_id, None, frozenset({Role.REGISTRATION_ADMIN}))
    for actor, refusal in ((technical, Forbidden), (stranger, NotFound)):
        with pytest.raises(refusal):
            open_subscription(
                actor=actor,
                account_id=anna.account.id,
                term=Term.YEARLY,
                started_on=date(2026, 3, 14),
                at=AT,
            )
