"""Settings: all documented, and a bad one stops the start with one sentence."""

import os
import subprocess
import sys

import pytest

from tools import settings_page


def test_every_setting_is_documented_as_it_is() -> None:
    written = settings_page.PAGE.read_text(encoding="utf-8")

    assert written == settings_page.page(), "run: python tools/settings_page.py"


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("PORT", "http", "PORT='http' cannot be used: it must be a whole number."),
        ("PORT", "99999", "PORT='99999' cannot be used: it must be between 1 and 65535."),
        ("DEBUG", "maybe", "DEBUG='maybe' cannot be used: it must be 1 or 0."),
        ("DATABASE_URL", "mysql://x/y", "only SQLite and PostgreSQL are supported."),
        ("EMAIL_URL", "mail.example", "it must be file, console or smtp://user:password@host:587."),
        ("BASE_URL", "siegel.example", "it must be an address such as https://siegel.example."),
        ("SECRET_KEY", "short", "SECRET_KEY is missing or shorter than 32 characters"),
    ],
)
def test_a_bad_value_is_one_sentence_and_exit_code_2(name: str, value: str, sentence: str) -> None:
    env = {**os.environ, "SECRET_KEY": "x" * 32, name: value}
    env["DJANGO_SETTINGS_MODULE"] = "config.settings"

    ran = subprocess.run(
        [sys.executable, "-m", "siegel", "verify"], env=env, capture_output=True, text=True
    )

    assert ran.returncode == 2
    assert sentence in ran.stderr
    assert "Traceback" not in ran.stderr
    assert len(ran.stderr.splitlines()) == 1
