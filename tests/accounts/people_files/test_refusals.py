"""Files that nobody can import, and rows that are left out: each says why in one sentence."""

import io
import zipfile

import pytest
from django.utils import translation

from siegel.accounts.people_files import (
    BrokenLdif,
    BrokenQuotes,
    EmptyFile,
    NotText,
    RowProblem,
    TooManyRows,
    UnknownHeadings,
    read,
    read_people,
)
from siegel.accounts.people_files.sentences import CODES, sentence_for
from siegel.core.refusal import Refusal


@pytest.fixture(autouse=True)
def english() -> object:
    with translation.override("en"):
        yield


def refused(content: bytes) -> Refusal:
    with pytest.raises(Refusal) as caught:
        read_people(content, default_kind="full")
    return caught.value


def left_out(text: str) -> list[RowProblem]:
    return list(read_people(text.encode(), default_kind="full").problems)


def workbook() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
    return out.getvalue()


@pytest.mark.parametrize("content", [b"", b"  \r\n\t\n", b"\xef\xbb\xbf", b"\xff\xfe", b"\x1a"])
def test_an_empty_file(content: bytes) -> None:
    assert isinstance(refused(content), EmptyFile)


def test_headings_without_people() -> None:
    refusal = refused(b"email,first_name\r\n\r\n,\r\n")
    assert isinstance(refusal, EmptyFile)
    assert str(refusal) == "The file names no people."


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (workbook(), "Excel workbook"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 99, "old Excel"),
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3", "PDF"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "not a text file"),
        (b"email,first_name\na@b.de,An\0na\n", "NUL"),
        ("email\na@b.de".encode("utf-16-le") + b"\x00\xd8", "damaged"),
        ("email\nä@b.de\n".encode("windows-1252") + b"\x81", "damaged"),
        (bytes(range(1, 256)) * 4, "damaged"),
        (b"\x01\x02\x03\x04email", "not a text file"),
    ],
)
def test_a_file_that_is_no_text_says_what_to_do(content: bytes, word: str) -> None:
    refusal = refused(content)
    assert isinstance(refusal, NotText)
    assert word in str(refusal)


def test_unknown_headings_name_what_is_expected_and_what_was_found() -> None:
    refusal = refused(b"Straat;Plaats\nA;B\n")
    assert isinstance(refusal, UnknownHeadings)
    assert "User principal name" in str(refusal)
    assert str(refusal).endswith("Found: Straat, Plaats")


def test_a_file_without_headings_is_not_guessed() -> None:
    assert isinstance(refused(b"anna@a.de,Anna,Meier\n"), UnknownHeadings)


_PERSON = "objectClass: person\nmail: anna@a.de\n"


@pytest.mark.parametrize(
    ("text", "file_name", "line", "found"),
    [
        (_PERSON, "", 1, "objectClass: person"),
        (f"# extended LDIF\n#\n\n{_PERSON}", "people.txt", 4, "objectClass: person"),
        (f"mail:: YW5uYUBhLmRl\n{_PERSON}", "", 1, "mail:: YW5uYUBhLmRl"),
        ("o=Musterwerk,c=de\n" + _PERSON, "Export.LDIF", 1, "o=Musterwerk,c=de"),
        ("verzeichnis\n", "people.ldf", 1, "verzeichnis"),
    ],
)
def test_ldif_without_its_beginning_is_told_as_ldif(
    text: str, file_name: str, line: int, found: str
) -> None:
    with pytest.raises(BrokenLdif) as caught:
        read_people(text.encode(), file_name=file_name, default_kind="full")
    assert f"in line {line} with “{found}”" in str(caught.value)
    assert "User principal name" not in str(caught.value)
    with translation.override("de"):
        with pytest.raises(BrokenLdif) as german:
            read_people(text.encode(), file_name=file_name, default_kind="full")
        assert "keine vollständige LDIF-Datei" in str(german.value)


def test_a_table_is_no_ldif_whatever_its_name_and_first_line() -> None:
    file = read_people(b"email\nanna@a.de\n", file_name="people.ldif", default_kind="full")
    assert [row.email for row in file.rows] == ["anna@a.de"]
    assert isinstance(refused(b"Name: Ort\nA;B\n"), UnknownHeadings)


def test_ldif_without_people_says_what_a_person_is() -> None:
    refusal = refused(b"dn: ou=people\nobjectClass: organizationalUnit\nou: people\n")
    assert isinstance(refusal, EmptyFile)
    assert "inetOrgPerson" in str(refusal)


def test_a_quotation_mark_that_is_never_closed_names_its_line() -> None:
    refusal = refused(b'email,last_name\na@b.de,Meier\nc@d.de,"Huber\ne@f.de,Weber\n')
    assert isinstance(refusal, BrokenQuotes)
    assert "Line 3" in str(refusal)
    long = refused(b'email,last_name\na@b.de,"' + b"x\n" * 100_000)
    assert isinstance(long, BrokenQuotes)
    assert "Line 2" in str(long)


def test_more_than_a_hundred_thousand_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    assert read.MAX_ROWS == 100_000
    monkeypatch.setattr(read, "MAX_ROWS", 1_000)
    rows = "".join(f"p{number}@a.de\n" for number in range(1_000))
    assert len(read_people(f"email\n{rows}".encode(), default_kind="full").rows) == 1_000
    refusal = refused(f"email\n{rows}one.more@a.de\n".encode())
    assert isinstance(refusal, TooManyRows)
    assert "1,000" in str(refusal)


@pytest.mark.parametrize(
    "address",
    [
        "anna",
        "anna@",
        "@a.de",
        "anna@a",
        "a b@a.de",
        "anna@a..de",
        "anna@a.de, eva@a.de",
    ],
)
def test_a_bad_address_is_named(address: str) -> None:
    (problem,) = left_out(f"email;first_name\n{address};Anna\n")
    assert (problem.line, problem.code) == (2, "bad-email")
    assert problem.sentence == f"“{address}” is not an e-mail address."


def test_international_domains_are_addresses() -> None:
    file = read_people("email\nAnna@KÄSE.example\n".encode(), default_kind="full")
    assert [row.email for row in file.rows] == ["anna@käse.example"]


def test_values_that_do_not_fit_are_reported_not_cut() -> None:
    long, fits = "x" * 81, "y" * 80
    text = f"email,first_name,phone\na@a.de,{long},1\nb@a.de,{fits},1\nc@a.de,C,{'1' * 41}\n"
    found = left_out(text)
    assert [(problem.line, problem.code) for problem in found] == [(2, "too-long"), (4, "too-long")]
    assert found[0].sentence == "The first name has 81 characters; at most 80 are possible."
    assert left_out(f"email\n{'a' * 250}@a.de\n")[0].code == "too-long"


def test_duplicates_name_both_lines_whatever_the_case() -> None:
    found = left_out('email,last_name\na@b.de,"Meier\nHuber"\nA@B.de,Meier\n')
    assert [(problem.line, problem.code, problem.values) for problem in found] == [
        (4, "duplicate", {"first": 2})
    ]
    assert found[0].sentence == "The same e-mail address is already in line 2."


def test_line_numbers_are_those_of_an_editor() -> None:
    text = '\n\nemail,last_name\n\n"a@b.de","Mei\n\ner"\nbad,x\n'
    file = read_people(text.encode(), default_kind="full")
    assert [(row.line, row.last_name) for row in file.rows] == [(5, "Mei er")]
    assert [problem.line for problem in file.problems] == [8]


def test_other_faults_of_a_row() -> None:
    found = left_out(
        "email,first_name,kind\n,Anna,\na@b.de,A\x07nna,\nc@d.de,C,super\ne@f.de,Müller,E,full\n"
        "g@h.de,A\u202enna,\n"
    )
    assert [(problem.line, problem.code) for problem in found] == [
        (2, "no-email"),
        (3, "bad-character"),
        (4, "bad-kind"),
        (5, "too-many-cells"),
        (6, "bad-character"),
    ]


def test_every_reason_has_its_words() -> None:
    values = {
        "value": "x", "field": "phone", "length": 1, "limit": 1, "found": 1, "expected": 1,
        "first": 1, "at": 1,
    }  # fmt: skip
    for code in CODES:
        assert "%(" not in sentence_for(code, values)


@pytest.mark.parametrize("address", ["\u017fophie@a.de", "jörg@a.de"])
def test_a_letter_that_is_not_possible_before_the_at_sign_is_named(address: str) -> None:
    (problem,) = left_out(f"email;first_name\n{address};Anna\n")
    assert (problem.line, problem.code) == (2, "no-ascii-email")
    assert address in problem.sentence


def test_a_row_with_too_many_columns_names_its_person() -> None:
    (problem,) = left_out("email;first_name\nanna@a.de;Anna;Krüger\n")
    assert (problem.code, problem.email, problem.name) == ("too-many-cells", "anna@a.de", "Anna")
