"""The whole way from an uploaded file to people and problems."""

from collections.abc import Iterator

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from siegel.accounts.people_files.checks import check_row
from siegel.accounts.people_files.headings import Columns
from siegel.accounts.people_files.ldif import Entry, broken_ldif, looks_like_ldif, read_entries
from siegel.accounts.people_files.rows import (
    MAX_ROWS,
    Kind,
    PeopleFile,
    PersonRow,
    RowProblem,
    Source,
)
from siegel.accounts.people_files.tables import Record, UnknownHeadings, read_table
from siegel.accounts.people_files.text import EmptyFile, decode
from siegel.core.refusal import Refusal

Checked = Iterator[PersonRow | RowProblem]


class TooManyRows(Refusal):
    """More people than one import takes."""

    code = "too-many-rows"


def read_people(content: bytes, *, file_name: str = "", default_kind: Kind) -> PeopleFile:
    """Return the people in a file; its format, encoding and delimiter are found by content.

    :raises EmptyFile: nothing in it, or headings only.
    :raises NotText: a workbook, a PDF, a binary file, damaged text.
    :raises UnknownHeadings: no column with e-mail addresses.
    :raises BrokenLdif: LDIF without its beginning.
    :raises BrokenQuotes: rows cannot be told apart.
    :raises TooManyRows: more than 100 000 rows.
    """
    text = decode(content)
    source: Source
    checked: Checked
    if looks_like_ldif(text):
        source, checked = "ldif", _from_ldif(text)
    else:
        columns, records = _table(text, file_name)
        source, checked = columns.source, _from_table(columns, records)
    rows, problems = _without_duplicates(checked)
    if not rows and not problems:
        raise EmptyFile(
            _no_person_in_ldif() if source == "ldif" else _("The file names no people.")
        )
    return PeopleFile(source, file_name, default_kind, tuple(rows), tuple(problems))


def _table(text: str, file_name: str) -> tuple[Columns, Iterator[Record]]:
    try:
        return read_table(text)
    except UnknownHeadings as unknown:
        raise broken_ldif(text, file_name) or unknown from None


def _no_person_in_ldif() -> str:
    return _(
        "No entry of this LDIF file is a person. A person's object class is person, "
        "organizationalPerson, inetOrgPerson or user."
    )


def _without_duplicates(checked: Checked) -> tuple[list[PersonRow], list[RowProblem]]:
    rows: list[PersonRow] = []
    problems: list[RowProblem] = []
    first_line: dict[str, int] = {}
    for found in checked:
        if len(rows) + len(problems) == MAX_ROWS:
            raise TooManyRows(
                _("The file has more than %(limit)s rows. Please split it.")
                % {"limit": number_format(MAX_ROWS, force_grouping=True)},
                limit=MAX_ROWS,
            )
        if isinstance(found, RowProblem):
            problems.append(found)
        elif found.email in first_line:
            values: dict[str, str | int] = {"first": first_line[found.email]}
            problems.append(
                RowProblem(found.line, "duplicate", values, email=found.email, name=found.name)
            )
        else:
            first_line[found.email] = found.line
            rows.append(found)
    return rows, problems


def _from_table(columns: Columns, records: Iterator[Record]) -> Checked:
    for line, cells in records:
        if any(cell.strip() for cell in cells[columns.width :]):
            values: dict[str, str | int] = {"found": len(cells), "expected": columns.width}
            who = check_row(line, _by_field(columns, cells))  # as far as the row tells
            yield RowProblem(line, "too-many-cells", values, email=who.email, name=who.name)
        else:
            yield check_row(line, _by_field(columns, cells))


def _by_field(columns: Columns, cells: list[str]) -> dict[str, str]:
    """Return field → cell; where several columns mean the same, the first non-empty one."""
    found = {}
    for name, positions in columns.positions.items():
        for position in positions:
            if position < len(cells) and cells[position].strip():
                found[name] = cells[position]
                break
    return found


def _from_ldif(text: str) -> Checked:
    for entry in read_entries(text):
        change = entry.first("changetype").casefold()
        if change not in {"", "add"}:
            yield RowProblem(entry.line, "ldif-change", {"value": change[:40]})
        elif entry.fault:
            yield RowProblem(entry.line, entry.fault[1], {"at": entry.fault[0]})
        elif entry.is_person:
            yield check_row(entry.line, _from_entry(entry))


def _from_entry(entry: Entry) -> dict[str, str]:
    return {
        "email": entry.first("mail", "userprincipalname"),
        "first_name": entry.first("givenname", "gn"),
        "last_name": entry.first("sn", "surname"),
        "display_name": entry.first("displayname", "cn", "commonname"),
        "organisation": entry.first("o", "organizationname", "company"),
        "department": entry.first("department", "departmentnumber", "ou"),
        "phone": entry.first("telephonenumber", "mobile"),
        "blocked": "true" if entry.is_blocked else "",
    }
