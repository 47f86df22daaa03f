"""The customer portal: overview, details, the order form, its preview and what is booked."""

import re
from datetime import timedelta
from urllib.parse import urlencode

import pytest
from django.conf import settings
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from siegel.billing.items import Term
from siegel.licensing import actions as licensing
from siegel.licensing.kinds import PoolKind
from siegel.licensing.models import Booking, PlannedChange
from tests import cast, make
from tests.make import Somebody

pytestmark = pytest.mark.django_db
PORTAL = "/a/musterwerk/portal/"
CHANGE = "/a/musterwerk/portal/subscription/change/"
PAGES = (PORTAL, "/a/musterwerk/portal/subscription/", CHANGE)


def sign_in(client: Client, who: Somebody) -> None:
    client.force_login(who.login)


def preview(client: Client, **totals: object) -> HttpResponse:
    return client.get(f"{CHANGE}?{urlencode(totals)}")


def hidden(response: HttpResponse) -> dict[str, str]:
    """Return the fields that the confirm form of a preview sends."""
    form = response.text.split('method="post" action="' + CHANGE)[1].split("</form>")[0]
    fields = dict(re.findall(r'name="(\w+)" value="([^"]*)"', form))
    return {name: value for name, value in fields.items() if name != "csrfmiddlewaretoken"}


def booked(who: Somebody, kind: PoolKind = PoolKind.FULL) -> int:
    return make.pool(who.account, kind).booked


def words(response: HttpResponse) -> str:
    """Return the page's text without tags, with single blanks."""
    text = re.sub(r"<[^>]+>", " ", response.text).replace("\N{NO-BREAK SPACE}", " ")
    return re.sub(r"\s+", " ", text.replace("&nbsp;", " "))


# --- What stands there ----------------------------------------------------------------------


def test_the_overview_says_package_term_quantities_and_price(client: Client) -> None:
    anna = make.account(full=10, guest_packs=2, at=timezone.now())
    sign_in(client, anna)
    text = words(client.get(PORTAL))
    for part in (
        "Growth , jährlich. Verlängert sich am",
        "Volllizenzen 10",
        "Gastpakete 2",
        "2.088,00 €",
        "netto",
    ):
        assert part in text
    assert "kündbar bis zum" in text


def test_the_details_show_unit_prices_price_list_and_every_booking(client: Client) -> None:
    anna = make.account(full=10, at=timezone.now())
    sign_in(client, anna)
    client.post(CHANGE, hidden(preview(client, full=12)))
    text = words(client.get(PAGES[1]))
    for part in ("Standard", "Version 1", "189,00 €", "2.268,00 €", "Volllizenzen 10 → 12"):
        assert part in text
    assert text.index("10 → 12") < text.index("0 → 10")
    assert "Anna Krüger" in text
    assert "automatisch" in text


def test_the_form_shows_the_current_totals_beside_the_fields(client: Client) -> None:
    anna = make.account(full=10, guest_packs=2)
    sign_in(client, anna)
    page = client.get(CHANGE)
    for label, total in (("Volllizenzen (gesamt)", 10), ("Gastpakete (gesamt)", 2)):
        assert label in page.text
        assert f'value="{total}"' in page.text
    assert "zurzeit 10 · 189,00" in page.text


# --- Booking --------------------------------------------------------------------------------


def test_the_preview_says_what_will_happen_and_changes_nothing(client: Client) -> None:
    anna = make.account(full=10, at=timezone.now())
    sign_in(client, anna)
    page = preview(client, full=12, guest_packs=0, data_rooms=0, storage_packs=0)
    assert page.status_code == 200
    text = words(page)
    for part in (
        "Das wird geschehen",
        "Volllizenzen: 2 mehr, insgesamt 12",
        "damit 10 Gastlizenzen und 20 GB Speicher mehr",
        "sofort",
        "+378,00 € je Jahr",
        "2.268,00 €",
        "Volllizenzen 1 12 11",
        "Kostenpflichtig buchen",
    ):
        assert part in text
    assert booked(anna) == 10


def test_confirming_books_in_the_same_second_and_says_so(client: Client) -> None:
    anna = make.account(full=10, at=timezone.now())
    sign_in(client, anna)
    answer = client.post(CHANGE, hidden(preview(client, full=12, data_rooms=1)), follow=True)
    assert answer.redirect_chain == [(PORTAL, 302)]
    assert (
        "Gebucht: 2 Volllizenzen, insgesamt 12; 1 zusätzlicher Datenraum, insgesamt 1. "
        "Sofort verfügbar: 11 Volllizenzen, 2 Datenräume." in answer.text
    )
    assert 'href="/a/musterwerk/settings/account/#preisplan"' in answer.text
    assert (booked(anna), booked(anna, PoolKind.GUEST), booked(anna, PoolKind.DATA_ROOM)) == (
        12,
        60,
        2,
    )


def test_a_billing_administrator_books_but_gets_no_link_to_the_account_status(
    client: Client,
) -> None:
    people = cast.assemble()
    sign_in(client, people.bea)
    answer = client.post(CHANGE, hidden(preview(client, full=12)), follow=True)
    assert booked(people.anna) == 12
    assert "#preisplan" not in answer.text


def test_sending_the_confirmation_twice_books_once(client: Client) -> None:
    anna = make.account(full=10)
    sign_in(client, anna)
    fields = hidden(preview(client, full=12))
    client.post(CHANGE, fields)
    again = client.post(CHANGE, fields, follow=True)
    assert again.status_code == 200
    assert "bereits ausgeführt" in again.text
    assert Booking.objects.filter(account_id=anna.account.id).count() == 2


def test_the_second_of_two_administrators_gets_a_sentence_and_the_new_preview(
    client: Client,
) -> None:
    people = cast.assemble()
    second = Client()
    sign_in(client, people.anna)
    sign_in(second, people.bea)
    mine, theirs = hidden(preview(client, full=12)), hidden(preview(second, full=15))
    client.post(CHANGE, mine)
    answer = second.post(CHANGE, theirs)
    assert answer.status_code == 409
    assert "in der Zwischenzeit geändert" in answer.text
    assert "Volllizenzen: 3 mehr, insgesamt 15" in answer.text
    assert booked(people.anna) == 12
    second.post(CHANGE, hidden(answer))
    assert booked(people.anna) == 15


def test_the_second_administrator_who_wanted_the_same_is_told_that_it_is_done(
    client: Client,
) -> None:
    people = cast.assemble()
    second = Client()
    sign_in(client, people.anna)
    sign_in(second, people.bea)
    mine = hidden(preview(client, full=12))
    make.book(people.musterwerk, full=12, at=timezone.now())
    answer = client.post(CHANGE, mine, follow=True)
    assert "schon gebucht" in answer.text
    assert booked(people.anna) == 12


def test_the_totals_can_be_changed_from_the_preview(client: Client) -> None:
    anna = make.account(full=10)
    sign_in(client, anna)
    page = preview(client, full=12, edit=1)
    assert 'value="12"' in page.text
    assert "Weiter zur Vorschau" in page.text


@pytest.mark.parametrize("typed", ["1.200", "1,200", "1 200", "1200", " 1200 "])
def test_thousands_may_be_grouped_in_any_way(client: Client, typed: str) -> None:
    sign_in(client, make.account(full=10))
    assert "insgesamt 1.200" in preview(client, full=typed).text


# --- Fewer ----------------------------------------------------------------------------------


def test_fewer_is_planned_shown_and_withdrawn(client: Client) -> None:
    anna = make.account(full=10, at=timezone.now(), term=Term.MONTHLY)
    sign_in(client, anna)
    page = preview(client, full=8)
    assert "Volllizenzen: 2 weniger, insgesamt 8" in page.text
    assert "Änderung vormerken" in page.text
    answer = client.post(CHANGE, hidden(page), follow=True)
    assert "Vorgemerkt für den" in answer.text
    assert "Volllizenzen 10 → 8" in words(answer)
    assert booked(anna) == 10
    change = PlannedChange.objects.get()
    withdraw = f"{PORTAL}planned/{change.id}/withdraw/"
    assert withdraw in answer.text
    for _twice in range(2):
        answer = client.post(withdraw, follow=True)
        assert "Zurückgenommen" in answer.text
    assert "10 → 8" not in words(answer)
    licensing.apply_due_changes(at=change.effective_at + timedelta(days=1))
    assert booked(anna) == 10


def test_a_withdrawal_can_be_undone_and_the_history_tells_all_of_it(client: Client) -> None:
    anna = make.account(full=10, at=timezone.now(), term=Term.MONTHLY)
    sign_in(client, anna)
    client.post(CHANGE, hidden(preview(client, full=8)))
    change = PlannedChange.objects.get()
    answer = client.post(f"{PORTAL}planned/{change.id}/withdraw/", follow=True)
    undo = f"{PORTAL}planned/{change.id}/again/"
    assert f'action="{undo}"' in answer.text
    assert "Rückgängig" in answer.text
    answer = client.post(undo, follow=True)
    assert "Vorgemerkt für den" in answer.text
    again = PlannedChange.objects.get(state="planned")
    assert (again.full, again.effective_at) == (8, change.effective_at)
    assert "schon gebucht oder vorgemerkt" in client.post(undo, follow=True).text
    text = words(client.get(PAGES[1])).split("Buchungsverlauf")[1]
    assert text.count("Volllizenzen 10 → 8") == 3
    assert text.index("Zurückgenommen, war für den") > text.index("Vorgemerkt für den")
    client.post(CHANGE, hidden(preview(client, full=7)))
    assert "Durch eine andere Vormerkung ersetzt" in client.get(PAGES[1]).text
    assert client.post(undo).status_code == 409
    assert PlannedChange.objects.get(state="planned").full == 7


def test_a_withdrawal_of_another_account_cannot_be_undone(client: Client) -> None:
    people = cast.assemble()
    sign_in(client, people.anna)
    client.post(CHANGE, hidden(preview(client, full=8)))
    change = PlannedChange.objects.get()
    client.post(f"{PORTAL}planned/{change.id}/withdraw/")
    stranger = Client()
    sign_in(stranger, people.xaver)
    for slug in ("musterwerk", "anderswo"):
        assert stranger.post(f"/a/{slug}/portal/planned/{change.id}/again/").status_code == 404
    assert not PlannedChange.objects.filter(state="planned").exists()


def test_the_worker_carries_it_out_on_its_day_and_keeps_what_is_used(client: Client) -> None:
    anna = make.account(full=10, at=timezone.now(), term=Term.MONTHLY)
    make.people(anna.account, 8)
    sign_in(client, anna)
    page = preview(client, full=5)
    assert "9 sind verbraucht" in page.text
    assert "nur noch 5 gebucht" in page.text
    client.post(CHANGE, hidden(page))
    licensing.apply_due_changes(at=PlannedChange.objects.get().effective_at)
    assert booked(anna) == 9
    text = words(client.get(PAGES[1]))
    assert "automatisch (vorgemerkte Änderung)" in text
    assert "Volllizenzen 10 → 9" in text


def test_a_change_that_took_effect_cannot_be_withdrawn_any_more(client: Client) -> None:
    anna = make.account(full=10, at=timezone.now(), term=Term.MONTHLY)
    sign_in(client, anna)
    client.post(CHANGE, hidden(preview(client, full=8)))
    change = PlannedChange.objects.get()
    licensing.apply_due_changes(at=change.effective_at)
    answer = client.post(f"{PORTAL}planned/{change.id}/withdraw/")
    assert answer.status_code == 409
    assert "schon wirksam" in answer.text


def test_the_planned_change_of_another_account_is_not_found(client: Client) -> None:
    people = cast.assemble()
    sign_in(client, people.anna)
    client.post(CHANGE, hidden(preview(client, full=8)))
    change = PlannedChange.objects.get()
    stranger = Client()
    sign_in(stranger, people.xaver)
    for slug in ("musterwerk", "anderswo"):
        answer = stranger.post(f"/a/{slug}/portal/planned/{change.id}/withdraw/")
        assert answer.status_code == 404
    change.refresh_from_db()
    assert change.state == "planned"


def test_prices_table_and_warnings_follow_what_stays_booked(client: Client) -> None:
    anna = make.account(full=40, at=timezone.now())
    make.people(anna.account, 36)
    sign_in(client, anna)
    text = words(preview(client, full=30))
    for part in (
        "Volllizenzen: 3 weniger, insgesamt 37",
        "gewünscht sind 30, der Rest ist noch verbraucht",
        "−567,00 € je Jahr",
        "37 sind verbraucht, ab",
        "nur noch 30 gebucht. Wird bis dahin nichts frei, bleiben 37 gebucht.",
        "Künftig netto je Jahr 6.993,00 €",
        "zzgl. USt.",
        "Geben Sie bis dahin 7 Volllizenzen frei, sind es 5.670,00 € je Jahr, netto.",
        "Volllizenzen 37 40 3 37 0",
    ):
        assert part in text


def test_what_is_planned_stands_beside_the_booking_and_in_the_form(client: Client) -> None:
    anna = make.account(full=10, guest_packs=1, at=timezone.now(), term=Term.MONTHLY)
    sign_in(client, anna)
    client.post(CHANGE, hidden(preview(client, guest_packs=0)))
    details = client.get(PAGES[1])
    assert "Gastpakete 1 → 0" in words(details)
    assert f"{PORTAL}planned/{PlannedChange.objects.get().id}/withdraw/" in details.text
    form = words(client.get(CHANGE))
    assert re.search(
        r"Gastpakete \(gesamt, vorgemerkt ab [^)]+\) zurzeit 1 – lassen Sie 0 stehen", form
    )


# --- No -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("zwölf", "ganze Zahl ab 0"),
        ("-3", "ganze Zahl ab 0"),
        ("1,5", "ganze Zahl ab 0"),
        ("1e3", "ganze Zahl ab 0"),
        ("٣", "ganze Zahl ab 0"),
        ("9" * 21, "höchstens 1.000.000"),
        ("9" * 400, "höchstens 1.000.000"),
        ("0", "Mindestens 1 Volllizenz"),
        ("1000001", "höchstens 1.000.000"),
        ("", "field-error"),
        ("10", "schon gebucht"),
    ],
)
def test_totals_that_are_none_come_back_with_one_sentence(
    client: Client, typed: str, sentence: str
) -> None:
    anna = make.account(full=10)
    sign_in(client, anna)
    data = {"full": typed, "guest_packs": 0, "data_rooms": 0, "storage_packs": 0}
    page = preview(client, **data)
    assert page.status_code == 422
    assert sentence in page.text
    assert client.post(CHANGE, {**data, "plan": "x"}).status_code in {302, 422}
    assert booked(anna) == 10


def test_a_confirmation_with_a_forged_plan_shows_the_preview_again(client: Client) -> None:
    anna = make.account(full=10)
    sign_in(client, anna)
    fields = hidden(preview(client, full=12)) | {"plan": "0" * 64}
    assert client.post(CHANGE, fields).status_code == 409
    assert client.post(CHANGE, fields | {"plan": "\x00"}).status_code == 409
    assert booked(anna) == 10


def test_other_packages_see_their_figures_and_are_told_to_write_to_support(
    client: Client,
) -> None:
    anna = make.account(package="individual", full=10)
    sign_in(client, anna)
    for address in PAGES:
        page = client.get(address)
        assert page.status_code == 200
        assert f"mailto:{settings.SUPPORT_EMAIL}" in page.text
        figures = re.sub(r"50 Gastlizenzen und 100 GB Speicher ", "", words(page))
        assert ("Volllizenzen 10" in figures) is (address != CHANGE)
        assert "Preisliste" not in figures
        assert "nach Vereinbarung" not in figures or address == PORTAL
    assert "Kostenpflichtig" not in preview(client, full=12).text
    assert client.post(CHANGE, {"full": 12, "plan": "x"}).status_code == 422
    assert booked(anna) == 10


def test_essential_offers_no_data_rooms(client: Client) -> None:
    sign_in(client, make.account(package="essential", full=3))
    assert 'name="data_rooms"' not in client.get(CHANGE).text


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("anna", 200),
        ("bea", 200),
        ("tom", 403),
        ("otto", 403),
        ("paul", 403),
        ("gina", 403),
        ("ines", 404),
        ("xaver", 404),
    ],
)
def test_only_registration_and_billing_administrators_enter(
    client: Client, who: str, status: int
) -> None:
    people = cast.assemble()
    sign_in(client, getattr(people, who))
    assert [client.get(address).status_code for address in PAGES] == [status] * 3
    fields = {"full": 12, "guest_packs": 0, "data_rooms": 0, "storage_packs": 0, "plan": "x"}
    assert client.post(CHANGE, fields).status_code == (409 if status == 200 else status)
    assert booked(people.anna) == 10


def test_the_pages_ask_the_database_a_fixed_number_of_times(
    client: Client, django_assert_max_num_queries: object
) -> None:
    anna = make.account(full=10)
    make.people(anna.account, 9)
    sign_in(client, anna)
    for address in PAGES:
        client.get(address)
        with django_assert_max_num_queries(14):  # type: ignore[operator]
            client.get(address)


def test_english_is_complete(client: Client) -> None:
    sign_in(client, make.account(full=10, at=timezone.now()))
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    page = preview(client, full=12)
    for part in ("This will happen", "Full licenses: 2 more, 12 in total", "+€378.00 per year"):
        assert part in page.text
