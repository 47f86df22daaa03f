"""Who did it, as this account calls them: another account's words never show (promise 14)."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from django.test import Client
from django.utils import timezone
from django.utils.translation import override

from siegel.accounts.actor_names import actor_names, by_whom
from siegel.accounts.models import Person, Profile
from siegel.accounts.permissions import OPERATOR_SHELL, Actor, Permission, Role
from siegel.boxes import actions as boxes
from siegel.boxes.kinds import BoxKind
from siegel.licensing import actions as licensing
from siegel.licensing.kinds import PoolKind
from siegel.licensing.models import LedgerEntry
from siegel.licensing.queries.ledger import LedgerFilter, ledger_page
from siegel.licensing.queries.own import own_licenses
from siegel.licensing.queries.state import licensing_state
from siegel.workflows.booking_plan import plan_booking
from siegel.workflows.change_booking import change_booking
from siegel.workflows.subscription_overview import subscription_overview
from siegel.workflows.suspend_license import suspend_license
from tests import cast, make
from tests.api.calls import ROOT, get, token_of
from tests.cast import Cast
from tests.make import Somebody

pytestmark = pytest.mark.django_db
AT = datetime(2026, 5, 5, 9, tzinfo=UTC)
HERE = "/a/musterwerk/"
#: What Xaver's first account wrote about him; Musterwerk calls him Xaver Muster.
SECRET = "Kronzeuge"


def xaver_of_both(world: Cast) -> Somebody:
    """Return Xaver as Musterwerk knows him."""
    Person.objects.filter(id=world.xaver.person_id).update(last_name=SECRET)
    roles = (Role.REGISTRATION_ADMIN,)
    return make.person(world.musterwerk, world.xaver.email, "Xaver", "Muster", roles=roles)


def give(actor: Actor, world: Cast) -> Somebody:
    """Give somebody new a license."""
    of = world.musterwerk
    (holder,) = make.profiles(of, 1, f"neu{LedgerEntry.objects.count()}")
    given = licensing.assign_license(
        actor=actor, account_id=of.id, kind=PoolKind.FULL, holder_id=holder, at=AT
    )
    return replace(world.paul, license_id=given)


def change_totals(who: Somebody, **totals: int) -> None:
    """Book or plan as the portal does."""
    now = timezone.now()
    target = subscription_overview(actor=who.actor, account=who.account, at=now).target
    wanted = replace(target, **totals)
    plan = plan_booking(actor=who.actor, account=who.account, wanted=wanted, at=now)
    change_booking(actor=who.actor, account=who.account, wanted=wanted, plan_hash=plan.hash, at=now)


def test_pages_exports_and_api_say_the_name_that_this_account_typed(client: Client) -> None:
    world = cast.assemble()
    make.book(world.musterwerk, at=AT, full=20, data_rooms=2)
    xaver = xaver_of_both(world)
    given = give(xaver.actor, world)
    boxes.create_box(
        actor=replace(xaver.actor, rights=frozenset({Permission.DATA_ROOM_CREATE})),
        account_id=world.musterwerk.id,
        kind=BoxKind.DATA_ROOM,
        name="Verkauf",
        at=AT,
    )
    suspend_license(
        actor=xaver.actor,
        account_id=world.musterwerk.id,
        license_id=world.paul.license_id,
        at=timezone.now(),
    )
    change_totals(xaver, full=25)
    change_totals(xaver, full=22)
    client.force_login(world.anna.login)
    for address in (
        "people/",
        f"people/{given.license_id}/",
        f"people/{world.paul.license_id}/history/",
        "portal/",
        "portal/subscription/",
        "settings/account/",
        "settings/account/ledger/",
        "settings/account/ledger/export/?format=csv",
        "settings/account/holders/export/?format=csv",
        "settings/account/full/",
        "settings/account/data_room/",
    ):
        response = client.get(HERE + address)
        assert response.status_code == 200, address
        shown = response.getvalue().decode()
        assert "Xaver Muster" in shown, address
        assert SECRET not in shown, address
    token = token_of(world.anna)
    for address in ("licenses", "holders", "ledger"):
        shown = get(client, f"{ROOT}/musterwerk/{address}", token).text
        assert "Xaver Muster" in shown, address
        assert SECRET not in shown, address


def test_the_first_account_goes_on_calling_them_by_its_own_name() -> None:
    world = cast.assemble()
    xaver_of_both(world)
    names = actor_names(world.anderswo.id, [world.xaver.person_id, None])
    assert names == {world.xaver.person_id: "Xaver Fremd", None: ""}


def test_the_start_page_says_who_gave_the_license_in_each_account() -> None:
    world = cast.assemble()
    xaver = xaver_of_both(world)
    (profile,) = make.profiles(world.musterwerk, 1, "start")
    licensing.assign_license(
        actor=xaver.actor,
        account_id=world.musterwerk.id,
        kind=PoolKind.FULL,
        holder_id=profile,
        at=AT,
    )
    licensing.accept_license(holder_id=profile, at=AT)
    person = Person.objects.get(email="start000000@viele.test")
    assert own_licenses(person.id)[world.musterwerk.id].given_by == "Xaver Muster"


def test_whoever_is_not_known_to_the_account_acts_as_the_operator() -> None:
    world = cast.assemble()
    of = world.musterwerk
    staff = Person.objects.create(email="ops@siegel.test", first_name="Olga", last_name="Op")
    give(Actor(staff.id, of.id, frozenset({Role.ADMIN})), world)
    give(OPERATOR_SHELL, world)
    page = ledger_page(
        actor=world.anna.actor, account_id=of.id, which=LedgerFilter(kind=PoolKind.FULL), limit=2
    )
    shell, person = page.lines
    for language, word, nobody in (
        ("de", "Betreiber", "automatisch"),
        ("en", "operator", "automatic"),
    ):
        with override(language):
            assert by_whom(shell.actor, shell.door) == word
            assert by_whom("", "system") == nobody
            assert actor_names(of.id, [staff.id]) == {staff.id: word, None: ""}
            again = ledger_page(
                actor=world.anna.actor, account_id=of.id, which=LedgerFilter(), limit=2
            )
            assert {line.actor for line in again.lines} == {"", word}
    assert person.actor == "Betreiber"


def test_people_without_a_name_are_called_by_their_address() -> None:
    world = cast.assemble()
    nameless = make.person(world.musterwerk, "ohne@musterwerk.test", roles=(Role.ADMIN,))
    give(nameless.actor, world)
    lines = ledger_page(
        actor=world.anna.actor, account_id=world.musterwerk.id, which=LedgerFilter(), limit=1
    ).lines
    assert lines[0].actor == "ohne@musterwerk.test"


def test_a_new_name_of_whoever_planned_changes_the_kept_page() -> None:
    world = cast.assemble()
    xaver = xaver_of_both(world)
    change_totals(xaver, full=9)
    before = licensing_state(world.musterwerk.id)
    Person.objects.filter(id=xaver.person_id).update(last_name="Anders")
    assert licensing_state(world.musterwerk.id) == before
    Profile.objects.filter(id=xaver.profile_id).update(last_name="Neumann")
    assert licensing_state(world.musterwerk.id) != before
