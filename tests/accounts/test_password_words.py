"""Passwords that Germans choose first are refused, others are not."""

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError


@pytest.mark.parametrize(
    "password",
    ["passwort1234", "Passwort!2026", "1234Sommer5678", "hallohallo12", "hallo-schatz"],
)
def test_a_common_word_with_digits_is_refused(password):
    with pytest.raises(ValidationError):
        validate_password(password)


@pytest.mark.parametrize("password", ["viel-zu-lang-zum-raten", "Sommerkleid rot 7", "kx93-pumpe"])
def test_other_words_are_taken(password):
    validate_password(password)
