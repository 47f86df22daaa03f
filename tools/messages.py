"""Translations: one PO file per area and language, merged and compiled without msgfmt.

tools/messages.py compile              siegel/locale/<lang>/*.po -> LC_MESSAGES/django.mo
tools/messages.py missing              what has no German yet, is fuzzy, or is no longer used
tools/messages.py stub AREA [PATH …]   append the untranslated texts under PATH to de/AREA.po
tools/messages.py prune                drop the texts that the source no longer has
"""

import argparse
import inspect
import io
import os
import re
import sys
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_python
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from siegel.commands import main as siegel_command  # noqa: E402
from siegel.commands._language import help_texts  # noqa: E402

LOCALE = ROOT / "siegel" / "locale"
SOURCES = (ROOT / "siegel", ROOT / "config")
#: German for texts of Django and allauth that we say in our own way; they are not in our source.
VENDOR = "vendor"

_KEYWORDS: dict[str, None] = {"_": None}
for _prefix in ("", "n", "p", "np"):
    for _suffix in ("", "_lazy", "_noop"):
        _KEYWORDS[f"{_prefix}gettext{_suffix}"] = None
_PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]|%[sd]|\{(\w*)\}")


class Conflict(Exception):  # noqa: N818 - the text is the whole message
    """Two areas translate one text in two ways, or a file cannot be read."""


class Key(NamedTuple):
    """What identifies a text: its context ("" for none) and its (singular) English wording."""

    context: str
    text: str


class Found(NamedTuple):
    """A text in the source."""

    key: Key
    plural: str
    path: Path
    line: int


def _sources(paths: Iterable[Path]) -> Iterator[Path]:
    for path in paths:
        if path.is_file():
            yield path
            continue
        for found in sorted(path.rglob("*")):
            if found.suffix in {".py", ".html", ".txt"} and "migrations" not in found.parts:
                yield found


def _calls(path: Path) -> Iterator[tuple[int, str, object]]:
    text = path.read_text(encoding="utf-8")
    if path.suffix != ".py":
        # templatize() writes gettext calls between blanked-out text. The brackets around it stop
        # Python's tokenizer from stumbling over the template's indentation.
        text = f"({templatize(text, origin=str(path))}\n)"
    stream = io.BytesIO(text.encode())
    for line, function, message, _comments in extract_python(stream, _KEYWORDS, [], {}):
        yield line, str(function), message


def _help_of_commands() -> Iterator[Found]:
    """Yield what `siegel COMMAND --help` says: docstrings and options, which nobody marks."""
    for command in (siegel_command.main, *siegel_command.commands().values()):
        callback = inspect.unwrap(command.callback or _help_of_commands)
        path = Path(inspect.getfile(callback))
        for text in help_texts(command):
            yield Found(Key("", text), "", path, callback.__code__.co_firstlineno)


def extract(paths: Iterable[Path] = SOURCES) -> Iterator[Found]:
    """Yield every translatable text of the Python files and templates under the paths."""
    if any((ROOT / "siegel" / "commands").is_relative_to(path) for path in paths):
        yield from _help_of_commands()
    for path in _sources(paths):
        for line, function, message in _calls(path):
            parts = message if isinstance(message, tuple) else (message,)
            context = ""
            if "pgettext" in function:
                context, parts = str(parts[0]), parts[1:]
            if not parts or not isinstance(parts[0], str) or not parts[0]:
                continue
            plural = parts[1] if "ngettext" in function or "npgettext" in function else ""
            yield Found(Key(context, parts[0]), str(plural or ""), path, line)


def _key(message: Message) -> Key:
    text = message.id[0] if isinstance(message.id, (tuple, list)) else message.id
    return Key(message.context or "", str(text))


def read_area(path: Path, language: str) -> Catalog:
    """Return one PO file.

    :raises Conflict: the file is no PO file.
    """
    try:
        with path.open("rb") as stream:
            return read_po(stream, locale=language, charset="utf-8", abort_invalid=True)
    except Exception as error:
        raise Conflict(f"{path.relative_to(ROOT)}: {error}") from None


def areas(language: str, locale: Path | None = None) -> dict[str, Catalog]:
    """Return every area's catalogue of the language."""
    return {
        path.stem: read_area(path, language)
        for path in sorted(((locale or LOCALE) / language).glob("*.po"))
    }


def merge(language: str, locale: Path | None = None) -> Catalog:
    """Return one catalogue of all areas.

    :raises Conflict: two areas translate one text differently.
    """
    merged = Catalog(locale=language, domain="django", charset="utf-8")
    seen: dict[Key, tuple[str, Message]] = {}
    for area, catalog in areas(language, locale).items():
        for message in catalog:
            if not message.id or message.fuzzy or not _translated(message):
                continue
            key = _key(message)
            before = seen.get(key)
            if before and before[1].string != message.string:
                raise Conflict(
                    f"{language}: {key.text!r} is {before[1].string!r} in {before[0]}.po "
                    f"but {message.string!r} in {area}.po"
                )
            if before and before[1].pluralizable and not message.pluralizable:
                continue
            seen[key] = (area, message)
            merged.delete(message.id, message.context)
            merged.add(message.id, message.string, context=message.context)
    return merged


def _translated(message: Message) -> bool:
    if isinstance(message.string, (tuple, list)):
        return all(message.string) and len(message.string) > 1
    return bool(message.string)


def compile_all(locale: Path = LOCALE) -> list[Path]:
    """Write django.mo of every language whose PO files are newer; return what was written."""
    written = []
    for folder in sorted({path.parent for path in locale.glob("*/*.po")}):
        sources = [*folder.glob("*.po"), folder]  # the folder's time changes when one goes
        target = folder / "LC_MESSAGES" / "django.mo"
        newest = max(path.stat().st_mtime for path in sources)
        if target.exists() and target.stat().st_mtime > newest:
            continue
        catalog = merge(folder.name, locale)
        target.parent.mkdir(exist_ok=True)
        # Written beside and moved: another process never reads half a file.
        with tempfile.NamedTemporaryFile(dir=target.parent, delete=False) as stream:
            write_mo(stream, catalog)
        Path(stream.name).chmod(0o644)
        os.replace(stream.name, target)
        written.append(target)
    return written


def _placeholders(text: str) -> set[str]:
    return {match.group(0) for match in _PLACEHOLDER.finditer(text)}


def _complaints(area: str, message: Message, used: set[Key]) -> Iterator[str]:
    key = _key(message)
    if message.fuzzy:
        yield f"fuzzy in {area}.po: {key.text!r}"
    if key not in used and area != VENDOR:
        yield f"no longer used, in {area}.po: {key.text!r}"
    ids = message.id if isinstance(message.id, (tuple, list)) else (message.id,)
    strings = message.string if isinstance(message.string, (tuple, list)) else (message.string,)
    allowed = set().union(*(_placeholders(str(text)) for text in ids))
    for string in filter(None, strings):
        # A singular may leave the number out ("one license"), no form may invent a placeholder.
        stray = _placeholders(str(string)) - allowed
        lost = set() if len(ids) > 1 else allowed - _placeholders(str(string))
        if stray or lost:
            names = ", ".join(sorted(stray | lost))
            yield f"placeholder {names} differs in {area}.po: {key.text!r}"


def missing(language: str = "de") -> list[str]:
    """Return everything that keeps the translation from being complete, a line each."""
    found = list(extract())
    used = {item.key for item in found}
    merged = merge(language)
    lines = []
    told: set[Key] = set()
    for item in found:
        message = merged.get(item.key.text, item.key.context or None)
        if item.key in told or (message and (message.pluralizable or not item.plural)):
            continue
        told.add(item.key)
        where = f"{item.path.relative_to(ROOT)}:{item.line}"
        lines.append(f"not translated, {where}: {item.key.text!r}")
    for area, catalog in areas(language).items():
        for message in catalog:
            if message.id:
                lines.extend(_complaints(area, message, used))
    return lines


def _write(path: Path, catalog: Catalog, language: str) -> None:
    plurals = f"nplurals={catalog.num_plurals}; plural={catalog.plural_expr};"
    with path.open("wb") as stream:
        # Babel's header carries the time of day and addresses of nobody; this is what tools need.
        stream.write(
            f'msgid ""\nmsgstr ""\n"Language: {language}\\n"\n"Plural-Forms: {plurals}\\n"\n'
            '"Content-Type: text/plain; charset=UTF-8\\n"\n\n'.encode()
        )
        write_po(stream, catalog, width=100, omit_header=True, no_location=True)


def _open_area(path: Path, language: str) -> Catalog:
    if path.exists():
        return read_area(path, language)
    return Catalog(locale=language, charset="utf-8")


def stub(area: str, paths: Iterable[Path] = SOURCES, language: str = "de") -> int:
    """Append the untranslated texts under the paths to the area's file; return how many."""
    target = LOCALE / language / f"{area}.po"
    known = {
        _key(message) for catalog in areas(language).values() for message in catalog if message.id
    }
    catalog = _open_area(target, language)
    count = 0
    for item in extract(paths):
        if item.key in known:
            continue
        known.add(item.key)
        identifier = (item.key.text, item.plural) if item.plural else item.key.text
        catalog.add(identifier, context=item.key.context or None)
        count += 1
    if count:
        _write(target, catalog, language)
    return count


def prune(language: str = "de") -> int:
    """Drop texts from the PO files that the source no longer has; return how many."""
    used = {item.key for item in extract()}
    count = 0
    for area, catalog in areas(language).items():
        stale = [
            message
            for message in catalog
            if message.id and area != VENDOR and _key(message) not in used
        ]
        for message in stale:
            catalog.delete(message.id, message.context)
        if stale:
            _write(LOCALE / language / f"{area}.po", catalog, language)
        count += len(stale)
    return count


def main() -> int:
    """Run one of the four commands."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("compile", help="merge and compile")
    commands.add_parser("missing", help="list what is not translated")
    commands.add_parser("prune", help="drop unused texts")
    adding = commands.add_parser("stub", help="append untranslated texts to an area's file")
    adding.add_argument("area")
    adding.add_argument("paths", nargs="*", type=Path)
    given = parser.parse_args()
    try:
        if given.command == "compile":
            for path in compile_all():
                print(path.relative_to(ROOT))
        elif given.command == "stub":
            paths = [path.resolve() for path in given.paths] or SOURCES
            print(f"{stub(given.area, paths)} texts added to siegel/locale/de/{given.area}.po")
        elif given.command == "prune":
            print(f"{prune()} texts dropped")
        else:
            lines = missing()
            print("\n".join(lines) or "Everything is translated.")
            return 1 if lines else 0
    except Conflict as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
