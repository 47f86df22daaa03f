"""The user list: right rows in the right order, each page once, at the cost of few statements."""

from datetime import timedelta
from itertools import pairwise

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from siegel.accounts import actions as accounts
from siegel.accounts.permissions import Role
from siegel.boxes.kinds import BoxKind
from siegel.core.refusal import Forbidden, NotFound
from siegel.licensing import actions
from siegel.licensing.kinds import LicenseState, PoolKind
from siegel.licensing.models import License
from siegel.licensing.queries.holder_filter import HolderFilter
from siegel.licensing.queries.holders import SORTS, holders, iterate_holders
from siegel.licensing.queries.one_holder import holder_details
from siegel.licensing.queries.status import license_status
from tests import cast, make

pytestmark = pytest.mark.django_db
NOW = timezone.now()


def listed(world, **options):
    return holders(actor=world.anna.actor, account_id=world.musterwerk.id, **options)


def emails(world, narrow, **options):
    return {row.email.split("@")[0] for row in listed(world, filter=narrow, **options).rows}


def everybody():
    """Return the cast with more people, of both kinds and in all states."""
    world = cast.assemble()
    make.book(world.musterwerk, full=60)
    later = make.START + timedelta(days=40)
    ids = make.people(world.musterwerk, 30)
    for n, name in enumerate(("Ärne", "zoe", "Özge", "Anna", "anna", "Anna")):
        make.person(
            world.musterwerk,
            f"gast{n}@kanzlei.test",
            name,
            "Müller",
            kind=PoolKind.GUEST,
            active=n % 2 == 0,
            at=later,
            organisation=("", "Bau AG", "bau ag")[n % 3],
        )
    License.objects.filter(id__in=ids[:10]).update(state="active", last_active_at=later)
    License.objects.filter(id__in=ids[10:13]).update(state="suspended", last_active_at=later)
    for owner, size in ((world.otto, 7), (world.tom, 9), (world.tom, 0)):
        make.box(owner, size=size)
    make.box(world.bea, kind=BoxKind.DATA_ROOM)
    actions.set_end(
        actor=world.anna.actor,
        account_id=world.musterwerk.id,
        license_ids=[world.gina.license_id],
        ends_at=later + timedelta(days=90),
        idle_days=None,
        at=later,
    )
    return world


def test_a_row_says_who_holds_what_since_when_and_given_by_whom():
    world = cast.assemble()
    (row,) = listed(world, filter=HolderFilter(search="gina")).rows
    assert (row.name, row.email, row.organisation) == (
        "Gina Rossi",
        "gina@kanzlei.test",
        "Kanzlei Rossi",
    )
    assert (row.kind, row.state) == (PoolKind.GUEST, LicenseState.ACTIVE)
    assert row.assigned_at == make.START
    (tom,) = listed(world, filter=HolderFilter(search="tom")).rows
    assert tom.roles == (Role.ADMIN,)


@pytest.mark.parametrize("order", [*SORTS, *(f"-{name}" for name in SORTS)])
def test_every_order_shows_everybody_once_forth_and_back(order):
    world = everybody()
    total = make.pool(world.musterwerk, PoolKind.FULL).used
    total += make.pool(world.musterwerk, PoolKind.GUEST).used
    pages, page = [], listed(world, sort=order, size=7)
    while True:
        pages.append(page)
        if not page.next:
            break
        page = listed(world, sort=order, size=7, page=page.next)
    rows = [row for page in pages for row in page.rows]
    assert len(rows) == total == pages[0].total
    assert len({row.license_id for row in rows}) == total
    assert [page.first for page in pages] == list(range(1, total + 1, 7))
    for before, after in pairwise(pages):
        assert listed(world, sort=order, size=7, page=after.previous).rows == before.rows
    assert pages[0].previous == ""
    name = order.removeprefix("-")
    key = {
        "name": lambda row: row.name.split()[-1].casefold()[0],
        "email": lambda row: row.email,
        "organisation": lambda row: row.organisation.lower(),
        "kind": lambda row: row.kind == PoolKind.GUEST,
        "status": lambda row: ["invited", "active", "suspended"].index(row.state),
        "since": lambda row: row.assigned_at,
        "last_active": lambda row: row.last_active_at or make.START - timedelta(days=1),
        "ends": lambda row: row.ends_at or NOW + timedelta(days=10_000),
        "boxes": lambda row: row.boxes,
        "data_rooms": lambda row: row.data_rooms,
        "owned": lambda row: row.owned_bytes,
    }[name]
    keys = [key(row) for row in rows]
    if name != "name":
        assert keys == sorted(keys, reverse=order.startswith("-"))


@pytest.mark.parametrize("order", [*SORTS, *(f"-{name}" for name in SORTS)])
def test_an_export_has_the_order_of_the_list(order, monkeypatch):
    world = everybody()
    monkeypatch.setattr("siegel.licensing.queries.holders._CHUNK", 7)
    for narrow in (HolderFilter(), HolderFilter(kind=PoolKind.FULL, search="viele")):
        asking = {"actor": world.anna.actor, "account_id": world.musterwerk.id, "filter": narrow}
        rows = tuple(iterate_holders(**asking, sort=order))
        assert rows == listed(world, filter=narrow, sort=order, size=500).rows


def test_names_sort_as_germans_expect():
    world = cast.assemble()
    names = [row.name for row in listed(world).rows]
    assert names == [
        "Tom Brandt",
        "Anna Krüger",
        "Otto Lang",
        "Ines Neu",
        "Paul Özdemir",
        "Gina Rossi",
        "Bea Thiel",
    ]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("k", {"anna", "gina"}),
        ("K", {"anna", "gina"}),
        ("krüg", {"anna"}),
        ("KRUEG", {"anna"}),
        ("krug", {"anna"}),
        ("ozd", {"paul"}),
        ("anna krü", {"anna"}),
        ("krü  ANNA", {"anna"}),
        ("anna rossi", set()),
        ("üger", set()),
        ("gina@kanzlei", {"gina"}),
        ("kanzlei.test", {"gina"}),
        ("%", set()),
        ("_", set()),
        ("'\\", set()),
        ("xaver", set()),
    ],
)
def test_search_finds_beginnings_of_words(text, found):
    world = cast.assemble()
    assert emails(world, HolderFilter(search=text)) == found


@pytest.mark.parametrize(
    ("narrow", "found"),
    [
        (HolderFilter(kind=PoolKind.GUEST), {"gina"}),
        (HolderFilter(state=LicenseState.INVITED), {"ines"}),
        (HolderFilter(role=Role.BILLING_ADMIN), {"bea"}),
        (HolderFilter(organisation="kanzlei"), {"gina"}),
        (HolderFilter(kind=PoolKind.GUEST, role=Role.ADMIN), set()),
        (HolderFilter(kind=PoolKind.DATA_ROOM), set()),
        (HolderFilter(search="o", kind=PoolKind.FULL), {"otto", "paul"}),
    ],
)
def test_filters_narrow_and_hold_together(narrow, found):
    world = cast.assemble()
    assert emails(world, narrow) == found
    assert listed(world, filter=narrow).total == len(found)
    assert {
        row.email.split("@")[0]
        for row in iterate_holders(
            actor=world.anna.actor, account_id=world.musterwerk.id, filter=narrow
        )
    } == found


def test_filters_ask_for_what_people_own_who_gave_it_and_when_it_ends():
    world = everybody()
    start, tom = make.START, world.tom
    group = actions.create_group(
        actor=tom.actor, account_id=world.musterwerk.id, name="Bau", at=start
    )
    actions.change_groups(
        actor=tom.actor,
        account_id=world.musterwerk.id,
        license_ids=[tom.license_id, world.gina.license_id],
        join=[group],
        at=start,
    )
    given = actions.assign_license(
        actor=tom.actor,
        account_id=world.musterwerk.id,
        kind=PoolKind.FULL,
        holder_id=make.profiles(world.musterwerk, 1)[0],
        at=start,
    )
    assert emails(world, HolderFilter(owns="boxes")) == {"otto", "tom", "bea"}
    assert emails(world, HolderFilter(owns="data_rooms")) == {"bea"}
    assert not {"otto", "tom", "bea"} & emails(world, HolderFilter(owns="none"))
    assert emails(world, HolderFilter(group=group)) == {"tom", "gina"}
    assert emails(world, HolderFilter(group=group, kind=PoolKind.GUEST)) == {"gina"}
    (row,) = listed(world, filter=HolderFilter(giver=tom.person_id)).rows
    assert (row.license_id, row.assigned_by) == (given, "Tom Brandt")
    assert emails(world, HolderFilter(temporary=True)) == {"gina"}
    (temporary,) = listed(world, filter=HolderFilter(temporary=True)).rows
    assert temporary.temporary
    far = (temporary.ends_at - NOW).days
    assert emails(world, HolderFilter(ends_within=far + 2)) == {"gina"}
    assert emails(world, HolderFilter(ends_within=far - 2)) == set()
    assert emails(world, HolderFilter(licenses=(tom.license_id,))) == {"tom"}


def test_who_waits_for_registration_is_told_from_who_has_registered():
    world = cast.assemble()
    assert emails(world, HolderFilter(registered=False)) == {"ines"}
    assert emails(world, HolderFilter(registered=True)) == {
        "anna",
        "tom",
        "bea",
        "otto",
        "paul",
        "gina",
    }
    assert emails(world, HolderFilter(link_expired=True)) == {"ines"}
    accounts.create_registration_links(
        actor=world.tom.actor,
        account_id=world.musterwerk.id,
        profile_ids=[world.ines.profile_id],
        at=NOW,
    )
    assert emails(world, HolderFilter(link_expired=True)) == set()
    actions.note_sign_in(person_id=world.paul.person_id, at=NOW)
    assert "paul" not in emails(world, HolderFilter(never=True))
    assert "ines" in emails(world, HolderFilter(never=True))


def test_unused_means_not_signed_in_for_so_long_or_never():
    world = cast.assemble()
    actions.note_sign_in(person_id=world.paul.person_id, at=timezone.now())
    found = emails(world, HolderFilter(unused_days=30))
    assert "paul" not in found
    assert {"ines", "tom"} <= found


@pytest.mark.parametrize(
    "page", ["", "x", "1", "bnVsbA", "W10", "WzAsOTksW10sMF0", "é", "a" * 3000]
)
def test_any_page_that_is_none_is_the_first(page):
    world = cast.assemble()
    assert len(listed(world, page=page).rows) == 7


def test_an_unknown_order_is_by_name():
    world = cast.assemble()
    assert listed(world, sort="password").rows == listed(world).rows


@pytest.mark.parametrize("narrow", [HolderFilter(), HolderFilter(search="p")])
@pytest.mark.parametrize("order", SORTS)
def test_statements_do_not_grow_with_the_list(narrow, order):
    anna = make.account(full=80)
    make.people(anna.account, 5)

    def count():
        with CaptureQueriesContext(connection) as statements:
            holders(actor=actor, account_id=anna.account.id, filter=narrow, sort=order)
        return len(statements)

    actor = anna.actor
    few = count()
    for prefix in ("x", "y"):
        for profile in make.profiles(anna.account, 35, prefix):
            actions.assign_license(
                actor=actor,
                account_id=anna.account.id,
                kind=PoolKind.FULL,
                holder_id=profile,
                at=NOW,
            )
    assert count() <= few <= 12


def test_a_past_moment_has_as_many_rows_as_the_status_says():
    world = everybody()
    actions.release_license(
        actor=world.tom.actor,
        account_id=world.musterwerk.id,
        license_id=world.paul.license_id,
        at=make.START + timedelta(days=60),
    )
    for days in (-1, 0, 1, 39, 40, 59, 60, 61):
        at = make.START + timedelta(days=days)
        status = license_status(world.musterwerk.id, at)
        for kind in (PoolKind.FULL, PoolKind.GUEST):
            page = holders(
                actor=world.anna.actor,
                account_id=world.musterwerk.id,
                filter=HolderFilter(kind=kind),
                at=at,
            )
            assert (page.total, len(page.rows)) == (status.of(kind).used,) * 2, (kind, days)


def test_an_export_holds_everybody_by_name():
    world = everybody()
    rows = list(iterate_holders(actor=world.anna.actor, account_id=world.musterwerk.id))
    assert [row.license_id for row in rows] == [
        row.license_id for row in listed(world, size=500).rows
    ]


def test_many_matches_and_few_matches_are_counted_alike(monkeypatch):
    world = everybody()
    for narrow in (HolderFilter(search="p"), HolderFilter(state=LicenseState.INVITED)):
        few = listed(world, filter=narrow, sort="since", size=500)
        with monkeypatch.context() as patched:
            patched.setattr("siegel.licensing.queries.holders._FEW", 1)
            many = listed(world, filter=narrow, sort="since", size=500)
        assert few == many


@pytest.mark.parametrize("who", ["bea", "otto", "paul", "gina", "ines"])
def test_only_administrators_see_the_list(who):
    world = cast.assemble()
    asking = {"actor": getattr(world, who).actor, "account_id": world.musterwerk.id}
    with pytest.raises(Forbidden):
        holders(**asking)
    with pytest.raises(Forbidden):
        iterate_holders(**asking)
    with pytest.raises(Forbidden):
        holder_details(**asking, license_id=world.paul.license_id)


def test_a_stranger_finds_no_list_and_no_person():
    world = cast.assemble()
    with pytest.raises(NotFound):
        holders(actor=world.xaver.actor, account_id=world.musterwerk.id)
    with pytest.raises(NotFound):
        holder_details(
            actor=world.xaver.actor,
            account_id=world.anderswo.id,
            license_id=world.paul.license_id,
        )


def test_details_stay_after_the_license_was_released():
    world = cast.assemble()
    actions.release_license(
        actor=world.tom.actor,
        account_id=world.musterwerk.id,
        license_id=world.paul.license_id,
        at=NOW,
    )
    details = holder_details(
        actor=world.tom.actor, account_id=world.musterwerk.id, license_id=world.paul.license_id
    )
    assert (details.first_name, details.last_name) == ("Paul", "Özdemir")
    assert (details.row.state, details.row.released_at) == (LicenseState.RELEASED, NOW)
