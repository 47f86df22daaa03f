"""Every path that takes a license × a full account: refused with the explanation, nothing changed.

The paths are read from the source (tests/doors.py): a new one without a row fails here. Functions
of ``siegel.licensing`` are the door itself and have their own tests.
"""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.test import Client

from siegel.accounts.actions import PersonData
from siegel.accounts.people_files import read_people
from siegel.accounts.permissions import SYSTEM
from siegel.boxes import actions as boxes
from siegel.boxes.kinds import BoxKind
from siegel.commands.main import main
from siegel.licensing.actions.licenses import NoFreeLicense
from siegel.licensing.kinds import PoolKind
from siegel.licensing.models import License, Pool, Removal
from siegel.workflows import change_kind as kinds
from siegel.workflows import import_people as imports
from siegel.workflows.invite_person import invite_person
from siegel.workflows.remove_people import remove_person
from siegel.workflows.restore_people import restore_people
from tests import cast, make
from tests.api.calls import ROOT, send, token_of
from tests.cast import Cast
from tests.doors import who_reaches
from tests.make import START
from tests.web.people.test_invite_wizard import INVITE, whole

pytestmark = pytest.mark.django_db
AT = START + timedelta(days=30)
TAKERS = {
    "siegel.licensing.actions.take:take_unit",
    "siegel.licensing.actions.licenses:assign_licenses",
    "siegel.licensing.actions.lives:revive_license",
    "siegel.licensing.actions.lives:change_kind",
}
NEW = PersonData("neu@firma.test", "Nora", "Neu")
FILE = "email,first_name,last_name,kind\nneu@firma.test,Nora,Neu,full\n"


def _refused(action: Callable[[], object]) -> str:
    with pytest.raises(NoFreeLicense) as no, transaction.atomic():
        action()
    assert [way.code for way in no.value.ways_out] == ["book-more", "free-one"]
    return " ".join([str(no.value), *no.value.rows])


def _workflow_invite(world: Cast, _client: Client, _path: Path) -> str:
    return _refused(
        lambda: invite_person(
            actor=world.anna.actor,
            account_id=world.musterwerk.id,
            person=NEW,
            kind=PoolKind.FULL,
            at=AT,
        )
    )


def _page_invite(world: Cast, client: Client, _path: Path) -> str:
    client.force_login(world.anna.login)
    page = client.post(INVITE, whole())
    assert page.status_code == 422
    return page.text


def _page_guest(world: Cast, client: Client, _path: Path) -> str:
    client.force_login(world.paul.login)
    words = {"delivery": "copy", "language": "de", "code": "none", "days": "9", "end": "none"}
    page = client.post("/a/musterwerk/guests/invite/", words | {"email": "neu@gast.test"})
    assert page.status_code == 409
    return page.text


def _api_invite(world: Cast, client: Client, _path: Path) -> str:
    answer = send(
        client,
        "post",
        f"{ROOT}/musterwerk/holders",
        token_of(world.anna),
        {"email": NEW.email, "kind": "full"},
    )
    assert answer.status_code == 409
    assert answer.json()["code"] == "no-free-license"
    return str(answer.json()["detail"])


def _shell(*words: object) -> str:
    answer = CliRunner().invoke(main, ["--language", "de", *map(str, words)])
    assert answer.exit_code == 1, answer.output
    return answer.output


def _shell_invite(_world: Cast, _client: Client, _path: Path) -> str:
    return _shell("invite", "musterwerk", NEW.email, "--kind", "full")


def _shell_import(_world: Cast, _client: Client, path: Path) -> str:
    file = path / "people.csv"
    file.write_text(FILE, encoding="utf-8")
    return _shell("import-people", "musterwerk", file)


def _workflow_import(world: Cast, _client: Client, _path: Path) -> str:
    of = {"actor": world.anna.actor, "account_id": world.musterwerk.id}
    file = read_people(FILE.encode(), default_kind="full")
    plan = imports.plan_import(file=file, **of)
    with pytest.raises(imports.TooFewLicenses) as no:
        imports.import_people(file=file, plan_hash=plan.hash, at=AT, **of)
    return " ".join([str(no.value), *no.value.rows])


def _page_import(world: Cast, client: Client, _path: Path) -> str:
    client.force_login(world.anna.login)
    file = SimpleUploadedFile("leute.csv", FILE.encode(), "text/csv")
    there = client.post("/a/musterwerk/people/import/", {"file": file, "kind": "full"})["Location"]
    found = re.search(r'name="plan" value="(\w{64})"', client.get(there).text)
    page = client.post(there, {"plan": found[1] if found else ""})
    assert page.status_code == 409
    return page.text


def _workflow_promote(world: Cast, _client: Client, _path: Path) -> str:
    return _refused(
        lambda: kinds.change_kind(
            actor=world.anna.actor,
            account_id=world.musterwerk.id,
            license_id=world.gina.license_id,
            to=PoolKind.FULL,
            at=AT,
        )
    )


def _page_promote(world: Cast, client: Client, _path: Path) -> str:
    client.force_login(world.anna.login)
    page = client.post(f"/a/musterwerk/people/{world.gina.license_id}/kind/full/", {"plan": ""})
    assert page.status_code == 409
    return page.text


def _api_promote(world: Cast, client: Client, _path: Path) -> str:
    there = f"{ROOT}/musterwerk/holders/{world.gina.license_id}/kind"
    answer = send(client, "post", there, token_of(world.anna), {"kind": "full", "plan": ""})
    assert (answer.status_code, answer.json()["code"]) == (409, "no-free-license")
    return str(answer.json()["detail"])


def _shell_promote(world: Cast, _client: Client, _path: Path) -> str:
    return _shell("change-kind", "musterwerk", world.gina.email, "full", "--yes")


def _data_room(world: Cast, _client: Client, _path: Path) -> str:
    make.box(world.anna, kind=BoxKind.DATA_ROOM)
    return _refused(lambda: make.box(world.tom, kind=BoxKind.DATA_ROOM))


def _restored_data_room(world: Cast, _client: Client, _path: Path) -> str:
    make.box(world.tom, kind=BoxKind.DATA_ROOM)
    removal = make.bin_boxes(world.tom)
    make.box(world.anna, kind=BoxKind.DATA_ROOM)
    return _refused(
        lambda: boxes.restore_boxes(
            actor=SYSTEM, account_id=world.musterwerk.id, removal_id=removal, at=AT
        )
    )


def _workflow_restore(world: Cast, _client: Client, _path: Path) -> str:
    return _refused(
        lambda: restore_people(
            actor=world.anna.actor,
            account_id=world.musterwerk.id,
            removal_ids=[Removal.objects.get().id],
            at=AT,
        )
    )


def _page_restore(world: Cast, client: Client, _path: Path) -> str:
    client.force_login(world.anna.login)
    there = "/a/musterwerk/people/bin/restore/"
    shown = client.get(there, {"removal": str(Removal.objects.get().id)})
    done = client.post(
        there,
        {
            "removal": str(Removal.objects.get().id),
            "plan": shown.context["plan"].hash,
            "do": "restore",
        },
    )
    assert done.status_code in {409, 422}
    return done.text


def _api_restore(world: Cast, client: Client, _path: Path) -> str:
    there = f"{ROOT}/musterwerk/removals/{Removal.objects.get().id}/restore"
    answer = send(client, "post", there, token_of(world.anna), None)
    assert (answer.status_code, answer.json()["code"]) == (409, "no-free-license")
    return answer.text


def _shell_restore(world: Cast, _client: Client, _path: Path) -> str:
    return _shell("restore-person", "musterwerk", world.otto.email)


#: Path → how somebody comes that way. Paths that lead through each other share a row.
ROWS: dict[str, Callable[[Cast, Client, Path], str]] = {
    "siegel.api.access:change_kind_of": _api_promote,
    "siegel.api.holders:invite_holder": _api_invite,
    "siegel.api.removals:restore": _api_restore,
    "siegel.boxes.actions.bin:restore_boxes": _restored_data_room,
    "siegel.boxes.actions.boxes:create_box": _data_room,
    "siegel.commands.access:change_kind_command": _shell_promote,
    "siegel.commands.accounts:invite_command": _shell_invite,
    "siegel.commands.import_people:import_people_command": _shell_import,
    "siegel.commands.remove_people:restore_person_command": _shell_restore,
    "siegel.web.guests.views_invite:invite": _page_guest,
    "siegel.web.people.views_bin:restore": _page_restore,
    "siegel.web.people.views_invite:invite": _page_invite,
    "siegel.web.people.views_kind:change": _page_promote,
    "siegel.web.people_import.views:preview": _page_import,
    "siegel.workflows.change_kind:change_kind": _workflow_promote,
    "siegel.workflows.import_kept_file:import_kept_file": _page_import,
    "siegel.workflows.import_people:import_people": _workflow_import,
    "siegel.workflows.invite_person:invite_person": _workflow_invite,
    "siegel.workflows.restore_people:restore_people": _workflow_restore,
}
#: They open an account with pools of its own: what is booked there is never all used.
OPENING = {
    "siegel.workflows.open_account:open_account",
    "siegel.commands.accounts:create_account_command",
}


def _paths() -> Iterator[str]:
    for function in who_reaches(TAKERS):
        module, _colon, name = function.partition(":")
        if not module.startswith("siegel.licensing") and not name.startswith("_"):
            yield function


def test_every_path_that_takes_a_license_has_a_row() -> None:
    assert set(_paths()) - OPENING == set(ROWS)


def _everything() -> dict[str, list[tuple[Any, ...]]]:
    """Return all rows of what an account is made of."""
    tables = (
        "licensing_pool",
        "licensing_license",
        "licensing_ledgerentry",
        "licensing_removal",
        "licensing_sponsorship",
        "boxes_box",
        "boxes_boxmember",
        "accounts_profile",
        "accounts_rolegrant",
        "accounts_registrationlink",
    )
    rows = {}
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f"SELECT * FROM {table}")
            rows[table] = sorted(tuple(map(str, row)) for row in cursor.fetchall())
    return rows


def _fill(world: Cast) -> None:
    for kind in (PoolKind.FULL, PoolKind.GUEST):
        pool = make.pool(world.musterwerk, kind)
        holders = make.profiles(world.musterwerk, pool.booked - pool.used, f"voll-{kind}")
        make.licensing.assign_licenses(
            actor=SYSTEM, account_id=world.musterwerk.id, kind=kind, holder_ids=holders, at=START
        )
    full = Pool.objects.filter(account_id=world.musterwerk.id, kind__in=["full", "guest"])
    assert all(pool.used == pool.booked for pool in full)


@pytest.mark.parametrize("path", ROWS)
def test_in_a_full_account_the_path_is_refused_with_the_reason_and_nobody_is_touched(
    path: str, client: Client, tmp_path: Path
) -> None:
    world = cast.assemble()
    remove_person(  # somebody who could come back, for the rows that restore
        actor=world.anna.actor,
        account_id=world.musterwerk.id,
        license_id=world.otto.license_id,
        at=START,
    )
    _fill(world)
    before = _everything()
    on_data_rooms = path.startswith("siegel.boxes")
    answer = ROWS[path](world, client, tmp_path)
    assert re.search(r"gebucht|belegt|fehlt|fehlen", answer), answer
    if not on_data_rooms:  # these had to make rooms first, to use up what is booked
        assert _everything() == before
    for who in (world.anna, world.paul, world.gina):
        assert License.objects.get(id=who.license_id).state == "active"
        assert who.actor.license_id == who.license_id
