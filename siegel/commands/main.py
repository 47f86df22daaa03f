"""The `siegel` command: finds its sub-commands, starts Django for them, explains every refusal."""

import copy
import functools
import importlib
import itertools
import os
import pkgutil
from collections.abc import Callable
from typing import Any

import click

import siegel.commands
from siegel.commands._language import LANGUAGES, shell_language, speak, translated
from siegel.core.env import BadSetting
from siegel.core.refusal import Refusal

REFUSED, BAD_SETTING = 1, 2


def start_django(language: str) -> None:
    """Read the settings, load the applications, speak the language.

    :raises BadSetting: an environment variable cannot be used.
    """
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    import django
    from django.utils import translation

    django.setup()
    translation.activate(language)


def prepares_itself(command: click.Command) -> click.Command:
    """Mark a command that starts Django on its own, because it makes what settings need first."""
    command.context_settings["obj"] = "prepares itself"
    return command


def _with_django(callback: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(callback)
    def run(*args: Any, **kwargs: Any) -> Any:
        start_django(click.get_current_context().find_root().params["language"])
        return callback(*args, **kwargs)

    return run


@functools.cache
def commands() -> dict[str, click.Command]:
    """Return every click command that the modules beside this one define, by name.

    The modules import Django and our apps inside their functions, so that `siegel --help` is fast.
    """
    found: dict[str, click.Command] = {}
    for module_info in pkgutil.iter_modules(siegel.commands.__path__):
        if module_info.name == "main" or module_info.name.startswith("_"):
            continue
        module = importlib.import_module(f"siegel.commands.{module_info.name}")
        defined = [one for one in vars(module).values() if isinstance(one, click.Command)]
        within = {sub for one in defined if isinstance(one, click.Group) for sub in _below(one)}
        for command in defined:
            if not command.name or command in within:  # a group's own commands come with it
                continue
            if command.callback and command.context_settings.pop("obj", None) is None:
                command.callback = _with_django(command.callback)
            found[command.name] = command
    return found


def _below(group: click.Group) -> list[click.Command]:
    return list(group.commands.values())


class Siegel(click.Group):
    """All sub-commands, and what they have in common: how they fail."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Choose click's own language first: what it complains about may come before ours."""
        named = [now for before, now in itertools.pairwise(args) if before == "--language"]
        named += [word.removeprefix("--language=") for word in args if "--language=" in word]
        speak(named[0] if named else shell_language())
        return super().parse_args(ctx, args)

    def get_params(self, ctx: click.Context) -> list[click.Parameter]:
        """Return our own options, their help in the language that was chosen."""
        own = copy.copy(self)
        own.params = translated(self).params
        return click.Command.get_params(own, ctx)

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names in the order of the alphabet."""
        return sorted(commands())

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return the command of this name."""
        found = commands().get(cmd_name)
        return translated(found) if found else None

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write what the command is for, in the language that was chosen."""
        click.Command.format_help_text(translated(self), ctx, formatter)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the sub-command; a refusal is a sentence and exit code 1, no traceback."""
        try:
            return super().invoke(ctx)
        except BadSetting as error:
            click.echo(str(error), err=True)
            ctx.exit(BAD_SETTING)
        except Refusal as refusal:
            click.echo(str(refusal), err=True)
            for row in refusal.rows:
                click.echo(f"  {row}", err=True)
            for way in refusal.ways_out:
                click.echo(f"→ {way.label}", err=True)
            ctx.exit(REFUSED)


@click.group(cls=Siegel)
@click.version_option(package_name="siegel", prog_name="siegel")
@click.option(
    "--language",
    type=click.Choice(LANGUAGES),
    default=shell_language,
    help="Language of all answers; that of the shell where it is not named.",
)
def main(language: str) -> None:
    """Confidential boxes with exact license accounts."""
