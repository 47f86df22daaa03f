"""The kept rendering of the account status is never behind: it equals a fresh one after all."""

import re
from datetime import timedelta

import pytest
from django.core.cache import caches
from django.utils import timezone

from siegel.accounts.permissions import SYSTEM, Role
from siegel.licensing import actions
from siegel.licensing.kinds import LicenseState
from siegel.licensing.rules import Quantities
from siegel.workflows.change_roles import grant_role, withdraw_role
from tests import cast, make

pytestmark = pytest.mark.django_db
PAGE = "/a/musterwerk/settings/account/"


def sections(client):
    """Return what is below the tabs, without the moments of rendering in the chart."""
    text = client.get(PAGE).content.decode()
    text = text[text.index('id="preisplan"') : text.index("</main>")]
    return re.sub(r'<svg class="chart.*?</svg>', "", text, flags=re.DOTALL)


def acts(world):
    """Yield after each thing that changes what the page shows."""
    of, now = world.musterwerk, timezone.now()
    make.person(of, "neu@musterwerk.test", active=False)
    yield "invited"
    actions.accept_license(holder_id=world.ines.profile_id, at=now)
    yield "accepted"
    make.book(of, full=11)
    yield "booked"
    planned = actions.plan_change(
        actor=world.bea.actor,
        account_id=of.id,
        quantities=Quantities(full=9),
        effective_at=now + timedelta(days=40),
        at=now,
        plan="kept",
    )
    yield "planned"
    bea = world.bea.login
    bea.last_name = "Anders"
    bea.save(update_fields=["last_name"])
    yield "renamed"
    make.people(of, 4)
    yield "scarce"
    actions.note_sign_in(person_id=world.paul.person_id, at=now)
    yield "signed in"
    grant_role(
        actor=world.anna.actor,
        account_id=of.id,
        license_id=world.paul.license_id,
        role=Role.BILLING_ADMIN,
        at=now,
    )
    yield "another one to ask"
    withdraw_role(
        actor=world.anna.actor,
        account_id=of.id,
        license_id=world.paul.license_id,
        role=Role.BILLING_ADMIN,
        at=now,
    )
    yield "one fewer to ask"
    actions.withdraw_planned_change(
        actor=world.bea.actor, account_id=of.id, change_id=planned, at=now
    )
    yield "withdrawn"
    actions.release_license(
        actor=SYSTEM, account_id=of.id, license_id=world.paul.license_id, at=now
    )
    yield "released"
    actions.change_state(
        actor=SYSTEM,
        account_id=of.id,
        license_id=world.otto.license_id,
        to=LicenseState.SUSPENDED,
        at=now,
    )
    yield "suspended"


@pytest.mark.parametrize("who", ["anna", "tom"])
def test_after_every_act_the_page_is_what_a_fresh_one_would_be(client, who):
    world = cast.assemble()
    client.force_login(getattr(world, who).login)
    seen = {sections(client)}
    for act in acts(world):
        kept = sections(client)
        caches["pieces"].clear()
        assert kept == sections(client), act
        seen.add(kept)
    assert len(seen) > 6


def test_a_second_look_is_not_rendered_again(client, monkeypatch):
    world = cast.assemble()
    client.force_login(world.anna.login)
    first = client.get(PAGE).content
    monkeypatch.setattr("siegel.web.settings.views_account.account_status", None)
    assert re.sub(rb'value="\w{64}"', b"", client.get(PAGE).content) == re.sub(
        rb'value="\w{64}"', b"", first
    )


def test_english_is_kept_beside_german(client):
    world = cast.assemble()
    client.force_login(world.anna.login)
    assert "verfügbar" in sections(client)
    client.post("/language/", {"language": "en", "next": PAGE})
    assert "available" in sections(client)
