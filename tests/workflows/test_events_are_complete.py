"""Whatever somebody administers is in the log, with old and new values and nothing personal."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from siegel.accounts.actions import (
    change_profile,
    create_api_token,
    discard_import_file,
    drop_old_import_files,
    person_data,
    revoke_api_token,
)
from siegel.accounts.models import ApiToken, Profile
from siegel.audit.models import Event
from siegel.licensing import actions as licensing
from siegel.licensing.rules import Quantities
from siegel.workflows.import_kept_file import import_kept_file, keep_people_file, preview_kept_file
from tests import cast, make

pytestmark = pytest.mark.django_db
AT = datetime(2026, 5, 5, 9, tzinfo=UTC)
FILE = b"email;first_name;kind\nneu@musterwerk.test;Nora;full\ngast@kanzlei.test;Gero;guest\n"


@pytest.fixture
def world():
    return cast.assemble()


def new_events(world, act):
    """Return what the act recorded in Musterwerk's log: verb and data."""
    last = Event.objects.latest("id").id
    act()
    rows = Event.objects.filter(id__gt=last, account_id=world.musterwerk.id).order_by("id")
    return [(row.verb, row.data) for row in rows]


def keep(world):
    return keep_people_file(
        actor=world.anna.actor,
        account_id=world.musterwerk.id,
        content=FILE,
        file_name="neue.csv",
        default_kind="full",
        at=AT,
    )


def test_a_new_account_tells_who_opened_it_what_was_booked_and_who_was_invited():
    anna = make.account()
    rows = Event.objects.filter(account_id=anna.account.id).order_by("id")
    assert [row.verb for row in rows] == [
        "account.open",
        "booking.change",
        "subscription.open",
        "license.invite",
        "role.grant",
    ]
    assert rows[0].door == rows[3].door == "command"
    assert rows[1].data["changes"] == {"full": [None, 10], "package": [None, "Growth"]}


def test_bookings_tell_old_and_new_totals(world):
    found = new_events(world, lambda: make.book(world.musterwerk, at=AT, full=12, guest_packs=1))
    assert found == [
        ("booking.change", {"number": 2, "changes": {"full": [10, 12], "guest_packs": [0, 1]}})
    ]


def test_planned_changes_are_told_from_the_plan_to_the_day(world):
    day = AT + timedelta(days=30)

    def plan(full):
        return licensing.plan_change(
            actor=world.bea.actor,
            account_id=world.musterwerk.id,
            quantities=Quantities(full=full),
            effective_at=day,
            at=AT,
            plan=f"plan-{full}",
        )

    planned = {"day": day.isoformat(), "changes": {"full": [10, 9]}}
    assert new_events(world, lambda: plan(9)) == [("booking.plan", planned)]
    replaced = new_events(world, lambda: plan(4))
    assert [verb for verb, _data in replaced] == ["booking.withdraw-plan", "booking.plan"]
    assert replaced[0][1] == {"day": day.isoformat()}
    applied = new_events(world, lambda: licensing.apply_due_changes(at=day))
    assert [verb for verb, _data in applied] == ["booking.apply-plan", "booking.change"]
    # Six are used, so six stay booked.
    assert applied[0][1] == {"day": day.isoformat(), "still_used": ["full"]}
    assert applied[1][1]["changes"] == {"full": [10, 6]}


def test_people_files_are_told_from_the_upload_to_their_end(world):
    assert new_events(world, lambda: keep(world)) == [("people.upload", {})]
    file_id = keep(world)

    def discard():
        discard_import_file(
            actor=world.anna.actor, account_id=world.musterwerk.id, file_id=file_id, at=AT
        )

    assert new_events(world, discard) == [("people.discard", {})]
    assert new_events(world, discard) == []
    keep(world)
    late = AT + timedelta(days=2)
    assert new_events(world, lambda: drop_old_import_files(at=late)) == [("people.expire", {})]


def test_an_import_tells_its_figures_and_each_person(world):
    file_id = keep(world)
    where = {"actor": world.anna.actor, "account_id": world.musterwerk.id, "file_id": file_id}
    plan = preview_kept_file(**where)
    found = new_events(world, lambda: import_kept_file(**where, plan_hash=plan.hash, at=AT))
    assert [verb for verb, _data in found if verb != "guest.share"] == [
        "license.import",
        "license.import",
        "people.import",
    ]
    assert {data["kind"] for verb, data in found if verb == "license.import"} == {"full", "guest"}
    summary = dict(found)["people.import"]
    assert (summary["full"], summary["guest"], summary["source"]) == (1, 1, "csv")
    nora = Profile.objects.get(email="neu@musterwerk.test")
    assert Event.objects.filter(subject_id=nora.person_id, verb="license.import").exists()


def test_tokens_are_told_by_their_id_and_their_end(world):
    def create():
        create_api_token(
            actor=world.anna.actor, account_id=world.musterwerk.id, label="Lohn", days=30, at=AT
        )

    ((verb, data),) = new_events(world, create)
    token = ApiToken.objects.get()
    ends = (AT + timedelta(days=30)).isoformat()
    assert (verb, data) == ("token.create", {"token": str(token.id), "expires_at": ends})

    def revoke():
        revoke_api_token(
            actor=world.anna.actor, account_id=world.musterwerk.id, token_id=token.id, at=AT
        )

    assert new_events(world, revoke) == [("token.revoke", {"token": str(token.id)})]
    assert new_events(world, revoke) == []


def test_what_is_known_of_people_is_never_copied_into_the_log(world):
    profile = Profile.objects.get(id=world.paul.profile_id)
    profile.first_name, profile.phone = "Paulus", "+49 30 1"

    def change():
        change_profile(
            actor=world.anna.actor,
            account_id=world.musterwerk.id,
            profile_id=profile.id,
            data=person_data(profile),
            at=timezone.now(),
        )

    assert new_events(world, change) == [("profile.change", {"fields": ["first_name", "phone"]})]
    test_an_import_tells_its_figures_and_each_person(world)
    everything = " ".join(str(data) for data in Event.objects.values_list("data", flat=True))
    for word in ("@", "Paulus", "Nora", "neue.csv"):
        assert word not in everything
