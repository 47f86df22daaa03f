"""The ledger page and the exports: whole, in order, readable by what people open them with."""

import csv
import io
import re
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import openpyxl
import pytest
from django.test import Client
from django.utils import timezone
from django.utils.translation import override

from siegel.accounts.permissions import SYSTEM
from siegel.licensing import actions as licensing
from siegel.licensing.kinds import PoolKind
from siegel.licensing.models import LedgerEntry
from siegel.licensing.queries.ledger import LedgerFilter, ledger_page
from siegel.web import exports
from tests import cast, make

pytestmark = pytest.mark.django_db
LEDGER = "/a/musterwerk/settings/account/ledger/"
HOLDERS = "/a/musterwerk/settings/account/holders/export/"
BERLIN = ZoneInfo("Europe/Berlin")


def rows_of(page: str) -> list[list[str]]:
    body = page.partition("<tbody>")[2].partition("</tbody>")[0]
    rows = re.findall(r"<tr>(.*?)</tr>", body, re.DOTALL)
    return [[re.sub(r"<[^>]+>", " ", c) for c in re.findall(r"<td.*?</td>", r)] for r in rows]


def test_entries_stand_newest_first_with_balance_reason_and_who(client: Client) -> None:
    world = cast.assemble()
    (profile,) = make.profiles(world.musterwerk, 1)
    license_id = licensing.assign_license(
        actor=world.tom.actor,
        account_id=world.musterwerk.id,
        kind=PoolKind.FULL,
        holder_id=profile,
        at=datetime(2026, 5, 5, 9, tzinfo=UTC),
    )
    licensing.release_license(
        actor=world.anna.actor,
        account_id=world.musterwerk.id,
        license_id=license_id,
        at=datetime(2026, 5, 6, 9, tzinfo=UTC),
    )
    client.force_login(world.tom.login)
    page = client.get(LEDGER).text
    released, given = (" ".join(" ".join(row).split()) for row in rows_of(page)[:2])
    assert released == (
        "06.05.2026, 11:00 Volllizenzen Lizenz freigegeben q000000@viele.test Anna Krüger "
        "−1 verbraucht 10 6 4"
    )
    assert "Lizenz vergeben" in given and "Tom Brandt" in given and given.endswith("10 7 3")
    assert (
        len(rows_of(page))
        == LedgerEntry.objects.filter(pool__account_id=world.musterwerk.id).count()
    )


def test_the_pages_of_the_ledger_hold_every_entry_once_in_both_directions() -> None:
    world = cast.assemble()
    of = world.musterwerk
    for day in range(5):
        make.book(of, at=make.START + timedelta(days=day), full=10 + day, guest_packs=day)
    make.people(of, 5)
    place = {"actor": world.tom.actor, "account_id": of.id, "which": LedgerFilter(), "limit": 4}
    cursor, seen, pages = "", [], []
    while True:
        page = ledger_page(cursor=cursor, **place)
        pages.append(page.lines)
        seen += page.lines
        if not page.older:
            break
        cursor = page.older
    assert len(seen) == LedgerEntry.objects.filter(pool__account_id=of.id).count()
    assert len({(line.kind, line.seq) for line in seen}) == len(seen)
    assert [line.at for line in seen] == sorted((line.at for line in seen), reverse=True)
    back, newer = [], page.newer
    while newer:
        page = ledger_page(cursor=newer, **place)
        back.append(page.lines)
        newer = page.newer
    flat = [line for lines in reversed(back) for line in lines]
    assert flat == seen[: len(flat)] and len(flat) == len(seen) - len(pages[-1])


def test_kind_and_time_narrow_the_ledger_also_its_export(client: Client) -> None:
    world = cast.assemble()
    make.book(world.musterwerk, at=datetime(2026, 3, 31, 21, 30, tzinfo=UTC), full=12)
    client.force_login(world.tom.login)
    # 23:30 in Berlin is still the 31st.
    query = "?kind=guest&since=31.03.2026&until=2026-03-31"
    (row,) = rows_of(client.get(LEDGER + query).text)
    assert "Buchung 2" in row[2] and "+10 gebucht" in row[4]
    assert len(read_csv(client.get(f"{LEDGER}export/{query}&format=csv"))) == 2
    assert "Keine Einträge" in client.get(LEDGER + "?since=2030-01-01").text


@pytest.mark.parametrize("query", ["?since=nie", "?until=2026-02-30"])
def test_a_filter_that_cannot_be_read_is_422(client: Client, query: str) -> None:
    client.force_login(cast.assemble().tom.login)
    for address in (LEDGER + query, LEDGER + "export/" + query):
        response = client.get(address)
        assert response.status_code == 422
        assert "kein lesbares Datum" in response.text
    assert client.get(LEDGER + "?page=nonsense&kind=gold").status_code == 200


def test_reversed_days_are_422_with_one_sentence(client: Client) -> None:
    client.force_login(cast.assemble().tom.login)
    response = client.get(LEDGER + "?since=2026-05-01&until=2026-04-01")
    assert response.status_code == 422
    assert "„Von“ liegt nach „bis“." in response.text


def test_the_ledger_counts_its_entries_and_leads_to_the_people(client: Client) -> None:
    world = cast.assemble()
    make.book(world.musterwerk, at=datetime(2026, 3, 1, 9, tzinfo=UTC), full=12)
    client.force_login(world.tom.login)
    for query in ("", "?kind=full", "?since=2026-02-01", "?until=2026-02-01&kind=guest"):
        page = client.get(LEDGER + query).text
        count = len(rows_of(page))
        assert f">{count} Eint" in page, query
    assert "placeholder" not in page
    people = re.findall(r'href="(/a/musterwerk/people/[0-9a-f-]{36}/)">', client.get(LEDGER).text)
    assert len(people) == 7
    assert client.get(people[0]).status_code == 200


# --- Exports --------------------------------------------------------------------------------


def read_csv(response: object) -> list[list[str]]:
    content = b"".join(response.streaming_content)  # type: ignore[attr-defined]
    assert content.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig")), delimiter=";"))


def read_xlsx(response: object) -> list[tuple[object, ...]]:
    content = b"".join(response.streaming_content)  # type: ignore[attr-defined]
    book = openpyxl.load_workbook(io.BytesIO(content), read_only=True)
    return [row for sheet in book for row in sheet.iter_rows(values_only=True)]


def test_the_exported_ledger_has_every_entry_and_its_figures(client: Client) -> None:
    world = cast.assemble()
    make.people(world.musterwerk, 3)
    client.force_login(world.tom.login)
    count = LedgerEntry.objects.filter(pool__account_id=world.musterwerk.id).count()
    response = client.get(LEDGER + "export/?format=csv")
    today = timezone.localdate(timezone=BERLIN)
    assert response["Content-Disposition"] == (
        f'attachment; filename="musterwerk-lizenzjournal-{today}.csv"'
    )
    table, sheet = read_csv(response), read_xlsx(client.get(LEDGER + "export/?format=xlsx"))
    assert table[0][:4] == ["Zeitpunkt", "Lizenzart", "Nummer", "Vorgang"]
    assert len(table) == len(sheet) == count + 1
    newest = next(row for row in sheet if row[1] == "Volllizenzen")
    assert newest[4] == "Lizenzen"
    assert (newest[7], newest[8], newest[9]) == (10, 9, 1)
    at = newest[0]
    assert isinstance(at, datetime) and at.replace(tzinfo=BERLIN) == make.START


def test_the_exported_ledger_counts_storage_in_gb_and_says_so(client: Client) -> None:
    world = cast.assemble()
    client.force_login(world.tom.login)
    storage = read_csv(client.get(LEDGER + "export/?format=csv&kind=storage"))[1:]
    assert [(row[4], row[5], row[7]) for row in storage] == [("GB", "100", "100")]
    part = [("Speicher", Decimal(1_500_000_001) / 10**9)]
    text = b"".join(exports.csv_pieces(["a", "b"], part, BERLIN)).decode()
    assert "Speicher;1,500000001\r\n" in text
    with override("en"):
        assert b"1.500000001" in b"".join(exports.csv_pieces(["a", "b"], part, BERLIN))


def test_the_exported_ledger_says_in_words_through_what(client: Client) -> None:
    world = cast.assemble()
    client.force_login(world.tom.login)
    for door, word in (
        ("web", "Weboberfläche"),
        ("demo", "Weboberfläche"),
        ("api", "Schnittstelle (API)"),
        ("command", "Kommandozeile"),
        ("import", "Import"),
        ("system", "automatisch"),
    ):
        actor = replace(world.tom.actor, door=door)
        (profile,) = make.profiles(world.musterwerk, 1, prefix=door)
        license_id = licensing.assign_license(
            actor=actor,
            account_id=world.musterwerk.id,
            kind=PoolKind.FULL,
            holder_id=profile,
            at=timezone.now(),
        )
        newest = read_csv(client.get(LEDGER + "export/?format=csv"))[1]
        assert newest[-1] == word
        licensing.release_license(
            actor=actor,
            account_id=world.musterwerk.id,
            license_id=license_id,
            at=timezone.now(),
        )


def test_sheets_have_a_name_a_fixed_heading_and_filters(client: Client) -> None:
    client.force_login(cast.assemble().tom.login)
    for address, name in ((LEDGER + "export/", "Lizenzjournal"), (HOLDERS, "Lizenzinhaber")):
        content = b"".join(client.get(address + "?format=xlsx").streaming_content)  # type: ignore[attr-defined]
        (sheet,) = openpyxl.load_workbook(io.BytesIO(content)).worksheets
        assert (sheet.title, sheet.freeze_panes) == (name, "A2")
        assert sheet.auto_filter.ref == sheet.dimensions


def test_holders_of_a_past_moment_say_what_is_of_today_and_of_which_day(client: Client) -> None:
    client.force_login(cast.assemble().tom.login)
    past = client.get(f"{HOLDERS}?format=csv&at=2026-02-01")
    assert "musterwerk-lizenzinhaber-2026-02-01.csv" in past["Content-Disposition"]
    assert {"Status heute", "Rollen heute", "Letzte Anmeldung bis heute"} <= set(read_csv(past)[0])
    now = client.get(f"{HOLDERS}?format=csv")
    assert f"lizenzinhaber-{timezone.localdate(timezone=BERLIN)}" in now["Content-Disposition"]
    assert {"Status", "Rollen", "Letzte Anmeldung"} <= set(read_csv(now)[0])


def test_the_exported_holders_are_as_many_as_are_used_now_and_in_the_past(client: Client) -> None:
    world = cast.assemble()
    make.person(world.musterwerk, "spät@musterwerk.test".replace("ä", "ae"), at=timezone.now())
    client.force_login(world.tom.login)
    for at, count in (("", 8), ("&at=2026-02-01", 7), ("&at=2020-01-01", 0)):
        assert len(read_csv(client.get(f"{HOLDERS}?format=csv{at}"))) == count + 1
        assert len(read_xlsx(client.get(f"{HOLDERS}?format=xlsx{at}"))) == count + 1
    guests = read_csv(client.get(f"{HOLDERS}?format=csv&kind=guest"))
    assert [row[0] for row in guests[1:]] == ["Gina Rossi"]


def test_the_people_behind_a_used_figure_are_as_many_also_in_the_past(client: Client) -> None:
    world = cast.assemble()
    licensing.release_license(
        actor=SYSTEM,
        account_id=world.musterwerk.id,
        license_id=world.paul.license_id,
        at=datetime(2026, 4, 1, 9, tzinfo=UTC),
    )
    client.force_login(world.tom.login)
    for at in ("", "&at=2026-03-01", "&at=2026-05-01"):
        page = client.get(f"/a/musterwerk/settings/account/?{at}").text
        for kind in ("full", "guest"):
            found = re.search(rf'href="(/a/musterwerk/people/\?kind={kind}[^"]*)">(\d+)<', page)
            assert found
            people = client.get(found[1].replace("&amp;", "&"))
            assert people.context["page"].total == int(found[2])


def test_texts_that_could_be_formulas_are_neutral_and_numbers_stay_numbers() -> None:
    rows = [("=1+1", -1, datetime(2026, 1, 15, 9, tzinfo=UTC), None), ("@x", 5, None, "+49 30")]
    text = b"".join(exports.csv_pieces(["a", "b", "c", "d"], rows, BERLIN)).decode("utf-8-sig")
    assert list(csv.reader(io.StringIO(text), delimiter=";"))[1:] == [
        ["'=1+1", "-1", "2026-01-15 10:00:00", ""],
        ["'@x", "5", "", "'+49 30"],
    ]
    book = openpyxl.load_workbook(exports.write_xlsx(["a", "b", "c", "d"], rows, BERLIN))
    cell = book.worksheets[0]["A2"]
    assert (cell.value, cell.data_type) == ("=1+1", "s") or cell.data_type == "f"
    assert book.worksheets[0]["B2"].value == -1


def test_a_long_table_goes_on_on_the_next_sheet(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exports, "SHEET_ROWS", 11)
    rows = [(number,) for number in range(25)]
    book = openpyxl.load_workbook(exports.write_xlsx(["n"], rows, BERLIN, "Journal"))
    assert book.sheetnames == ["Journal", "Journal 2", "Journal 3"]
    assert [sheet.auto_filter.ref for sheet in book] == ["A1:A11", "A1:A11", "A1:A6"]
    assert [sheet.max_row for sheet in book.worksheets] == [11, 11, 6]


def test_many_rows_need_no_more_memory_than_a_few() -> None:
    import gc
    import tracemalloc

    def peak(count: int, form: str) -> int:
        rows = ((make.START, "Volllizenzen", number, "text") for number in range(count))
        gc.collect()
        tracemalloc.start()
        if form == "csv":
            for _piece in exports.csv_pieces(["a", "b", "c", "d"], rows, BERLIN):
                pass
        else:
            exports.write_xlsx(["a", "b", "c", "d"], rows, BERLIN).close()
        _now, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most

    for form in ("csv", "xlsx"):
        peak(100, form)  # what is loaded at the first use, and stays
        # Less than the smallest thing that can be kept of a row, a text and its place in a list,
        # and far more than what garbage collection and buffers bring by chance.
        least = sys.getsizeof("x") + 8
        assert peak(12_000, form) < peak(2_000, form) + 10_000 * least / 2


def test_an_unknown_format_is_422(client: Client) -> None:
    client.force_login(cast.assemble().tom.login)
    response = client.get(LEDGER + "export/?format=pdf")
    assert response.status_code == 422
    assert "Einen Export als „pdf“ gibt es nicht, nur als csv oder xlsx." in response.text
    with override("en"):
        client.cookies["siegel_language"] = "en"
        english = client.get(LEDGER + "export/?format=pdf").text
    assert "There is no export as “pdf”, only as csv or xlsx." in english
