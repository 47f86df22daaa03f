"""Codes of authenticator apps, against the published test vectors."""

from base64 import b32encode
from datetime import UTC, datetime

import pytest

from siegel.accounts.one_time_codes import (
    accepted_step,
    app_address,
    app_code,
    new_app_secret,
    step_at,
)

RFC_SECRET = b32encode(b"12345678901234567890").decode()
AT = datetime(2026, 5, 1, 9, 0, 15, tzinfo=UTC)


@pytest.mark.parametrize(
    ("seconds", "code"),
    [  # RFC 6238, appendix B, SHA-1; the last six of eight digits
        (59, "287082"),
        (1111111109, "081804"),
        (1111111111, "050471"),
        (1234567890, "005924"),
        (2000000000, "279037"),
        (20000000000, "353130"),
    ],
)
def test_codes_are_those_of_the_standard(seconds, code):
    assert app_code(RFC_SECRET, seconds // 30) == code


def test_a_code_is_accepted_one_step_around_now_and_no_further():
    step = step_at(AT)
    accepted = [
        aside
        for aside in range(-3, 4)
        if accepted_step(RFC_SECRET, app_code(RFC_SECRET, step + aside), AT) is not None
    ]
    assert accepted == [-1, 0, 1]


def test_a_used_code_and_older_ones_are_refused():
    step = step_at(AT)
    assert accepted_step(RFC_SECRET, app_code(RFC_SECRET, step), AT, after=step) is None
    assert accepted_step(RFC_SECRET, app_code(RFC_SECRET, step - 1), AT, after=step) is None
    assert accepted_step(RFC_SECRET, app_code(RFC_SECRET, step + 1), AT, after=step) == step + 1


def test_blanks_and_hyphens_do_not_matter():
    code = app_code(RFC_SECRET, step_at(AT))
    assert accepted_step(RFC_SECRET, f" {code[:3]} {code[3:]}\t", AT) == step_at(AT)
    assert accepted_step(RFC_SECRET, f"{code[:3]}-{code[3:]}", AT) == step_at(AT)


@pytest.mark.parametrize("typed", ["", "12345", "1234567", "abcdef", "１２３４５６", "0" * 400])
def test_whatever_is_typed_is_no_code(typed):
    assert accepted_step(RFC_SECRET, typed, AT) is None


def test_secrets_are_new_each_time_and_the_address_says_what_apps_read():
    secret, other = new_app_secret(), new_app_secret()
    assert secret != other
    assert len(secret) == 32
    address = app_address(secret, issuer="Siegel häuser", email="anna+x@musterwerk.test")
    assert address == (
        "otpauth://totp/Siegel%20h%C3%A4user%3Aanna%2Bx@musterwerk.test"
        f"?secret={secret}&issuer=Siegel%20h%C3%A4user"
    )
