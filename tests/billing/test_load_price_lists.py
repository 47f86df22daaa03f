"""Price lists are loaded once and never change."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from siegel.billing import invariants
from siegel.billing.actions import PriceListChanged, load_price_lists
from siegel.billing.items import Item, Term
from siegel.billing.models import Price, PriceList
from siegel.billing.price_files import FOLDER, read_price_files
from siegel.billing.queries import unit_prices
from siegel.core.money import Money

pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write(tmp_path, version=1, full=1000)
    return tmp_path


def write(folder: Path, *, version: int, full: int, **more: Any) -> None:
    data = {
        "code": "test",
        "version": version,
        "currency": "EUR",
        "valid_from": "2024-01-01",
        "cents": {"growth": {"full": {"monthly": full, "yearly": full * 10}}},
    }
    (folder / f"test-{version}.json").write_text(json.dumps(data | more), encoding="utf-8")


def test_loading_twice_stores_every_version_once(folder: Path) -> None:
    assert load_price_lists(folder) == ["test 1"]
    assert load_price_lists(folder) == []
    assert PriceList.objects.filter(code="test").count() == 1
    assert Price.objects.filter(price_list__code="test").count() == 2


def test_a_new_version_stands_beside_the_old_one(folder: Path) -> None:
    load_price_lists(folder)
    write(folder, version=2, full=1100)
    assert load_price_lists(folder) == ["test 2"]
    first, second = PriceList.objects.filter(code="test").order_by("version")
    assert unit_prices(first.id, "growth", Term.YEARLY) == {Item.FULL: Money(10_000)}
    assert unit_prices(second.id, "growth", Term.YEARLY) == {Item.FULL: Money(11_000)}


@pytest.mark.parametrize(
    "edit",
    [
        {"full": 1001},
        {"full": 1000, "currency": "CHF"},
        {"full": 1000, "valid_from": "2023-01-01"},
        {"full": 1000, "cents": {}},
    ],
)
def test_an_edited_version_is_refused_and_nothing_changes(
    folder: Path, edit: dict[str, Any]
) -> None:
    load_price_lists(folder)
    write(folder, version=1, **edit)
    write(folder, version=2, full=5)
    with pytest.raises(PriceListChanged) as refused:
        load_price_lists(folder)
    assert "test 1" in str(refused.value)
    assert refused.value.rows
    assert list(PriceList.objects.filter(code="test").values_list("version", flat=True)) == [1]
    assert set(Price.objects.filter(price_list__code="test").values_list("cents", flat=True)) == {
        1000,
        10_000,
    }


def test_an_unknown_item_stops_the_loading(folder: Path) -> None:
    write(folder, version=2, full=1, cents={"growth": {"seats": {"monthly": 1, "yearly": 1}}})
    with pytest.raises(ValueError, match="seats"):
        load_price_lists(folder)


def test_the_price_lists_that_we_ship_load_and_are_sound() -> None:
    load_price_lists()
    assert list(invariants.check()) == []


def test_the_shipped_list_sells_data_rooms_from_growth_up_and_years_at_ten_to_eleven_months() -> (
    None
):
    newest = read_price_files(FOLDER)[-1]
    assert newest.valid_from <= date(2024, 1, 1)
    for (package, item, term), cents in newest.cents.items():
        monthly = newest.cents[package, item, Term.MONTHLY]
        assert term is Term.MONTHLY or 10 * monthly <= cents <= 11 * monthly
        assert package != "essential" or item is not Item.DATA_ROOMS
    assert newest.cents["growth", Item.DATA_ROOMS, Term.MONTHLY] == 7950


@pytest.mark.tampers
def test_a_changed_price_in_the_database_is_found() -> None:
    load_price_lists()
    Price.objects.filter(package="growth", item="full", term="monthly").update(cents=1)
    assert any("growth full monthly" in finding for finding in invariants.check())
