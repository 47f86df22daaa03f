"""The exports that administrators really have, in every encoding and delimiter."""

import csv
import io
from pathlib import Path

import pytest

from siegel.accounts.people_files import PeopleFile, PersonRow, read_people

SAMPLES = Path(__file__).parent / "samples"
ANNA = "anna.krueger@musterwerk.example"
JUERGEN = "juergen.weiss@musterwerk.example"
JOY = "joy.okafor@kanzlei.example"
ENCODINGS = (
    "utf-8",
    "utf-8-sig",
    "utf-16",
    "utf-16-le",
    "utf-16-be",
    "utf-32",
    "windows-1252",
)
CSV_SAMPLES = (
    "microsoft-365-en.csv",
    "microsoft-365-de.csv",
    "microsoft-365-simple.csv",
    "entra.csv",
    "google-workspace.csv",
    "own-de.csv",
    "own-en.csv",
)


def sample(name: str) -> str:
    return (SAMPLES / name).read_text(encoding="utf-8")


def read(name: str) -> PeopleFile:
    return read_people((SAMPLES / name).read_bytes(), file_name=name, default_kind="full")


def problems(file: PeopleFile) -> list[tuple[int, str, str]]:
    return [(problem.line, problem.code, problem.email) for problem in file.problems]


def test_the_microsoft_365_export_with_its_real_columns() -> None:
    file = read("microsoft-365-en.csv")
    assert file.source == "microsoft"
    assert file.rows == (
        PersonRow(2, ANNA, "Anna", "Krüger", "", "Einkauf", "+49 89 555010"),
        # Known to Microsoft by a cloud-only name: the primary address takes its place; a phone
        # number of the second choice, because the first is empty.
        PersonRow(3, JUERGEN, "Jürgen", "Weiß", "", "Entwicklung, Prototypen", "+49 171 5550102"),
        PersonRow(6, "max_m.gast@kanzlei.example", "Max", "Gast", kind="guest"),
        PersonRow(7, "empfang@musterwerk.example", "Empfang", "Nord"),
    )
    assert problems(file) == [(5, "blocked", "ehemalig@musterwerk.example")]


def test_the_microsoft_365_export_with_german_headings() -> None:
    file = read("microsoft-365-de.csv")
    assert file.source == "microsoft"
    assert file.rows == (PersonRow(2, ANNA, "Anna", "Krüger", "", "Einkauf", "+49 89 555010"),)
    assert problems(file) == [(3, "blocked", "alt@musterwerk.example")]


def test_names_come_from_the_display_name_where_nothing_else_is_known() -> None:
    file = read("microsoft-365-simple.csv")
    assert [(row.first_name, row.last_name) for row in file.rows] == [
        ("Anna", "Krüger"),
        ("Jürgen", "Weiß"),
    ]


def test_the_entra_download_knows_the_real_address_of_guests() -> None:
    file = read("entra.csv")
    assert file.rows == (
        PersonRow(2, ANNA, "Anna", "Krüger", "Musterwerk GmbH", "Einkauf", "+49 171 5550101"),
        PersonRow(3, JOY, "Joy", "Okafor", "Kanzlei Okafor", kind="guest"),
    )
    assert problems(file) == [(4, "blocked", "weg@musterwerk.example")]


def test_the_google_workspace_export() -> None:
    file = read("google-workspace.csv")
    assert file.source == "google"
    assert file.rows == (
        PersonRow(2, ANNA, "Anna", "Krüger", "", "Einkauf", "+49 89 555010"),
        PersonRow(3, JUERGEN, "Jürgen", "Weiß", "", "Entwicklung", "+49 171 5550102"),
    )
    assert problems(file) == [(5, "blocked", "alt@musterwerk.example")]


def test_our_own_file_in_german_as_excel_saves_it() -> None:
    file = read("own-de.csv")
    assert file.source == "csv"
    assert file.rows == (
        PersonRow(3, ANNA, "Anna", "Krüger", "Musterwerk GmbH", "Einkauf", "+49 89 555010", "full"),
        PersonRow(5, JOY, "Joy", "Okafor", "Kanzlei Okafor", kind="guest"),
        PersonRow(7, JUERGEN, "Jürgen", "Weiß"),
    )
    assert [file.kind_of(row) for row in file.rows] == ["full", "guest", "full"]


def test_our_own_file_in_english() -> None:
    assert read("own-en.csv").rows == (
        PersonRow(2, ANNA, "Anna", "Krüger", kind="full"),
        PersonRow(3, JOY, "Joy", "Okafor", kind="guest"),
    )


def test_family_names_under_the_heading_name() -> None:
    file = read_people(b"Name;Vorname;E-Mail\nMeier;Eva;eva@a.de\n", default_kind="guest")
    assert file.rows == (PersonRow(2, "eva@a.de", "Eva", "Meier"),)


def test_a_user_name_that_is_no_address_gives_way_to_the_mail_column() -> None:
    file = read_people(b"Username,Email\neva,eva@a.de\n", default_kind="full")
    assert [row.email for row in file.rows] == ["eva@a.de"]


def test_ldif_with_folding_base64_several_mails_and_other_entries() -> None:
    file = read("directory.ldif")
    assert file.source == "ldif"
    assert file.rows == (
        PersonRow(10, ANNA, "Anna", "Krüger", "Musterwerk GmbH", "Einkauf", "+49 89 555010"),
        PersonRow(25, JOY, "Joy", "Okafor", "", "Recht und Verträge"),
    )
    assert problems(file) == [
        (43, "blocked", "nur.name@musterwerk.example"),
        (49, "no-email", ""),
        (54, "ldif-change", ""),
        (60, "ldif-base64", ""),
    ]
    assert file.problems[-1].values == {"at": 62}


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("name", [*CSV_SAMPLES, "directory.ldif"])
def test_every_encoding_and_line_end_reads_the_same(
    name: str, encoding: str, line_end: str
) -> None:
    content = sample(name).replace("\n", line_end).encode(encoding)
    file = read_people(content, file_name=name, default_kind="full")
    assert (file.rows, file.problems) == (read(name).rows, read(name).problems)


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("name", [name for name in CSV_SAMPLES if name != "own-de.csv"])
def test_every_delimiter_reads_the_same(name: str, encoding: str, delimiter: str) -> None:
    out = io.StringIO()
    records = csv.reader(io.StringIO(sample(name), newline=""))
    csv.writer(out, delimiter=delimiter).writerows(records)
    content = (out.getvalue() + "\r\n\r\n").encode(encoding)
    file = read_people(content, file_name=name, default_kind="full")
    assert (file.rows, file.problems) == (read(name).rows, read(name).problems)
