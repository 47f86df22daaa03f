"""How long a guest stays, decided by an administrator on the person's page."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from siegel.licensing.models import License
from tests import cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return cast.assemble()


@pytest.fixture
def client(world):
    browser = Client()
    browser.force_login(world.anna.login)
    return browser


def text_of(response):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def test_the_end_is_shown_changed_and_dropped(client, world):
    person = f"/a/musterwerk/people/{world.gina.license_id}"
    assert "unbefristet" in text_of(client.get(f"{person}/access/"))
    day = timezone.now().date().replace(year=timezone.now().year + 1, day=3)
    done = client.post(f"{person}/end/", {"end": "date", "ends_on": day.isoformat()}, follow=True)
    assert f"{day:%d.%m.%Y}" in text_of(done)
    assert day.isoformat() in client.get(f"{person}/end/").text
    client.post(f"{person}/end/", {"end": "none"})
    assert License.objects.get(id=world.gina.license_id).ends_at is None


def test_a_day_that_is_over_is_refused_and_full_users_have_no_end(client, world):
    person = f"/a/musterwerk/people/{world.gina.license_id}"
    wrong = client.post(f"{person}/end/", {"end": "date", "ends_on": "2020-01-01"})
    assert wrong.status_code == 422
    full = client.get(f"/a/musterwerk/people/{world.paul.license_id}/end/")
    assert full.status_code == 302
    assert "Ende ändern" not in text_of(
        client.get(f"/a/musterwerk/people/{world.paul.license_id}/access/")
    )


def test_the_outlook_says_how_many_temporary_guests_will_have_ended(client, world):
    now = timezone.now()
    License.objects.filter(id=world.gina.license_id).update(ends_at=now + timedelta(days=5))
    there = "/a/musterwerk/settings/account/?at="
    later = (now + timedelta(days=9)).date()
    soon = (now + timedelta(days=2)).date()
    sentence = "Bis dahin endet 1 befristete Gastlizenz und wird verfügbar."
    assert sentence in text_of(client.get(f"{there}{later}"))
    assert sentence not in text_of(client.get(f"{there}{soon}"))
