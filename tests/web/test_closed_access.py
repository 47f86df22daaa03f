"""Whoever is suspended, or out of time, is told so in plain words; strangers learn nothing."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from siegel.licensing.models import License
from siegel.workflows.suspend_license import suspend_license
from tests import cast

pytestmark = pytest.mark.django_db


def text_of(response):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def signed_in(who):
    browser = Client()
    browser.force_login(who.login)
    return browser


def test_somebody_suspended_reads_so_on_the_start_page_and_on_every_page_of_the_account():
    world = cast.assemble()
    browser = signed_in(world.paul)
    suspend_license(
        actor=world.anna.actor,
        account_id=world.musterwerk.id,
        license_id=world.paul.license_id,
        at=timezone.now(),
    )
    start = browser.get("/")
    assert start.status_code == 200
    assert "Ihr Zugang zu Musterwerk GmbH ist gesperrt" in text_of(start)
    assert "Anna Krüger" in text_of(start)
    page = browser.get("/a/musterwerk/")
    assert page.status_code == 404
    assert "Ihr Zugang zu Musterwerk GmbH ist gesperrt. Nichts wurde gelöscht." in text_of(page)


def test_a_guest_whose_time_is_over_reads_so():
    world = cast.assemble()
    License.objects.filter(id=world.gina.license_id).update(
        ends_at=timezone.now() - timedelta(seconds=1)
    )
    browser = signed_in(world.gina)
    assert "Ihr Zugang zu Musterwerk GmbH ist abgelaufen" in text_of(browser.get("/"))
    assert "war befristet und ist abgelaufen" in text_of(browser.get("/a/musterwerk/"))


@pytest.mark.parametrize("who", ["xaver", "ines"])
def test_strangers_and_those_only_invited_learn_nothing(who):
    world = cast.assemble()
    for whom in (world.paul, world.gina):
        License.objects.filter(id=whom.license_id).update(state="suspended")
    browser = signed_in(getattr(world, who))
    there, nowhere = browser.get("/a/musterwerk/"), browser.get("/a/niemals/")
    assert (there.status_code, nowhere.status_code) == (404, 404)
    assert "gesperrt" not in text_of(there)
    assert text_of(there).replace("musterwerk", "niemals") == text_of(nowhere)
