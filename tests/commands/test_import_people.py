"""The shell imports as the page does: plan, all or nothing, exit codes."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from siegel.accounts.models import Profile
from siegel.audit.models import Event
from siegel.commands.main import main
from siegel.licensing.models import License
from tests import make

pytestmark = pytest.mark.django_db
FILE = "email,first_name,last_name,kind\nneu@a.test,Nora,Neu,\ngast@a.test,Gero,,guest\nbad,,,\n"


@pytest.fixture(autouse=True)
def account() -> None:
    make.account(full=3)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "people.csv"
    path.write_text(FILE, encoding="utf-8")
    return path


def siegel(*arguments: object, stdin: str | None = None) -> Result:
    words = ["--language", "en", "import-people", *map(str, arguments)]
    return CliRunner().invoke(main, words, input=stdin)


def test_a_dry_run_prints_every_row_with_its_line_and_changes_nothing(file: Path) -> None:
    result = siegel("musterwerk", file, "--dry-run")
    assert result.exit_code == 0, result.output
    lines = result.output.splitlines()
    assert lines[1].split() == [
        "2",
        "will",
        "be",
        "imported",
        "neu@a.test",
        "Nora",
        "Neu",
        "Full",
        "license",
    ]
    assert "guest license" in lines[2].lower()
    assert "“bad” is not an e-mail address." in lines[3]
    assert "nothing was changed" in lines[-1]
    assert not Profile.objects.filter(email="neu@a.test").exists()


def test_the_import_and_its_repetition(file: Path) -> None:
    assert "2 people were imported." in siegel("musterwerk", file).output
    assert License.objects.filter(holder__email__in=["neu@a.test", "gast@a.test"]).count() == 2
    event = Event.objects.get(verb="people.import")
    assert (event.door, event.actor_id) == ("command", None)
    again = siegel("musterwerk", file)
    assert (again.exit_code, again.output.splitlines()[-1]) == (
        0,
        "Nothing to import: nothing was changed.",
    )


def test_json_says_the_same_to_programs(file: Path) -> None:
    answer = json.loads(siegel("musterwerk", file, "--json", "--kind", "guest").output)
    assert [(row["line"], row["outcome"], row["kind"]) for row in answer["rows"]] == [
        (2, "new", "guest"),
        (3, "new", "guest"),
        (4, "bad", None),
    ]
    assert answer["imported"] == {"full": 0, "guest": 2, "held": 0, "left_out": 1, "mailed": 0}
    assert answer["licenses"]["guest"]["needed"] == 2


def test_standard_input_is_a_file_too() -> None:
    assert "2 people were imported." in siegel("musterwerk", "-", stdin=FILE).output


def test_too_few_licenses_end_with_1_and_name_what_is_missing(tmp_path: Path) -> None:
    path = tmp_path / "many.csv"
    path.write_text("email\n" + "".join(f"p{n}@a.test\n" for n in range(5)))
    for options in ((), ("--dry-run",), ("--json",)):
        result = siegel("musterwerk", path, *options)
        assert result.exit_code == 1
        assert "5 needed, 2 available, 3 missing" in result.output
        assert "→ Book more licenses" in result.output
    assert not Profile.objects.filter(email="p0@a.test").exists()


def test_refusals_are_one_sentence_and_exit_code_1(tmp_path: Path, file: Path) -> None:
    empty = tmp_path / "empty.csv"
    empty.touch()
    for arguments, sentence in (
        (("nirgends", file), "There is no account “nirgends”."),
        (("musterwerk", empty), "The file is empty."),
        (("musterwerk", tmp_path / "no.csv"), "No such file or directory"),
        (("musterwerk", tmp_path), "Is a directory"),
    ):
        result = siegel(*arguments)
        assert result.exit_code == 1
        assert sentence in result.output
        assert "Traceback" not in result.output


def test_a_huge_file_is_not_read_to_its_end(tmp_path: Path) -> None:
    path = tmp_path / "huge.csv"
    with path.open("wb") as out:
        out.truncate(200_000_000)
    result = siegel("musterwerk", path)
    assert result.exit_code == 1
    assert "The file is larger than 20 MB." in result.output
