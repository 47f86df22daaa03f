"""The pages of an import: upload, preview, confirmation, result."""

import io
import re
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from siegel.accounts.models import ImportFile, Profile
from siegel.accounts.tasks import forget_import_files
from siegel.licensing import actions as licensing
from siegel.licensing.kinds import PoolKind
from siegel.licensing.models import License
from tests import cast, make

pytestmark = pytest.mark.django_db
START = "/a/musterwerk/people/import/"
FILE = """email;Vorname;Nachname;Art
neu@firma.test;Nora;<b>Neu</b>;
gast@firma.test;Gero;Gast;Gast
paul@musterwerk.test;Paul;Özdemir;
kaputt;Karl;Kaputt;
neu@firma.test;Nora;Doppelt;
"""


@pytest.fixture
def world() -> cast.Cast:
    return cast.assemble()


@pytest.fixture
def admin(client: Client, world: cast.Cast) -> Client:
    client.force_login(world.tom.login)
    return client


def upload(admin: Client, text: str | bytes = FILE, kind: str = "full", to: str = START) -> Any:
    content = text.encode() if isinstance(text, str) else text
    file = SimpleUploadedFile("leute.csv", content, "text/csv")
    return admin.post(to, {"file": file, "kind": kind})


def uploaded(admin: Client, text: str = FILE, kind: str = "full") -> str:
    response = upload(admin, text, kind)
    assert response.status_code == 302
    return str(response["Location"])


def plan_of(page: Any) -> str:
    found = re.search(r'name="plan" value="(\w{64})"', page.text)
    assert found
    return found[1]


def test_the_upload_page_explains_where_the_file_comes_from(admin: Client) -> None:
    page = admin.get(START)
    assert page.status_code == 200
    for part in ("Benutzer importieren", "Microsoft 365", "Google Workspace", "LDIF"):
        assert part in page.text


def test_the_sample_can_be_imported_as_it_is_in_both_languages(admin: Client) -> None:
    for language, name in (("de", "benutzer-vorlage.csv"), ("en", "users-sample.csv")):
        admin.cookies["siegel_language"] = language
        sample = admin.get(f"{START}sample.csv")
        assert name in sample["Content-Disposition"]
        page = admin.get(upload(admin, sample.content)["Location"])
        assert "Erika Muster" in page.text
        assert page.context["plan"].needed == 2


def test_from_upload_over_preview_to_result(admin: Client, world: cast.Cast) -> None:
    address = uploaded(admin)
    page = admin.get(address)
    assert page.status_code == 200
    for part in (
        "Das wird geschehen",
        "1 Person erhält eine Volllizenz",
        "1 Person erhält eine Gastlizenz",
        "1 Person bleibt unverändert",
        "2 Zeilen werden ausgelassen",
        "2 Personen importieren",
        "„kaputt“ ist keine E-Mail-Adresse.",
        "Dieselbe E-Mail-Adresse steht schon in Zeile 2.",
        "&lt;b&gt;Neu&lt;/b&gt;",
    ):
        assert part in page.text, part
    assert not Profile.objects.filter(email="neu@firma.test").exists()
    response = admin.post(address, {"plan": plan_of(page)})
    assert (response.status_code, response["Location"]) == (302, address)
    result = admin.get(address)
    assert "2 Personen wurden importiert." in result.text
    assert Profile.objects.get(email="neu@firma.test").account_id == world.musterwerk.id
    assert License.objects.filter(holder__email="gast@firma.test", state="invited").exists()
    assert not ImportFile.objects.exists()


def test_problems_come_first_and_can_be_filtered(admin: Client) -> None:
    address = uploaded(admin)
    page = admin.get(address)
    assert [shown.row.line for shown in page.context["rows"]] == [5, 6, 2, 3, 4]
    page = admin.get(f"{address}?show=new")
    assert [shown.row.line for shown in page.context["rows"]] == [2, 3]
    page = admin.get(f"{address}?show=nonsense&page=-1")
    assert len(page.context["rows"]) == 5


def test_long_files_are_paged(admin: Client) -> None:
    rows = "".join(f"p{number}@viele.test\n" for number in range(120))
    address = uploaded(admin, f"email\n{rows}", kind="guest")
    page = admin.get(f"{address}?page=3")
    assert [page.context["page"].first, page.context["page"].last] == [101, 120]
    assert 'rel="prev"' in page.text and 'rel="next"' not in page.text
    assert admin.get(f"{address}?page=99").context["page"].first == 101


def test_a_second_click_shows_the_same_result(admin: Client) -> None:
    address = uploaded(admin)
    plan = plan_of(admin.get(address))
    for _click in range(2):
        assert admin.post(address, {"plan": plan}).status_code == 302
    assert "2 Personen wurden importiert." in admin.get(address).text
    assert License.objects.filter(holder__email="neu@firma.test").count() == 1


def test_the_same_file_again_says_that_nothing_will_happen(admin: Client) -> None:
    address = uploaded(admin)
    admin.post(address, {"plan": plan_of(admin.get(address))})
    page = admin.get(uploaded(admin))
    assert "Es wird nichts geschehen" in page.text
    assert 'name="plan"' not in page.text


def test_too_few_licenses_say_how_many_are_missing_and_what_to_do(
    admin: Client, world: cast.Cast
) -> None:
    admin.force_login(world.anna.login)  # may book: the way out is a link
    pool = make.pool(world.musterwerk, PoolKind.FULL)
    rows = "".join(f"p{number}@viele.test\n" for number in range(pool.booked - pool.used + 2))
    page = admin.get(uploaded(admin, f"email\n{rows}"))
    assert "Es gibt zu wenige Lizenzen" in page.text
    assert "2 fehlen" in page.text
    assert 'href="/a/musterwerk/portal/"' in page.text
    assert 'name="plan"' not in page.text


def test_licenses_that_went_between_preview_and_confirmation(
    admin: Client, world: cast.Cast
) -> None:
    pool = make.pool(world.musterwerk, PoolKind.FULL)
    free = pool.booked - pool.used
    address = uploaded(admin, "email\n" + "".join(f"p{n}@viele.test\n" for n in range(free)))
    plan = plan_of(admin.get(address))
    make.person(world.musterwerk, "schneller@firma.test")
    response = admin.post(address, {"plan": plan})
    assert response.status_code == 409
    assert "1 fehlen" in response.text
    assert not Profile.objects.filter(email="p0@viele.test").exists()


def test_a_changed_world_is_409_with_the_new_preview(admin: Client, world: cast.Cast) -> None:
    address = uploaded(admin)
    plan = plan_of(admin.get(address))
    licensing.release_license(
        actor=world.tom.actor,
        account_id=world.musterwerk.id,
        license_id=world.paul.license_id,
        at=timezone.now(),
    )
    response = admin.post(address, {"plan": plan})
    assert response.status_code == 409
    assert "Seit der Vorschau hat sich etwas geändert" in response.text
    assert admin.post(address, {"plan": plan_of(response)}).status_code == 302
    assert "3 Personen wurden importiert." in admin.get(address).text


def test_a_file_that_cannot_be_read_is_422_with_one_sentence(admin: Client) -> None:
    for content, words in (
        (b"", "Die Datei ist leer."),
        (b"PK\x03\x04xl/workbook", "Excel-Arbeitsmappe"),
        (b"a;b\n1;2\n", "Die erste Zeile muss die Spalten nennen"),
    ):
        response = upload(admin, content)
        assert response.status_code == 422
        assert words in response.text
    assert not ImportFile.objects.exists()


def test_a_form_without_file_or_with_another_kind_is_422(admin: Client) -> None:
    response = admin.post(START, {"kind": "full"})
    assert response.status_code == 422
    assert "Bitte wählen Sie eine Datei aus." in response.text
    assert upload(admin, kind="data_room").status_code == 422


def test_two_hundred_megabytes_are_refused_in_passing_and_kept_nowhere(admin: Client) -> None:
    class Passing(io.RawIOBase):
        left = 200_000_000

        def read(self, size: int = -1, /) -> bytes:
            assert 0 < size <= 1_000_000, "all of it would be held in memory"
            given = min(size, self.left)
            self.left -= given
            return bytes(given)

    body = Passing()
    response = admin.generic("POST", START, CONTENT_LENGTH="200000000", **{"wsgi.input": body})
    assert response.status_code == 413
    assert "höchstens 20 MB" in response.text
    assert not ImportFile.objects.exists()


def test_a_discarded_file_is_gone(admin: Client) -> None:
    address = uploaded(admin)
    assert admin.post(f"{address}discard/")["Location"] == START
    assert not ImportFile.objects.exists()
    page = admin.get(address)
    assert page.status_code == 404
    assert "Diese Datei ist nicht mehr da" in page.text
    assert admin.post(address, {"plan": "x"}).status_code == 404


def test_a_new_upload_replaces_the_person_s_earlier_one(admin: Client) -> None:
    first, second = uploaded(admin), uploaded(admin)
    assert admin.get(first).status_code == 404
    assert admin.get(second).status_code == 200


def test_files_go_after_a_day(admin: Client) -> None:
    address = uploaded(admin)
    assert forget_import_files.call() == 0
    ImportFile.objects.update(uploaded_at=timezone.now() - timedelta(days=1, minutes=1))
    assert forget_import_files.call() == 1
    assert admin.get(address).status_code == 404


def test_the_file_of_another_administrator_is_not_found(admin: Client, world: cast.Cast) -> None:
    address = uploaded(admin)
    admin.force_login(world.anna.login)
    assert admin.get(address).status_code == 404
    assert admin.post(address, {"plan": "x"}).status_code == 404


def test_strangers_get_404_and_members_without_the_permission_403(
    admin: Client, world: cast.Cast
) -> None:
    address = uploaded(admin)
    for somebody, status in (
        (world.xaver, 404),
        (world.ines, 404),
        (world.paul, 403),
        (world.gina, 403),
        (world.bea, 403),
        (world.otto, 403),
    ):
        admin.force_login(somebody.login)
        for page in (START, f"{START}sample.csv", address):
            assert admin.get(page).status_code == status
        assert upload(admin).status_code == status
        assert admin.post(address, {"plan": "x"}).status_code == status
        assert admin.post(f"{address}discard/").status_code == status
    assert ImportFile.objects.count() == 1


def test_the_pages_take_few_queries_whatever_the_size(
    admin: Client, django_assert_max_num_queries: Any
) -> None:
    rows = "".join(f"p{number}@viele.test;P{number}\n" for number in range(1_000))
    address = uploaded(admin, f"email;Vorname\n{rows}", kind="guest")
    with django_assert_max_num_queries(10):
        admin.get(address)
