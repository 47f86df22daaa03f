"""The `siegel` command: quick to help, explains every refusal."""

import subprocess
import sys

import click
import pytest
from click.testing import CliRunner
from django.utils.translation import get_language

from siegel.commands import main as siegel
from siegel.core.refusal import NotFound, Refusal, WayOut
from tools.messages import compile_all


def run(
    monkeypatch: pytest.MonkeyPatch, command: click.Command, *words: str
) -> click.testing.Result:
    monkeypatch.setattr(siegel, "commands", lambda: {"try": command})
    return CliRunner().invoke(siegel.main, [*words, "try"])


def test_help_lists_the_commands_without_loading_django() -> None:
    script = (
        "import sys\n"
        "from siegel.commands.main import commands\n"
        "assert {'setup', 'run', 'serve', 'worker', 'verify'} <= set(commands()), commands()\n"
        "assert 'django' not in sys.modules, 'a command module imports Django at its top'\n"
    )
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr


def test_a_refusal_is_its_sentence_its_rows_and_the_ways_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    @click.command("try")
    def refused() -> None:
        raise Refusal(
            "Nichts ist frei.", rows=("Anna Krüger",), ways_out=(WayOut("book", "Hinzubuchen"),)
        )

    result = run(monkeypatch, refused)

    assert result.exit_code == 1
    assert result.stderr.splitlines() == ["Nichts ist frei.", "  Anna Krüger", "→ Hinzubuchen"]
    assert result.stdout == ""


def test_every_kind_of_refusal_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    @click.command("try")
    def missing() -> None:
        raise NotFound("Dieses Konto gibt es nicht.")

    assert run(monkeypatch, missing).exit_code == 1


@pytest.mark.parametrize(("words", "language"), [((), "de"), (("--language", "en"), "en")])
def test_answers_are_german_unless_asked_for_english(
    monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], language: str
) -> None:
    monkeypatch.setenv("LANGUAGE", "fr")

    @click.command("try")
    def speak() -> None:
        siegel.start_django(click.get_current_context().find_root().params["language"])
        click.echo(get_language())

    assert run(monkeypatch, speak, *words).output.strip() == language


def test_an_unknown_command_is_told() -> None:
    result = CliRunner().invoke(siegel.main, ["reassing"])

    assert result.exit_code == 2
    assert "Einen Befehl 'reassing' gibt es nicht" in result.output


@pytest.mark.parametrize(
    ("words", "german", "english"),
    [
        (["nothing"], "Einen Befehl 'nothing' gibt es nicht", "No such command 'nothing'"),
        (["--help"], "Befehle:", "Commands:"),
        (["status"], "Es fehlt das Argument", "Missing argument"),
        (["verify", "--wrong"], "Eine Option '--wrong' gibt es nicht", "No such option '--wrong'"),
    ],
)
def test_click_speaks_our_language(words: list[str], german: str, english: str) -> None:
    compile_all()
    assert german in CliRunner().invoke(siegel.main, words).output
    assert english in CliRunner().invoke(siegel.main, ["--language", "en", *words]).output
    assert english in CliRunner().invoke(siegel.main, ["--language=en", *words]).output
