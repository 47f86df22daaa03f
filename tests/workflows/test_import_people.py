"""Importing people: preview = outcome, all or nothing, the same file again changes nothing."""

from collections.abc import Callable
from unittest import mock

import pytest
from django.core.mail import EmailMessage
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from siegel.accounts.actions import people as bulk_people
from siegel.accounts.models import Person, Profile, RegistrationLink
from siegel.accounts.people_files import PeopleFile, read_people
from siegel.accounts.permissions import SYSTEM
from siegel.audit.models import Event
from siegel.core.refusal import Forbidden, NotFound
from siegel.jobs.worker import run_jobs
from siegel.licensing import actions as licensing
from siegel.licensing.kinds import PoolKind
from siegel.licensing.models import LedgerEntry, License, Sponsorship
from siegel.licensing.queries import held
from siegel.workflows import import_people as importing
from siegel.workflows.import_people import (
    ImportChanged,
    Outcome,
    TooFewLicenses,
    import_people,
    plan_import,
)
from tests import cast, make

pytestmark = pytest.mark.django_db

FILE = """email;Vorname;Nachname;Art;Firma
neu@firma.test;Nora;Neu;;Firma AG
gast@firma.test;Gero;Gast;Gast;Kanzlei
paul@musterwerk.test;Paul;Özdemir;;
kaputt;Karl;Kaputt;;
NEU@firma.test;Nora;Doppelt;;
"""


def people(text: str = FILE, kind: str = "full") -> PeopleFile:
    return read_people(text.encode(), file_name="leute.csv", default_kind=kind)  # type: ignore[arg-type]


def many(count: int, domain: str = "viele.test") -> PeopleFile:
    rows = "".join(f"q{n:06d}@{domain},Quirin {n},Viele\n" for n in range(count))
    return people(f"email,first_name,last_name\n{rows}")


def carry_out(world: cast.Cast, file: PeopleFile) -> importing.ImportResult:
    plan = plan_import(actor=world.tom.actor, account_id=world.musterwerk.id, file=file)
    return import_people(
        actor=world.tom.actor,
        account_id=world.musterwerk.id,
        file=file,
        plan_hash=plan.hash,
        at=make.START,
    )


def everything() -> tuple[int, ...]:
    return tuple(model.objects.count() for model in (Person, Profile, License, LedgerEntry, Event))


def test_the_plan_says_what_happens_to_every_row_and_changes_nothing() -> None:
    world = cast.assemble()
    before = everything()
    plan = plan_import(actor=world.tom.actor, account_id=world.musterwerk.id, file=people())
    assert [(row.line, row.outcome, row.kind) for row in plan.rows] == [
        (2, Outcome.NEW, PoolKind.FULL),
        (3, Outcome.NEW, PoolKind.GUEST),
        (4, Outcome.HOLDS, PoolKind.FULL),
        (5, Outcome.BAD, None),
        (6, Outcome.DUPLICATE, None),
    ]
    full = make.pool(world.musterwerk, PoolKind.FULL)
    guest = make.pool(world.musterwerk, PoolKind.GUEST)
    assert [(total.kind, total.needed, total.available) for total in plan.totals] == [
        (PoolKind.FULL, 1, full.booked - full.used),
        (PoolKind.GUEST, 1, guest.booked - guest.used),
    ]
    assert plan.missing == 0
    assert everything() == before


def test_the_import_does_what_the_plan_says() -> None:
    world = cast.assemble()
    before = make.pool(world.musterwerk, PoolKind.FULL).used
    result = carry_out(world, people())
    assert (result.full, result.guest, result.held, result.left_out) == (1, 1, 1, 2)
    assert make.pool(world.musterwerk, PoolKind.FULL).used == before + 1
    profile = Profile.objects.get(account_id=world.musterwerk.id, email="neu@firma.test")
    assert (profile.name, profile.organisation) == ("Nora Neu", "Firma AG")
    license_ = License.objects.get(holder=profile)
    assert (license_.state, license_.assigned_by_id) == ("invited", world.tom.person_id)
    event = Event.objects.get(verb="people.import")
    assert (event.data["full"], event.data["guest"], event.actor_id) == (1, 1, world.tom.person_id)


def test_full_licenses_without_an_organisation_belong_to_the_account() -> None:
    world = cast.assemble()
    carry_out(
        world,
        people(
            "email,kind,organisation\n"
            "a@neu.test,full,\nb@neu.test,full,Tochter GmbH\nc@neu.test,guest,\n"
        ),
    )
    rows = Profile.objects.filter(account_id=world.musterwerk.id, email__endswith="@neu.test")
    assert dict(rows.values_list("email", "organisation")) == {
        "a@neu.test": "Musterwerk GmbH",
        "b@neu.test": "Tochter GmbH",
        "c@neu.test": "",
    }
    assert " musterwerk" in rows.get(email="a@neu.test").search


def test_the_same_file_again_changes_nothing() -> None:
    world = cast.assemble()
    carry_out(world, people())
    before = everything()
    result = carry_out(world, people())
    assert (result.imported, result.held, result.left_out) == (0, 3, 2)
    assert everything() == before


def test_a_released_person_gets_a_new_license() -> None:
    world = cast.assemble()
    licensing.release_license(
        actor=world.tom.actor,
        account_id=world.musterwerk.id,
        license_id=world.paul.license_id,
        at=make.START,
    )
    assert carry_out(world, people()).full == 2


def test_people_of_another_account_get_a_license_here_and_keep_their_name_there() -> None:
    world = cast.assemble()
    carry_out(world, people("email,first_name\nxaver@anderswo.test,Xavi\n"))
    names = dict(
        Profile.objects.filter(email="xaver@anderswo.test").values_list(
            "account__slug", "first_name"
        )
    )
    assert names == {"anderswo": "Xaver", "musterwerk": "Xavi"}
    assert Person.objects.get(email="xaver@anderswo.test").first_name == "Xaver"


def test_too_few_licenses_import_nobody_and_name_what_is_missing() -> None:
    world = cast.assemble()
    pool = make.pool(world.musterwerk, PoolKind.FULL)
    file = many(pool.booked - pool.used + 3)
    before = everything()
    with pytest.raises(TooFewLicenses) as no:
        carry_out(world, file)
    assert no.value.data["missing"] == {"full": 3}
    assert len(no.value.rows) == 1
    assert [way.code for way in no.value.ways_out] == ["book-more", "free-one"]
    assert everything() == before


def test_too_few_guest_licenses_also_keep_the_full_ones_back() -> None:
    world = cast.assemble()
    guests = make.pool(world.musterwerk, PoolKind.GUEST)
    rows = "".join(f"g{n}@a.test,guest\n" for n in range(guests.booked - guests.used + 1))
    before = everything()
    with pytest.raises(TooFewLicenses) as no:
        carry_out(world, people(f"email,kind\nvoll@a.test,full\n{rows}"))
    assert no.value.data["missing"] == {"guest": 1}
    assert everything() == before


def test_a_world_that_has_changed_since_the_preview_is_refused_with_the_new_plan() -> None:
    world = cast.assemble()
    file = people()
    old = plan_import(actor=world.tom.actor, account_id=world.musterwerk.id, file=file)
    make.person(world.musterwerk, "neu@firma.test", "Nora", "Neu")
    before = everything()
    with pytest.raises(ImportChanged) as no:
        import_people(
            actor=world.tom.actor,
            account_id=world.musterwerk.id,
            file=file,
            plan_hash=old.hash,
            at=make.START,
        )
    assert no.value.plan.hash != old.hash
    assert no.value.plan.rows[0].outcome is Outcome.HOLDS
    assert everything() == before


def test_a_license_that_became_free_does_not_change_the_plan() -> None:
    world = cast.assemble()
    before = plan_import(actor=world.tom.actor, account_id=world.musterwerk.id, file=people())
    make.book(world.musterwerk, full=20)
    after = plan_import(actor=world.tom.actor, account_id=world.musterwerk.id, file=people())
    assert after.totals != before.totals
    assert after.hash == before.hash


def test_an_invitation_between_reading_and_writing_is_a_changed_world() -> None:
    """What a racing administrator does on PostgreSQL after our plan was read."""
    world = cast.assemble()
    file = people()
    plan = plan_import(actor=world.tom.actor, account_id=world.musterwerk.id, file=file)
    real: Callable[..., object] = importing.assign_licenses

    def invite_first(**values: object) -> object:
        make.person(world.musterwerk, "neu@firma.test", active=False)
        return real(**values)

    with (
        mock.patch.object(importing, "assign_licenses", invite_first),
        pytest.raises(ImportChanged),
    ):
        import_people(
            actor=world.tom.actor,
            account_id=world.musterwerk.id,
            file=file,
            plan_hash=plan.hash,
            at=make.START,
        )
    assert not Profile.objects.filter(email="gast@firma.test").exists()


def test_only_who_may_assign_licenses_may_plan_or_import() -> None:
    world = cast.assemble()
    for somebody, refusal in (
        (world.paul, Forbidden),
        (world.bea, Forbidden),
        (world.otto, Forbidden),
        (world.xaver, NotFound),
    ):
        actor, home = somebody.actor, world.musterwerk.id
        with pytest.raises(refusal):
            plan_import(actor=actor, account_id=home, file=people())
        with pytest.raises(refusal):
            import_people(actor=actor, account_id=home, file=people(), plan_hash="x", at=make.START)


def test_ten_times_the_people_take_a_query_more_per_batch_of_addresses(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # Ten thousand people and batches of 5 000, a tenth of each.
    for module, name in ((bulk_people, "BATCH"), (held, "_BATCH")):
        assert getattr(module, name) == 5_000
        monkeypatch.setattr(module, name, 500)
    anna = make.account(full=1_200)

    def queries(file: PeopleFile) -> int:
        plan = plan_import(actor=SYSTEM, account_id=anna.account.id, file=file)
        with CaptureQueriesContext(connection) as captured:
            result = import_people(
                actor=SYSTEM,
                account_id=anna.account.id,
                file=file,
                plan_hash=plan.hash,
                at=make.START,
            )
        assert result.full == len(file.rows)
        return len(captured)

    one, ten = queries(many(100, "eins.test")), queries(many(1_000))
    # One insert per table, one reading per batch of addresses.
    assert one <= 30
    assert ten <= one + 4 * 2


def test_invitations_are_mailed_on_request_and_only_to_who_is_new(
    mailoutbox: list[EmailMessage],
) -> None:
    world = cast.assemble()
    file = people()
    plan = plan_import(actor=world.tom.actor, account_id=world.musterwerk.id, file=file)
    result = import_people(
        actor=world.tom.actor,
        account_id=world.musterwerk.id,
        file=file,
        plan_hash=plan.hash,
        at=timezone.now(),
        send_invitations=True,
    )
    assert result.mailed == 2
    run_jobs()
    assert sorted(mail.to[0] for mail in mailoutbox) == ["gast@firma.test", "neu@firma.test"]
    assert all("/r/" in str(mail.body) for mail in mailoutbox)


def test_without_the_request_no_link_is_made() -> None:
    world = cast.assemble()
    before = RegistrationLink.objects.count()
    carry_out(world, people())
    assert RegistrationLink.objects.count() == before


def test_imported_guests_belong_to_the_license_of_whoever_imported_them() -> None:
    world = cast.assemble()
    carry_out(world, people())
    rows = Sponsorship.objects.values_list("guest__holder__email", "sponsor")
    assert list(rows) == [("gast@firma.test", world.tom.license_id)]
