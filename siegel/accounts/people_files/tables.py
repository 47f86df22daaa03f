"""CSV in the dialects of spreadsheets and admin centers, with the line numbers of an editor."""

import csv
import io
import re
from collections.abc import Iterator

from django.utils.translation import gettext as _

from siegel.accounts.people_files.headings import Columns, recognise
from siegel.core.refusal import Refusal

Record = tuple[int, list[str]]  #: line where it begins, cells
_DELIMITERS: tuple[str, ...] = (",", ";", "\t")
#: A first line that tells Excel the delimiter.
_EXCEL_TELLS = re.compile(r'"?sep=(?P<delimiter>[,;|\t])"?[\r\n]', re.IGNORECASE)
#: A line after the last one: it is swallowed if and only if a quote was never closed. No text
#: that `decode` lets through holds a NUL.
_END = "\0"


class UnknownHeadings(Refusal):
    """The first line names no column that holds e-mail addresses."""

    code = "unknown-headings"


class BrokenQuotes(Refusal):
    """A quotation mark is opened and never closed, so rows cannot be told apart."""

    code = "broken-quotes"


def read_table(text: str) -> tuple[Columns, Iterator[Record]]:
    """Return the columns, and the records below the headings with their line numbers.

    :raises UnknownHeadings: no delimiter makes known headings of the first line.
    :raises BrokenQuotes: while reading; a quotation mark is never closed.
    """
    candidates, skip = _DELIMITERS, 0
    if told := _EXCEL_TELLS.match(text):
        candidates, skip = (told["delimiter"],), 1
    best: tuple[int, Columns, Iterator[Record]] | None = None
    seen: list[str] = []
    for delimiter in candidates:
        records = _records(text, delimiter, skip)
        _line, cells = next(records, (0, []))
        seen = max(seen, cells, key=len)
        columns = recognise(cells)
        if columns and (best is None or len(columns.positions) > best[0]):
            best = (len(columns.positions), columns, records)
    if best is None:
        raise _unknown(seen)
    return best[1], best[2]


def _records(text: str, delimiter: str, skip: int) -> Iterator[Record]:
    """Yield the records that are not blank; editors count CRLF, LF and CR as one line each."""
    lines = _lines(text)
    for _line in range(skip):
        next(lines, "")
    reader = csv.reader(lines, delimiter=delimiter, skipinitialspace=True)
    begin = skip + 1
    try:
        for cells in reader:
            if cells and _END in cells[-1]:
                if cells != [_END]:
                    raise _broken(begin)
                return
            if any(cell.strip() for cell in cells):
                yield begin, cells
            begin = skip + reader.line_num + 1
    except csv.Error:  # a field beyond 131 072 characters: an open quote swallows the file
        raise _broken(begin) from None


def _lines(text: str) -> Iterator[str]:
    # newline="" splits at CR, LF and CRLF and nowhere else, and keeps them inside of quotes.
    last = "\n"
    for line in io.StringIO(text, newline=""):
        last = line
        yield line
    if not last.endswith(("\n", "\r")):
        yield "\n"
    yield _END


def _broken(line: int) -> BrokenQuotes:
    return BrokenQuotes(
        _("Line %(line)d opens a quotation mark that is never closed.") % {"line": line},
        line=line,
    )


def _unknown(cells: list[str]) -> UnknownHeadings:
    found = ", ".join(cell.strip()[:40] for cell in cells[:6] if cell.strip())
    return UnknownHeadings(
        _(
            "The first line has to name the columns, for example “email, first_name, last_name, "
            "kind”, “User principal name, First name, Last name” (Microsoft 365) or “Email "
            "Address [Required], First Name [Required], Last Name [Required]” (Google). "
            "Found: %(found)s"
        )
        % {"found": found or "–"},
        found=found,
    )
