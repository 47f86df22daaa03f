"""Tables as CSV and XLSX files, written as they are read: a million rows need no more memory."""

import csv
import os
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import xlsxwriter
from django.http import FileResponse, HttpResponse, StreamingHttpResponse
from django.utils.text import slugify
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from siegel.core.refusal import BadInput

Cell = str | int | Decimal | datetime | None
Row = Sequence[Cell]

#: What an XLSX sheet can hold, heading included; what is beyond goes on the next sheet.
SHEET_ROWS = 1_048_576
#: A text that begins like this may be run as a formula by spreadsheet programs.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_PIECE = 500
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def export_response(
    form: str,
    *,
    name: str,
    day: date,
    sheet: str,
    heading: Sequence[str],
    rows: Iterable[Row],
    zone: ZoneInfo,
) -> HttpResponse | StreamingHttpResponse | FileResponse:
    """Answer with the table as a file: ``csv`` or ``xlsx``; moments are in the time zone.

    ``day`` is the one that the figures are of and goes into the file's name; ``sheet`` names the
    sheet.

    :raises BadInput: another format.
    """
    file_name = slugify(f"{name}-{day}")
    if form == "csv":
        streamed = StreamingHttpResponse(
            csv_pieces(heading, rows, zone), content_type="text/csv; charset=utf-8"
        )
        streamed["Content-Disposition"] = f'attachment; filename="{file_name}.csv"'
        return streamed
    if form == "xlsx":
        file = write_xlsx(heading, rows, zone, sheet)
        return FileResponse(
            file, as_attachment=True, filename=f"{file_name}.xlsx", content_type=_XLSX
        )
    raise BadInput(
        _("There is no export as “%(format)s”, only as csv or xlsx.") % {"format": form[:20]},
        value=form[:20],
    )


class _Echo:
    """A file that gives back what is written into it."""

    def write(self, text: str) -> str:
        return text


def csv_pieces(heading: Sequence[str], rows: Iterable[Row], zone: ZoneInfo) -> Iterator[bytes]:
    """Yield the table in UTF-8 with byte order mark and semicolons, as German Excel opens it."""
    writer = csv.writer(_Echo(), delimiter=";")
    # Asked for once: the rows are written when the request may be over.
    point = "." if (get_language() or "de").startswith("en") else ","
    piece: list[str] = ["\ufeff", writer.writerow(heading)]
    for row in rows:
        piece.append(writer.writerow([_csv_cell(cell, zone, point) for cell in row]))
        if len(piece) >= _PIECE:
            yield "".join(piece).encode()
            piece.clear()
    yield "".join(piece).encode()


def _csv_cell(cell: Cell, zone: ZoneInfo, point: str) -> str | int:
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return cell.astimezone(zone).strftime("%Y-%m-%d %H:%M:%S")
    if isinstance(cell, Decimal):
        return f"{cell.normalize():f}".replace(".", point)
    # Only texts that people typed can be formulas; our own negative numbers stay numbers.
    if isinstance(cell, str) and cell.startswith(_FORMULA):
        return f"'{cell}"
    return cell


def write_xlsx(heading: Sequence[str], rows: Iterable[Row], zone: ZoneInfo, title: str = "") -> Any:
    """Return an open temporary file with the table; closing it removes it."""
    handle, path = tempfile.mkstemp(suffix=".xlsx")
    os.close(handle)
    try:
        book = xlsxwriter.Workbook(path, {"constant_memory": True, "strings_to_formulas": False})
        bold = book.add_format({"bold": True})
        moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
        sheet, number = None, SHEET_ROWS
        for row in rows:
            if number >= SHEET_ROWS:
                _filter(sheet, number, heading)
                sheet, number = _new_sheet(book, title, heading, bold), 1
            _write_row(sheet, number, row, moment, zone)
            number += 1
        if sheet is None:
            sheet, number = _new_sheet(book, title, heading, bold), 1
        _filter(sheet, number, heading)
        book.close()
        return Path(path).open("rb")
    finally:
        # The open file keeps its content; no name is left behind, whatever happens.
        Path(path).unlink(missing_ok=True)


def _filter(sheet: Any, rows: int, heading: Sequence[str]) -> None:
    """Let every column be filtered, down to the last row that was written."""
    if sheet is not None:
        sheet.autofilter(0, 0, rows - 1, len(heading) - 1)


def _new_sheet(book: Any, title: str, heading: Sequence[str], bold: Any) -> Any:
    number = len(book.worksheets()) + 1
    name = f"{title[:24]} {number}" if number > 1 else title[:31]
    sheet = book.add_worksheet(name if title else None)
    sheet.freeze_panes(1, 0)
    sheet.set_column(0, len(heading) - 1, 20)
    for column, word in enumerate(heading):
        sheet.write_string(0, column, word, bold)
    return sheet


def _write_row(sheet: Any, number: int, row: Row, moment: Any, zone: ZoneInfo) -> None:
    for column, cell in enumerate(row):
        if isinstance(cell, datetime):
            # Spreadsheets know no time zones: the local time, without one.
            local = cell.astimezone(zone).replace(tzinfo=None)
            sheet.write_datetime(number, column, local, moment)
        elif isinstance(cell, int | Decimal):
            sheet.write_number(number, column, cell)
        elif cell is not None:
            # As a typed string it is never taken for a formula.
            sheet.write_string(number, column, cell[:32_767])
