"""Who is suspended, removed or loses a role is out at once: pages, programs, running downloads."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client

from siegel.accounts.permissions import Role
from siegel.licensing import actions as licensing
from siegel.licensing.models import License
from siegel.web import open_downloads
from siegel.web.open_downloads import AccessEnded
from siegel.workflows.change_roles import withdraw_role
from siegel.workflows.remove_people import remove_person
from siegel.workflows.suspend_license import activate_license, suspend_license
from tests import cast, make
from tests.api.calls import get, token_of
from tests.cast import Cast
from tests.make import START

pytestmark = pytest.mark.django_db
EXPORT = "/a/musterwerk/settings/account/holders/export/?format="


def _of_tom(world: Cast) -> dict[str, object]:
    return {
        "actor": world.anna.actor,
        "account_id": world.musterwerk.id,
        "license_id": world.tom.license_id,
        "at": START + timedelta(days=1),
    }


ENDS: dict[str, Callable[[Cast], object]] = {
    "suspended": lambda world: suspend_license(**_of_tom(world)),
    "released": lambda world: remove_person(**_of_tom(world)),
    "temporary license over": lambda world: License.objects.filter(id=world.tom.license_id).update(
        ends_at=START
    ),
    "reassigned": lambda world: licensing.pass_on_license(
        to_profile_id=make.profiles(world.musterwerk, 1)[0], **_of_tom(world)
    ),
}


@pytest.mark.parametrize("end", ENDS)
def test_pages_and_programs_are_closed_with_the_next_request(client: Client, end: str) -> None:
    world = cast.assemble()
    token = token_of(world.tom)
    client.force_login(world.tom.login)
    address = "/api/v1/accounts/musterwerk/licenses"
    assert client.get("/a/musterwerk/people/").status_code == 200
    assert get(client, address, token).status_code == 200
    ENDS[end](world)
    # Who has no license anywhere any more is signed out altogether.
    closed = 302 if end == "released" else 404
    assert client.get("/a/musterwerk/people/").status_code == closed
    assert get(client, address, token).status_code == 401


@pytest.mark.parametrize("form", ["csv", "xlsx"])
@pytest.mark.parametrize("end", [*ENDS, "role withdrawn"])
def test_a_running_download_breaks_off(
    client: Client, monkeypatch: pytest.MonkeyPatch, end: str, form: str
) -> None:
    world = cast.assemble()
    make.book(world.musterwerk, full=2_100)
    make.people(world.musterwerk, 2_000)
    monkeypatch.setattr(open_downloads, "CHECK_EVERY", 0)
    client.force_login(world.tom.login)
    pieces = iter(client.get(EXPORT + form).streaming_content)  # type: ignore[attr-defined]
    assert next(pieces)
    if end == "role withdrawn":
        withdraw_role(role=Role.ADMIN, **_of_tom(world))
    else:
        ENDS[end](world)
    with pytest.raises(AccessEnded):
        list(pieces)


def test_a_download_of_somebody_who_stays_is_whole(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = cast.assemble()
    monkeypatch.setattr(open_downloads, "CHECK_EVERY", 0)
    client.force_login(world.tom.login)
    content = b"".join(client.get(EXPORT + "csv").streaming_content)  # type: ignore[attr-defined]
    assert b"gina@kanzlei.test" in content


def test_suspending_deletes_nothing_keeps_the_license_used_and_activating_opens_all_again(
    client: Client,
) -> None:
    world = cast.assemble()
    make.box(world.tom, members=(world.paul,))
    token = token_of(world.tom)
    client.force_login(world.tom.login)
    used = make.pool(world.musterwerk, "full").used  # type: ignore[arg-type]
    suspend_license(**_of_tom(world))  # type: ignore[arg-type]
    assert make.pool(world.musterwerk, "full").used == used  # type: ignore[arg-type]
    activate_license(**_of_tom(world))  # type: ignore[arg-type]
    assert client.get("/a/musterwerk/people/").status_code == 200
    assert get(client, "/api/v1/accounts/musterwerk/licenses", token).status_code == 200
    assert License.objects.get(id=world.tom.license_id).boxes == 1
