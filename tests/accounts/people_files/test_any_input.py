"""Hypothesis: what is written comes back, and no bytes at all lead to anything but an answer."""

import csv
import io
from string import ascii_letters, digits

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from siegel.accounts.people_files import PeopleFile, PersonRow, read_people
from siegel.accounts.people_files.checks import tidy
from siegel.core.refusal import Refusal

# Every character of Windows-1252 that is visible, so that all encodings can carry the names.
LETTERS = st.sampled_from(
    [
        bytes([byte]).decode("windows-1252")
        for byte in range(0x20, 0x100)
        if byte not in {0x7F, 0x81, 0x8D, 0x8F, 0x90, 0x9D}
    ]
)
NAME = st.text(st.one_of(LETTERS, st.sampled_from("\n\t\";,'")), max_size=40)
LOCAL = st.text(f"{ascii_letters}{digits}_+-", min_size=1, max_size=30)
ROW = st.tuples(LOCAL, NAME, NAME, NAME, st.sampled_from(["", "full", "guest"]))
ENCODINGS = ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "windows-1252"]
HEADINGS = ["email", "first_name", "last_name", "organisation", "kind"]


@settings(max_examples=300, deadline=None)
@given(
    people=st.lists(ROW, min_size=1, max_size=12, unique_by=lambda row: row[0].lower()),
    encoding=st.sampled_from(ENCODINGS),
    delimiter=st.sampled_from(",;\t"),
    line_end=st.sampled_from(["\n", "\r\n", "\r"]),
    quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
    blank_lines=st.integers(0, 3),
)
def test_rows_survive_every_dialect(
    people: list[tuple[str, str, str, str, str]],
    encoding: str,
    delimiter: str,
    line_end: str,
    quoting: int,
    blank_lines: int,
) -> None:
    if line_end == "\r":
        quoting = csv.QUOTE_ALL  # the writer of Python 3.11 forgets to quote "\n" then
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter, lineterminator=line_end, quoting=quoting)
    writer.writerow(HEADINGS)
    expected = []
    for local, first, last, organisation, kind in people:
        line = out.getvalue().replace("\r\n", "\n").replace("\r", "\n").count("\n") + 1
        writer.writerow([f"{local}@a.example", first, last, organisation, kind])
        expected.append(
            PersonRow(
                line,
                f"{local}@a.example".lower(),
                tidy(first),
                tidy(last),
                tidy(organisation),
                kind=kind or None,  # type: ignore[arg-type]
            )
        )
    content = (out.getvalue() + line_end * blank_lines).encode(encoding)
    if encoding == "windows-1252":
        assume(content.isascii() or not _is_utf8(content))  # "Â" and "Ã" can make both
    file = read_people(content, default_kind="full")
    assert file.rows == tuple(expected)
    assert file.problems == ()


def _is_utf8(content: bytes) -> bool:
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _answers(content: bytes) -> None:
    try:
        file = read_people(content, file_name="x", default_kind="guest")
    except Refusal as refusal:
        assert str(refusal)
    else:
        assert isinstance(file, PeopleFile)
        assert all(problem.sentence for problem in file.problems)


@settings(max_examples=500, deadline=None)
@given(st.binary(max_size=400))
def test_any_bytes_get_an_answer(content: bytes) -> None:
    _answers(content)


@settings(max_examples=500, deadline=None)
@given(
    start=st.sampled_from(
        [
            "email,first_name\n",
            "sep=;\nE-Mail;Art\n",
            "User principal name\tProxy addresses\tBlock credential\n",
            "First Name [Required],Email Address [Required]\n",
            "version: 1\ndn: cn=a\nmail:",
            "dn:",
        ]
    ),
    rest=st.text(max_size=300),
    encoding=st.sampled_from(["utf-8", "utf-16", "utf-16-be", "utf-32"]),
)
def test_any_text_below_known_headings_gets_an_answer(start: str, rest: str, encoding: str) -> None:
    _answers((start + rest).encode(encoding, "surrogatepass"))


@settings(max_examples=300, deadline=None)
@given(start=st.sampled_from([b"email,first_name\n", b"dn: a\nmail:: "]), rest=st.binary())
def test_any_bytes_below_known_headings_get_an_answer(start: bytes, rest: bytes) -> None:
    _answers(start + rest)
