"""The text of invitation mails: what it must keep, and that values stay values."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siegel.accounts.invitation_words import MailText, clean_text, fill_text
from siegel.core.refusal import BadInput

GOOD = MailText("Willkommen bei {account}", "Guten Tag {name},\n\n{link}\n\nGültig bis {expires}.")


def test_a_good_text_comes_back_tidy():
    typed = MailText("  Willkommen\r\n bei  {account} ", "Guten Tag {name},  \r\n{link}\r\n\r\n")
    assert clean_text(typed) == MailText("Willkommen bei {account}", "Guten Tag {name},\n{link}")


@pytest.mark.parametrize(
    ("subject", "body", "says"),
    [
        ("x", "{link}", "{name}"),
        ("x", "{name}", "{link}"),
        ("", "{name} {link}", "Betreff"),
        ("\x00\x07", "{name} {link}", "Betreff"),
        ("{link}", "{name} {link}", "Geheimnis"),
        ("x", "{name} {link} {passwort}", "{passwort}"),
        ("{foo}", "{name} {link}", "{foo}"),
        ("x" * 151, "{name} {link}", "150"),
        ("x", "{name} {link}" + "x" * 5000, "5000"),
        ("x", "{Name} { link }", "{name}"),
    ],
)
def test_what_cannot_be_is_refused_with_a_sentence(subject, body, says):
    with pytest.raises(BadInput) as no:
        clean_text(MailText(subject, body))
    assert any(says in row for row in no.value.rows)


def test_braces_that_are_no_placeholder_stay():
    text = MailText("x", "{name} {link} {} { } {1} {a b}")
    assert clean_text(text) == text


def test_values_are_never_read_again():
    mail = fill_text(GOOD, {"name": "{link}", "link": "L", "account": "{name}", "expires": "E"})
    assert mail == MailText("Willkommen bei {name}", "Guten Tag {link},\n\nL\n\nGültig bis E.\n")


def test_a_message_without_a_place_comes_last_and_with_one_there():
    values = {"name": "N", "link": "L", "message": "Anna schreibt: Hallo"}
    assert fill_text(MailText("s", "{name} {link}"), values).body == "N L\n\nAnna schreibt: Hallo\n"
    assert fill_text(MailText("s", "{message} {link}"), values).body == "Anna schreibt: Hallo L\n"
    without = fill_text(MailText("s", "{name}\n\n{message}\n\n{link}"), values | {"message": ""})
    assert without.body == "N\n\nL\n"


@given(st.text(max_size=200), st.text(max_size=200))
def test_any_text_is_refused_or_keeps_link_and_name(subject, body):
    try:
        kept = clean_text(MailText(subject, body + "{name}{link}"))
    except BadInput as no:
        assert no.rows
        return
    mail = fill_text(kept, {"name": "N4711", "link": "https://l/"})
    assert "N4711" in mail.body
    assert "https://l/" in mail.body
    assert "\n" not in mail.subject


@given(st.text(max_size=60))
def test_a_name_never_breaks_the_subject(name):
    mail = fill_text(MailText("Hallo {name}", "{name} {link}"), {"name": name, "link": "L"})
    assert len(mail.subject.splitlines()) <= 1
