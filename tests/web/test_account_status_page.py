"""The tab "Konto": always true, at any moment, for those who may, in both languages."""

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from siegel.accounts.permissions import SYSTEM
from siegel.accounts.queries import AccountFacts
from siegel.boxes.kinds import BoxKind
from siegel.core.periods import end_of_day, parse_moment
from siegel.licensing import actions as licensing
from siegel.licensing.kinds import PoolKind
from siegel.licensing.models import LedgerEntry, License
from siegel.licensing.queries.status import license_status
from siegel.licensing.rules import Quantities
from tests import cast, make
from tests.make import START, Somebody

pytestmark = pytest.mark.django_db
PAGE = "/a/musterwerk/settings/account/"


def english(client: Client) -> Client:
    client.cookies["siegel_language"] = "en"
    return client


def figures(page: str) -> dict[str, tuple[str, str, str]]:
    """Return available, booked and used of each card as they stand on the page."""
    found = {}
    for card in re.findall(r'<article class="figure.*?</article>', page, re.DOTALL):
        title = re.search(r"<h3>(.*?)</h3>", card)
        assert title
        body = card.replace("&nbsp;", " ").replace("\N{NO-BREAK SPACE}", " ")
        values = [
            re.sub(r"<[^>]+>", "", value).strip()
            for value in re.findall(r"<b>(.*?)</b>|<dd>(.*?)</dd>", body)
            for value in value
            if value
        ]
        available, booked, used = values
        found[title[1]] = (available, booked, used)
    return found


def plan(of: AccountFacts, effective_at: datetime, **totals: int) -> None:
    licensing.plan_change(
        actor=SYSTEM,
        account_id=of.id,
        quantities=Quantities(**totals),
        effective_at=effective_at,
        at=timezone.now(),
        plan="p" * 64,
    )


# --- Now ------------------------------------------------------------------------------------


def test_the_page_shows_booked_used_and_available_of_every_kind(client: Client) -> None:
    world = cast.assemble()
    client.force_login(world.tom.login)
    page = client.get(PAGE).text
    assert figures(page) == {
        "Volllizenzen": ("4", "10", "6"),
        "Gastlizenzen": ("49", "50", "1"),
        "Datenräume": ("1", "1", "0"),
        "Speicher": ("100 GB", "100 GB", "0 GB"),
    }
    for words in (
        "<title>Konto – Siegel</title>",
        "Unternehmensweite Einstellungen</h1>",
        'id="preisplan"',
        "<b>Growth</b>, jährlich. Verlängert sich am ",
        "1 eingeladen, noch nicht angemeldet",
        "5 je Volllizenz",
        "im Paket 1, hinzugebucht 0",
        "Es sind keine Änderungen vorgemerkt.",
    ):
        assert words in page


def test_the_page_speaks_english(client: Client) -> None:
    world = cast.assemble()
    english(client).force_login(world.tom.login)
    page = client.get(PAGE).text
    assert figures(page)["Full licenses"] == ("4", "10", "6")
    for words in (
        "Company-wide settings</h1>",
        "Price plan</h2>",
        "Renews on ",
        "you can cancel until ",
    ):
        assert words in page


def test_the_page_works_without_scripts_and_styles_of_its_own(client: Client) -> None:
    client.force_login(cast.assemble().tom.login)
    page = client.get(PAGE).text
    assert 'style="' not in page and "<style" not in page
    assert all("src=" in script for script in re.findall(r"<script[^>]*>", page))


def test_figures_follow_an_assignment_in_the_same_second(client: Client) -> None:
    world = cast.assemble()
    client.force_login(world.tom.login)
    make.person(world.musterwerk, "neu@musterwerk.test", at=timezone.now())
    assert figures(client.get(PAGE).text)["Volllizenzen"] == ("3", "10", "7")


def test_sidebar_leads_administrators_here_and_nobody_else(client: Client) -> None:
    world = cast.assemble()
    for who, sees in ((world.anna, True), (world.tom, True), (world.paul, False)):
        client.force_login(who.login)
        assert (f'href="{PAGE}"' in client.get("/a/musterwerk/").text) is sees


@pytest.mark.parametrize(
    "address", [PAGE, PAGE + "full/", PAGE + "ledger/", PAGE + "ledger/export/?format=csv"]
)
def test_only_administrators_get_in(client: Client, address: str) -> None:
    world = cast.assemble()
    expected = {
        world.anna: 200,
        world.tom: 200,
        world.bea: 403,
        world.otto: 200 if "ledger" in address else 403,  # auditors read the ledger
        world.paul: 403,
        world.gina: 403,
        world.ines: 404,
        world.xaver: 404,
    }
    for who, status in expected.items():
        client.force_login(who.login)
        assert client.get(address).status_code == status, who.email
    client.logout()
    assert client.get(address).status_code == 302


# --- Scarcity -------------------------------------------------------------------------------


def _fill(of: AccountFacts, free: int) -> None:
    pool = make.pool(of, PoolKind.FULL)
    make.people(of, pool.booked - pool.used - free)


def test_nothing_is_said_while_enough_is_available(client: Client) -> None:
    client.force_login(cast.assemble().tom.login)
    assert 'class="notice warning"' not in client.get(PAGE).text


def test_fewer_than_ten_percent_are_said_in_words_with_what_can_be_done(client: Client) -> None:
    world = cast.assemble()
    make.book(world.musterwerk, full=30)
    _fill(world.musterwerk, 2)
    client.force_login(world.anna.login)
    page = client.get(PAGE).text
    assert "Noch 2 Volllizenzen verfügbar." in page
    # Everybody was given a license in January and was never seen since.
    assert "28 Benutzer haben sich seit 90 Tagen nicht angemeldet." in page
    assert 'href="/a/musterwerk/people/?kind=full&amp;unused=90"' in page
    # The way to more licenses is the button beside the banner, not said twice.
    assert page.count("Lizenzen hinzubuchen") == 1
    assert 'class="button primary" href="/a/musterwerk/portal/subscription/change/">' in page


def test_none_available_names_whom_an_administrator_can_ask(client: Client) -> None:
    world = cast.assemble()
    _fill(world.musterwerk, 0)
    client.force_login(world.tom.login)
    page = client.get(PAGE).text
    assert "Keine Volllizenz mehr verfügbar." in page
    assert "Weitere Lizenzen bucht Anna Krüger oder Bea Thiel für Sie hinzu." in page
    assert "/portal/" not in page


def test_counts_of_hints_stop_at_a_limit(client: Client) -> None:
    world = cast.assemble()
    make.book(world.musterwerk, full=130)
    _fill(world.musterwerk, 0)
    client.force_login(world.tom.login)
    page = client.get(PAGE).text
    assert "mehr als 99 eingeladen, noch nicht angemeldet" in page
    assert "Mehr als 99 Benutzer haben sich seit 90 Tagen nicht angemeldet." in page


def test_a_package_that_is_not_booked_online_leads_to_support(client: Client) -> None:
    ina = make.account("indi", "Individuell GmbH", "individual", "ina@indi.test", full=5)
    client.force_login(ina.login)
    page = client.get("/a/indi/settings/account/").text
    assert figures(page)["Volllizenzen"] == ("4", "5", "1")
    assert "betreut unser Support" in page and 'href="mailto:' in page
    assert "Lizenzen hinzubuchen" not in page


# --- Every figure leads to its rows ---------------------------------------------------------


def _links(page: str) -> list[str]:
    cards = "".join(re.findall(r'<article class="figure.*?</article>', page, re.DOTALL))
    return [link.replace("&amp;", "&") for link in re.findall(r'href="([^"]+)"', cards)]


def test_every_figure_is_a_link(client: Client) -> None:
    client.force_login(cast.assemble().tom.login)
    links = _links(client.get(PAGE).text)
    assert len(links) == 12
    assert links[:3] == [PAGE + "full/", PAGE + "full/#booked", "/a/musterwerk/people/?kind=full"]
    for link in links:
        if "/people/" not in link:
            assert client.get(link.partition("#")[0]).status_code == 200


def _changes(page: str) -> list[int]:
    table = page.partition('id="booked"')[2].partition('id="used"')[0]
    cells = re.findall(r'<td class="number">([+−][\d.]+)', table)
    return [int(cell.replace("−", "-").replace(".", "")) for cell in cells]


def test_the_bookings_behind_a_booked_figure_add_up_to_it_also_in_the_past(client: Client) -> None:
    world = cast.assemble()
    make.book(world.musterwerk, at=datetime(2026, 3, 1, 9, tzinfo=UTC), full=14, guest_packs=2)
    make.book(world.musterwerk, at=datetime(2026, 5, 1, 9, tzinfo=UTC), full=20)
    client.force_login(world.tom.login)
    for at, booked in (("", 110), ("?at=2026-04-01", 80), ("?at=2026-02-01", 50)):
        page = client.get(f"{PAGE}guest/{at}").text
        assert sum(_changes(page)) == booked
    assert len(_changes(client.get(f"{PAGE}guest/").text)) == 3


def test_the_rooms_behind_a_used_figure_are_as_many_also_in_the_past(client: Client) -> None:
    world = cast.assemble()
    make.book(world.musterwerk, data_rooms=4)
    make.box(world.tom, kind=BoxKind.DATA_ROOM, at=START + timedelta(days=10))
    for day in (20, 30):
        make.box(world.paul, kind=BoxKind.DATA_ROOM, at=START + timedelta(days=day))
    make.bin_boxes(world.tom, at=START + timedelta(days=40))
    client.force_login(world.tom.login)
    for at in ("", "?at=2026-02-16", "?at=2026-02-05", "?at=2026-01-20"):
        used = figures(client.get(PAGE + at).text)["Datenräume"][2]
        page = client.get(f"{PAGE}data_room/{at}").text.partition('id="used"')[2]
        assert page.count('<th scope="row">') == int(used)


def test_storage_says_what_the_booked_figure_consists_of(client: Client) -> None:
    world = cast.assemble()
    make.book(world.musterwerk, storage_packs=1)
    client.force_login(world.tom.login)
    page = client.get(f"{PAGE}storage/").text.replace("\N{NO-BREAK SPACE}", " ")
    for words in ("10 Volllizenzen × 10 GB", "1 Speicherpaket × 100 GB", "200 GB"):
        assert words in page


# --- Past and future ------------------------------------------------------------------------


def _lively(world: cast.Cast) -> None:
    """Let half a year pass in which people come and go and more is booked."""
    of, ids = world.musterwerk, []
    for week in range(1, 26):
        at = START + timedelta(weeks=week)
        if week % 8 == 0:
            make.book(of, at=at, full=10 + week)
        ids.append(make.person(of, f"w{week}@musterwerk.test", at=at).license_id)
        if week % 2 == 0:
            licensing.release_license(
                actor=SYSTEM, account_id=of.id, license_id=ids.pop(0), at=at + timedelta(days=1)
            )


def _replayed(of: AccountFacts, kind: PoolKind, at: datetime) -> tuple[int, int]:
    entries = LedgerEntry.objects.filter(pool__account_id=of.id, pool__kind=kind, at__lte=at)
    booked = sum(entries.values_list("booked_change", flat=True))
    return booked, sum(entries.values_list("used_change", flat=True))


def test_the_past_equals_the_ledger_replayed(client: Client) -> None:
    world = cast.assemble()
    _lively(world)
    client.force_login(world.tom.login)
    zone = ZoneInfo("Europe/Berlin")
    for day in ("2026-01-14", "2026-01-15", "2026-02-28", "2026-04-01", "2026-06-30", "2026-07-10"):
        at = end_of_day(datetime.fromisoformat(day).date(), zone)
        shown = figures(client.get(f"{PAGE}?at={day}").text)
        for kind, name in ((PoolKind.FULL, "Volllizenzen"), (PoolKind.GUEST, "Gastlizenzen")):
            booked, used = _replayed(world.musterwerk, kind, at)
            assert shown[name] == (str(booked - used), str(booked), str(used)), day
            held = License.objects.filter(
                pool__account_id=world.musterwerk.id, pool__kind=kind, assigned_at__lte=at
            ).exclude(released_at__lte=at)
            assert held.count() == used


def test_a_past_moment_is_named_and_its_links_keep_it(client: Client) -> None:
    client.force_login(cast.assemble().tom.login)
    page = client.get(f"{PAGE}?at=01.03.2026").text
    assert "So war der Stand am 01.03.2026, 23:59 Uhr." in page
    assert 'value="01.03.2026"' in page
    assert f"{PAGE}full/?at=01.03.2026#booked" in page
    assert "/a/musterwerk/people/?kind=full&amp;at=01.03.2026" in page


def test_today_means_now(client: Client) -> None:
    client.force_login(cast.assemble().tom.login)
    today = timezone.localdate(timezone=ZoneInfo("Europe/Berlin")).isoformat()
    page = client.get(f"{PAGE}?at={today}").text
    assert "So war der Stand" not in page and "Vorschau" not in page


def test_before_the_account_existed_everything_is_zero_and_the_page_says_so(client: Client) -> None:
    client.force_login(cast.assemble().tom.login)
    page = client.get(f"{PAGE}?at=2020-01-01").text
    assert {values[1] for values in figures(page).values()} == {"0", "0 GB"}
    assert "Dieses Konto gibt es seit dem 15. Januar 2026. Davor war nichts gebucht." in page


def test_the_future_shows_planned_changes_applied_and_says_so(client: Client) -> None:
    world = cast.assemble()
    make.book(world.musterwerk, storage_packs=1)
    plan(world.musterwerk, datetime(2099, 3, 14, 23, tzinfo=UTC), full=8)
    client.force_login(world.anna.login)
    now = client.get(PAGE).text
    assert figures(now)["Volllizenzen"] == ("4", "10", "6")
    for words in ("15. März 2099", "Volllizenzen: 10 → 8", "Volllizenzen: 2", "Ändern oder zurück"):
        assert words in now
    before = client.get(f"{PAGE}?at=2099-03-14").text
    assert figures(before)["Volllizenzen"] == ("4", "10", "6")
    assert "keine Änderung vorgemerkt" in before
    after = client.get(f"{PAGE}?at=2099-03-15").text
    assert figures(after)["Volllizenzen"] == ("2", "8", "6")
    assert figures(after)["Gastlizenzen"] == ("39", "40", "1")
    assert "Die für den 15. März 2099 vorgemerkte Änderung ist eingerechnet" in after
    assert "in den Zahlen oben enthalten" in after


@pytest.mark.parametrize("at", ["gestern", "2026-02-30", "31.31.2026", "2026-13-01", "<b>", "99"])
def test_a_date_that_cannot_be_read_is_422_with_one_sentence_and_present_figures(
    client: Client, at: str
) -> None:
    client.force_login(cast.assemble().tom.login)
    for address in (PAGE, PAGE + "full/"):
        response = client.get(address, {"at": at})
        assert response.status_code == 422
        assert "kein lesbares Datum" in response.text
        assert "<b>“" not in response.text
    assert figures(client.get(PAGE, {"at": at}).text)["Volllizenzen"] == ("4", "10", "6")


def test_an_unknown_kind_is_404_on_its_own_page_and_ignored_in_the_chart(client: Client) -> None:
    client.force_login(cast.assemble().tom.login)
    assert client.get(PAGE + "gold/").status_code == 404
    assert client.get(PAGE, {"kind": "gold"}).status_code == 200


# --- The curve ------------------------------------------------------------------------------


def test_the_table_of_the_curve_has_the_ends_of_the_months(client: Client) -> None:
    world = cast.assemble()
    _lively(world)
    client.force_login(world.tom.login)
    page = client.get(f"{PAGE}?kind=full").text.partition('id="history"')[2]
    rows = dict(re.findall(r'<th scope="row">(\S+ \d{4})</th><td class="number">(\d+)</td>', page))
    zone = ZoneInfo("Europe/Berlin")
    for month, day in (("Januar 2026", "2026-01-31"), ("Mai 2026", "2026-05-31")):
        at = parse_moment(day, zone, timezone.now())
        booked = license_status(world.musterwerk.id, at).of(PoolKind.FULL).booked
        assert int(rows[month]) == booked


def test_the_kind_of_the_curve_is_chosen_by_link(client: Client) -> None:
    client.force_login(cast.assemble().tom.login)
    page = client.get(f"{PAGE}?kind=guest").text
    assert 'aria-label="Gastlizenzen: gebucht und verbraucht, ' in page
    assert 'href="?kind=guest#history" aria-current="page"' in page


def test_a_planned_change_is_dashed_in_the_curve(client: Client) -> None:
    world = cast.assemble()
    client.force_login(world.tom.login)
    assert "chart-planned" not in client.get(PAGE).text
    plan(world.musterwerk, timezone.now() + timedelta(days=60), full=8)
    assert "chart-planned" in client.get(PAGE).text


def test_the_table_of_the_curve_begins_with_today(client: Client) -> None:
    client.force_login(cast.assemble().tom.login)
    page = client.get(PAGE).text.partition('id="history"')[2]
    first = page.partition("<tbody>")[2].partition("</tr>")[0]
    assert re.findall(r">([^<>]+)<", first) == ["heute", "10", "6", "4"]


@pytest.mark.parametrize(
    ("at", "words"), [("2026-02-14", "14. Februar 2026"), ("2150-06-30", "30. Juni 2150")]
)
def test_the_chosen_day_is_marked_in_curve_and_table(client: Client, at: str, words: str) -> None:
    client.force_login(cast.assemble().tom.login)
    page = client.get(PAGE, {"at": at}).text.partition('id="history"')[2]
    assert page.count('<line class="chart-mark"') == 2  # in the wide and in the narrow picture
    day = datetime.fromisoformat(at)
    assert f">{day:%d.%m.%Y}</text>" in page
    assert f'<th scope="row">{words} (gewählter Tag)</th>' in page
    assert "chart-mark" not in client.get(PAGE).text


def test_an_account_older_than_the_curve_says_so_and_shows_an_older_day(client: Client) -> None:
    begun = timezone.now() - timedelta(days=365 * 4)
    old = make.account("alt", "Alt GmbH", "growth", "ute@alt.test", full=5, at=begun)
    client.force_login(old.login)
    page = "/a/alt/settings/account/"
    assert "Ältere Einträge stehen im Journal:" in client.get(page).text
    at = (begun + timedelta(days=70)).date()
    older = client.get(page, {"at": at.isoformat()}).text
    assert f">{at:%d.%m.%Y}</text>" in older
    client.force_login(cast.assemble().tom.login)
    assert "Ältere Einträge" not in client.get(PAGE).text


def test_figures_say_where_they_lead(client: Client) -> None:
    client.force_login(cast.assemble().tom.login)
    page = client.get(PAGE).text
    for name in (
        "4 verfügbar: Herkunft ansehen",
        "10 gebucht: Buchungen ansehen",
        "6 verbraucht: Inhaber ansehen",
        "0 verbraucht: Datenräume ansehen",
    ):
        assert f'aria-label="{name}"' in page


def test_the_past_keeps_its_footnote_and_says_nothing_about_plans(client: Client) -> None:
    client.force_login(cast.assemble().tom.login)
    page = client.get(PAGE, {"at": "2026-02-01"}).text
    assert "Inhaber an diesem Tag: 6" in page
    assert "Es sind keine Änderungen vorgemerkt" not in page
    assert 'id="planned"' not in page


def test_a_future_that_gets_scarce_says_so_and_the_past_is_never_amber(client: Client) -> None:
    world = cast.assemble()
    plan(world.musterwerk, timezone.now() + timedelta(days=60), full=6)
    client.force_login(world.tom.login)
    page = client.get(PAGE, {"at": "2090-01-01"}).text
    assert "Dann: Keine Volllizenz mehr verfügbar." in page
    assert 'class="figure warn"' in page
    make.people(world.musterwerk, 4)
    assert 'class="figure warn"' in client.get(PAGE).text
    assert 'class="figure warn"' not in client.get(PAGE, {"at": "2026-11-20"}).text


def test_a_breakdown_of_one_row_is_left_out(client: Client) -> None:
    client.force_login(cast.assemble().tom.login)
    assert "Woraus sich" not in client.get(f"{PAGE}full/").text
    guest = client.get(f"{PAGE}guest/").text
    assert "Woraus sich" not in guest and "<p>10 Volllizenzen × 5</p>" in guest


def test_nobody_is_no_link(client: Client) -> None:
    client.force_login(cast.assemble().tom.login)
    words = "Ansehen, wer eine hat, seit wann"
    assert words in client.get(f"{PAGE}guest/").text
    assert words not in client.get(f"{PAGE}guest/", {"at": "2020-01-01"}).text


# --- Cost -----------------------------------------------------------------------------------


def _statements(client: Client, who: Somebody, address: str = PAGE) -> int:
    client.force_login(who.login)
    client.get(address)
    with CaptureQueriesContext(connection) as seen:
        assert client.get(address).status_code == 200
    return len(seen)


def test_the_page_takes_few_statements_and_no_more_with_more_licenses(client: Client) -> None:
    world = cast.assemble()
    few = _statements(client, world.tom)
    make.book(world.musterwerk, full=3_000)
    make.people(world.musterwerk, 1_500)
    assert few <= 8
    assert _statements(client, world.tom) == few
    assert _statements(client, world.tom, PAGE + "?at=2026-02-01") <= 8
