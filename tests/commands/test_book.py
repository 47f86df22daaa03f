"""siegel book: the same plan and the same booking as in the portal."""

import pytest
from click.testing import CliRunner, Result
from django.utils import timezone

from siegel.commands.main import main
from siegel.licensing.kinds import PoolKind
from siegel.licensing.models import Booking, PlannedChange
from tests import make

pytestmark = pytest.mark.django_db


def run(*words: str) -> Result:
    return CliRunner().invoke(main, ["book", *words])


def test_more_is_booked_at_once_and_the_rest_stays() -> None:
    anna = make.account(full=10, guest_packs=1, at=timezone.now())
    result = run("musterwerk", "--full", "12")
    assert result.exit_code == 0, result.output
    assert "Volllizenzen: 2 mehr, insgesamt 12" in result.output
    assert "Gebucht: 2 Volllizenzen, insgesamt 12. Sofort verfügbar: 11" in result.output
    booking = Booking.objects.get(number=2)
    assert (booking.full, booking.guest_packs, booking.door) == (12, 1, "command")
    assert make.pool(anna.account, PoolKind.GUEST).booked == 65


def test_a_dry_run_shows_the_plan_and_changes_nothing() -> None:
    make.account(full=10)
    result = run("musterwerk", "--full", "12", "--storage-packs", "1", "--dry-run")
    assert "Speicherpakete: 1 mehr" in result.output
    assert "nichts geändert" in result.output
    assert Booking.objects.count() == 1


def test_fewer_than_used_costs_what_stays_booked() -> None:
    anna = make.account(full=40)
    make.people(anna.account, 36)
    text = run("musterwerk", "--full", "30", "--dry-run").output.replace("\N{NO-BREAK SPACE}", " ")
    assert "künftig 6.993,00 €" in text
    assert "bleiben 37 gebucht" in text
    assert "7 Volllizenzen frei, sind es 5.670,00 €" in text


def test_fewer_is_planned() -> None:
    make.account(full=10)
    assert "Vorgemerkt für den" in run("musterwerk", "--full", "8").output
    assert PlannedChange.objects.get().full == 8


def test_the_operator_books_for_packages_that_accounts_cannot_change() -> None:
    anna = make.account(package="individual", full=10)
    assert run("musterwerk", "--full", "12").exit_code == 0
    assert make.pool(anna.account, PoolKind.FULL).booked == 12


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("nirgends", "--full", "3"), "nirgends"),
        (("musterwerk",), "schon gebucht"),
        (("musterwerk", "--full", "-1"), "nicht möglich"),
        (("musterwerk", "--full", "1000001"), "nicht möglich"),
    ],
)
def test_a_refusal_is_one_sentence_and_nothing_changes(
    words: tuple[str, ...], sentence: str
) -> None:
    make.account(full=10)
    result = run(*words)
    assert result.exit_code == 1
    assert sentence in result.output
    assert Booking.objects.count() == 1
