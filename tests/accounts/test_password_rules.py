"""Which passwords an account accepts."""

import pytest
from django.utils.translation import override

from siegel.accounts.models import Person
from siegel.accounts.password_rules import explain_password, password_faults
from siegel.accounts.protection import ProtectionFacts

ANNA = Person(email="anna.krueger@musterwerk.test", first_name="Anna", last_name="Krüger")
MIXED = ProtectionFacts(password_min_length=8, password_mixed=True)


@pytest.mark.parametrize(
    ("password", "length", "good"),
    [
        ("korrekt-pferd", 12, True),
        ("korrekt-pfer", 12, True),
        ("korrekt-pfe", 12, False),
        ("korrekt8", 8, True),
        ("korrekt-pferd", 64, False),
    ],
)
def test_the_account_decides_how_long(password, length, good):
    rules = ProtectionFacts(password_min_length=length)
    assert (password_faults(password, ANNA, rules) == []) == good


@pytest.mark.parametrize(
    ("password", "good"),
    [
        ("Korrekt8pferd", True),
        ("Korrekt-Pferd", True),
        ("ÄÖÜäöü-Wetter", True),
        ("korrekt8pferd", False),
        ("KORREKT8PFERD", False),
        ("KorrektPferdBatt", False),
    ],
)
def test_mixed_means_both_cases_and_something_that_is_no_letter(password, good):
    assert (password_faults(password, ANNA, MIXED) == []) == good


@pytest.mark.parametrize(
    "password", ["anna.krueger@musterwerk.test", "musterwerk.test", "12345678901234"]
)
def test_what_is_guessed_first_is_refused_everywhere(password):
    assert password_faults(password, ANNA, ProtectionFacts(password_min_length=8))


def test_the_rules_are_told_in_both_languages():
    with override("de"):
        assert explain_password(MIXED).startswith("Mindestens 8 Zeichen")
        assert "Sonderzeichen" in explain_password(MIXED)
        assert password_faults("kurz", ANNA, MIXED)[0] == (
            "Dieses Passwort ist zu kurz: mindestens 8 Zeichen sind nötig."
        )
    with override("en"):
        assert "at least one digit or special character" in explain_password(MIXED)
