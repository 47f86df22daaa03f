"""The demo account, which is what somebody sees first."""

import pytest
from django.utils import timezone

from siegel.accounts.queries import account_by_slug
from siegel.billing.actions import load_price_lists
from siegel.licensing.actions import load_packages
from siegel.licensing.kinds import PoolKind
from siegel.licensing.models import LedgerEntry
from siegel.licensing.queries.seats import seats_of
from siegel.licensing.queries.status import license_status
from siegel.workflows.demo import LOGINS, PASSWORD, load_demo

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def catalogues(db):
    load_packages()
    load_price_lists()


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
    for login in LOGINS:
        assert client.login(email=login.person.email, password=PASSWORD)
        person = client.session["_auth_user_id"]
        roles = {role for seat in seats_of(person) for role in seat.roles}
        assert roles >= ({login.role} if login.role else set())
