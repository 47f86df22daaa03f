"""In which language the `siegel` command speaks, its help as well."""

import copy
import gettext
import os
from collections.abc import Iterator, Mapping
from inspect import cleandoc
from pathlib import Path

import click

import siegel

LOCALE = Path(siegel.__file__).parent / "locale"
LANGUAGES = ("de", "en")


def shell_language(environ: Mapping[str, str] = os.environ) -> str:
    """Return the language of whoever sits at the shell: German for Germans, else English.

    COMMAND_LANGUAGE decides; without it the first of LC_ALL, LC_MESSAGES and LANG that is set.
    """
    named = environ.get("COMMAND_LANGUAGE", "")
    if named in LANGUAGES:
        return named
    locale = next(filter(None, map(environ.get, ("LC_ALL", "LC_MESSAGES", "LANG"))), "")
    return "de" if locale.partition(".")[0].partition("_")[0] == "de" else "en"


def speak(language: str) -> None:
    """Give click, which asks Python's own gettext, our catalogue; English where there is none."""
    # Where a catalogue has been compiled; that is done by the first command that needs it.
    gettext.bindtextdomain("django", str(LOCALE))
    gettext.textdomain("django")
    os.environ["LANGUAGE"] = language


def help_texts(command: click.Command) -> Iterator[str]:
    """Yield what the help of the command says, in English, for translators."""
    if command.help:
        yield cleandoc(command.help)
    for option in _options(command):
        if option.help:
            yield option.help
    for below in _below(command).values():
        yield from help_texts(below)


def translated(command: click.Command) -> click.Command:
    """Return a copy of the command whose help is in the language that ``speak`` was told."""
    spoken = copy.copy(command)
    spoken.params = [copy.copy(param) for param in command.params]
    if command.help:
        spoken.help = gettext.gettext(cleandoc(command.help))
    for option in _options(spoken):
        if option.help:
            option.help = gettext.gettext(option.help)
    if isinstance(spoken, click.Group):
        spoken.commands = {name: translated(below) for name, below in _below(command).items()}
    return spoken


def _below(command: click.Command) -> Mapping[str, click.Command]:
    return command.commands if isinstance(command, click.Group) else {}


def _options(command: click.Command) -> list[click.Option]:
    options = (param for param in command.params if isinstance(param, click.Option))
    return [option for option in options if not option.hidden]
