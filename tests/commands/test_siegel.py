"""The `siegel` command: quick to help, explains every refusal."""

import subprocess
import sys

import click
import pytest
from click.testing import CliRunner
from django.utils.translation import get_language

from siegel.commands import main as siegel
from siegel.commands._language import shell_language
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


@pytest.mark.parametrize(
    ("environ", "language"),
    [
        ({"LANG": "de_AT.UTF-8"}, "de"),
        ({"LANG": "en_US.UTF-8", "LC_MESSAGES": "de_DE.UTF-8"}, "de"),
        ({"LANG": "de_DE.UTF-8", "LC_ALL": "C.UTF-8"}, "en"),
        ({"LANG": "de_DE.UTF-8", "LC_ALL": ""}, "de"),
        ({"LANG": "fr_FR.UTF-8"}, "en"),
        ({"LANG": "C"}, "en"),
        ({"LANG": "de"}, "de"),
        ({"LANG": "den_CA"}, "en"),
        ({}, "en"),
        ({"COMMAND_LANGUAGE": "de", "LC_ALL": "C"}, "de"),
        ({"COMMAND_LANGUAGE": "en", "LANG": "de_DE.UTF-8"}, "en"),
        ({"COMMAND_LANGUAGE": "", "LANG": "de_DE.UTF-8"}, "de"),
    ],
)
def test_the_shell_says_which_language_unless_the_setting_does(
    environ: dict[str, str], language: str
) -> None:
    assert shell_language(environ) == language


@pytest.mark.parametrize(
    ("words", "german", "english"),
    [
        (["--help"], "Vertrauliche Boxen", "Confidential boxes"),
        (["--help"], "Prüft, ob alles", "Check that everything"),
        (["--help"], "Sprache aller Antworten", "Language of all answers"),
        (["status", "--help"], "Kurzname des Kontos", "its short name"),
        (["status", "--help"], "Uhrzeit nach ISO 8601", "time in ISO 8601"),
        (["create-account", "--help"], "Laufzeit des Vertrags", "Term of the contract"),
        (["create-account", "--help"], "[erforderlich]", "[required]"),
        (["create-token", "--help"], "Wofür das Token gut ist", "What the token is for"),
    ],
)
def test_the_help_is_german_at_a_german_shell_and_english_at_others(
    monkeypatch: pytest.MonkeyPatch, words: list[str], german: str, english: str
) -> None:
    compile_all()
    monkeypatch.delenv("COMMAND_LANGUAGE")
    monkeypatch.delenv("LC_ALL", raising=False)
    monkeypatch.delenv("LC_MESSAGES", raising=False)
    for _twice in range(2):  # what one said does not stay for the next
        for locale, there, absent in (
            ("de_DE.UTF-8", german, english),
            ("en_GB.UTF-8", english, german),
        ):
            monkeypatch.setenv("LANG", locale)
            result = CliRunner().invoke(siegel.main, words)
            assert result.exit_code == 0
            said = " ".join(result.output.split())
            assert there in said
            assert absent not in said


def test_every_option_of_every_command_says_what_it_is_for() -> None:
    for command in siegel.commands().values():
        assert command.help
        for option in command.params:
            if isinstance(option, click.Option) and not option.hidden:
                assert option.help, f"{command.name} {option.name}"


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
