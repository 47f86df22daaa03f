"""Bytes to text: which encoding a file is in, or why it is no text at all."""

import codecs
import re

from django.utils.translation import gettext as _

from siegel.core.refusal import Refusal


class EmptyFile(Refusal):
    """There is nothing in the file, or headings and nothing below them."""

    code = "empty-file"


class NotText(Refusal):
    """The file is a workbook, a PDF, a picture …, or damaged text."""

    code = "not-text"


#: Longer marks first: the UTF-32 mark begins with the UTF-16 one.
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_CONTROLS = re.compile(r"[\x01-\x08\x0e-\x1f\x7f-\x9f]")


def decode(content: bytes) -> str:
    """Return the file as text, whatever of the usual encodings it is in.

    :raises EmptyFile: there is not one visible character.
    :raises NotText: a workbook, a PDF, another binary file, or bytes that fit no encoding.
    """
    if not content.strip():
        raise EmptyFile(_("The file is empty."))
    _refuse_known_binaries(content)
    text = _decode_bytes(content).rstrip("\x1a")  # Ctrl-Z: how DOS programs end a file
    if "\0" in text:
        raise NotText(
            _("The file contains NUL bytes, so it is no text. Please export it as CSV or LDIF.")
        )
    if not text.strip():
        raise EmptyFile(_("The file is empty."))
    start = text[:4096]
    if len(_CONTROLS.findall(start)) * 50 > len(start):
        raise _no_text()
    return text


def _no_text() -> NotText:
    return NotText(_("The file is not a text file. Please export the people as CSV or LDIF."))


def _refuse_known_binaries(content: bytes) -> None:
    if content.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        raise NotText(
            _(
                "This is an Excel workbook or a ZIP archive. In Excel choose “Save as” and "
                "“CSV UTF-8”, then upload the CSV file."
            )
        )
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        raise NotText(
            _(
                "This is an old Excel or Office file. In Excel choose “Save as” and "
                "“CSV UTF-8”, then upload the CSV file."
            )
        )
    if content.startswith(b"%PDF"):
        raise NotText(_("This is a PDF. Please export the people as CSV or LDIF."))


def _decode_bytes(content: bytes) -> str:
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return _strict(content[len(mark) :], encoding)
    # Every file that we know begins with two ASCII characters: a heading, a quote, "dn:", "# ".
    start = content[:4]
    if len(start) == 4 and start[1] == start[3] == 0 and start[0] and start[2]:
        return _strict(content, "utf-16-le")
    if len(start) == 4 and start[0] == start[2] == 0 and start[1] and start[3]:
        return _strict(content, "utf-16-be")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        if b"\0" in content:
            raise _no_text() from None
        return _strict(content, "windows-1252")


def _strict(content: bytes, encoding: str) -> str:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError:
        raise NotText(
            _(
                "The file is damaged or in an unknown encoding. Please save it in UTF-8 "
                "(Excel: “CSV UTF-8”)."
            )
        ) from None
