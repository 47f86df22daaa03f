"""The demo account, which is what somebody sees first."""

from datetime import UTC, datetime

import pytest
from django.utils import timezone

from siegel.accounts.queries import account_by_slug
from siegel.billing.actions import load_price_lists
from siegel.licensing.actions import load_packages
from siegel.licensing.kinds import PoolKind
from siegel.licensing.models import LedgerEntry, License
from siegel.licensing.queries.seats import seats_of
from siegel.licensing.queries.status import license_status
from siegel.workflows.demo import LOGINS, PASSWORD, load_demo
from siegel.workflows.demo.load import BERLIN, at_work

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def catalogues(db):
    load_packages()
    load_price_lists()


def is_at_work(at: datetime) -> bool:
    return at.weekday() < 5 and 8 <= at.hour < 18


@pytest.mark.parametrize(
    ("day", "minutes", "expected"),
    [
        ("2026-03-06", 60, "2026-03-06 09:00"),  # a Friday
        ("2026-03-07", 0, "2026-03-09 08:00"),  # Saturday: on Monday
        ("2026-03-11", 540, "2026-03-10 17:00"),  # has not come yet
        ("2026-03-15", 60, "2026-03-11 09:00"),
    ],
)
def test_people_of_the_demo_work_when_people_work(day: str, minutes: int, expected: str) -> None:
    now = datetime(2026, 3, 11, 12, tzinfo=BERLIN)
    at = at_work(datetime.fromisoformat(f"{day} 15:00+00:00"), minutes, now)
    assert f"{at.astimezone(BERLIN):%Y-%m-%d %H:%M}" == expected
    assert at.tzinfo is UTC
    assert at < now


def test_the_demo_is_loaded_once_shows_scarce_licenses_and_two_years_and_all_can_sign_in(client):
    now = timezone.now()
    assert load_demo(now) is True
    assert load_demo(now) is False
    account = account_by_slug("musterwerk")
    figures = {p.kind: (p.booked, p.used) for p in license_status(account.id).pools}
    assert figures[PoolKind.FULL] == (40, 37)
    assert figures[PoolKind.GUEST] == (205, 118)
    assert license_status(account.id).of(PoolKind.FULL).scarce
    first = LedgerEntry.objects.earliest("at").at
    assert (now - first).days > 730
    assert LedgerEntry.objects.filter(at__gt=now).count() == 0
    moments = {*LedgerEntry.objects.values_list("at", flat=True)}
    moments |= {*License.objects.values_list("last_active_at", flat=True)} - {None}
    outside = [at for at in (one.astimezone(BERLIN) for one in moments) if not is_at_work(at)]
    assert outside == []
    for login in LOGINS:
        assert client.login(email=login.person.email, password=PASSWORD)
        person = client.session["_auth_user_id"]
        roles = {role for seat in seats_of(person) for role in seat.roles}
        assert roles >= ({login.role} if login.role else set())
