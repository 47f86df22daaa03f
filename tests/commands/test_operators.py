"""The commands of the operator's staff: passwords are asked for, never arguments."""

import re

import pytest
from click.testing import CliRunner

from siegel.accounts.models import Person
from siegel.accounts.permissions import Role
from siegel.accounts.queries import roles_of
from siegel.commands.main import commands, main
from tests import cast

pytestmark = pytest.mark.django_db
SECRET = "viel-zu-lang-zum-raten"
WHY = ["--reason", "Anna is gone; Paul showed his passport"]


def run(*arguments, typed=""):
    return CliRunner().invoke(main, ["--language", "de", *arguments], input=typed)


@pytest.fixture
def world():
    for email in ("omar@betreiber.test", "olga@betreiber.test"):
        made = run("create-operator", email, typed=f"{SECRET}\n{SECRET}\n")
        assert made.exit_code == 0, made.output
        assert SECRET not in made.output
    return cast.assemble()


def ask(world, **more):
    arguments = ["musterwerk", world.paul.email, "--as", "omar@betreiber.test", *WHY]
    return run("recover-admin", "request", *arguments, typed=f"{SECRET}\n", **more)


def test_asked_by_one_and_approved_by_another(world):
    asked = ask(world)
    assert asked.exit_code == 0, asked.output
    request = re.search(r"[0-9a-f-]{36}", asked.output)[0]
    own = run("recover-admin", "approve", request, "--as", "omar@betreiber.test", typed=SECRET)
    assert own.exit_code == 1
    assert "selbst beantragt" in own.output
    done = run("recover-admin", "approve", request, "--as", "olga@betreiber.test", typed=SECRET)
    assert done.exit_code == 0, done.output
    assert "zugestimmt" in done.output
    assert roles_of(world.paul.profile_id) == {Role.REGISTRATION_ADMIN}
    listed = run("recover-admin", "list").output
    assert request in listed
    assert "Beantragt durch omar@betreiber.test" in listed
    assert "Zugestimmt durch olga@betreiber.test" in listed


def test_a_wrong_password_asks_for_nothing(world):
    arguments = ["musterwerk", world.paul.email, "--as", "omar@betreiber.test", *WHY]
    wrong = run("recover-admin", "request", *arguments, typed="falsch\n")
    assert wrong.exit_code == 1
    assert "nicht Adresse und Passwort" in wrong.output
    assert "keine Anträge" in run("recover-admin", "list").output


def test_withdrawing_ends_a_request(world):
    request = re.search(r"[0-9a-f-]{36}", ask(world).output)[0]
    done = run("recover-admin", "withdraw", request, "--as", "olga@betreiber.test", typed=SECRET)
    assert "zurückgezogen" in done.output
    late = run("recover-admin", "approve", request, "--as", "olga@betreiber.test", typed=SECRET)
    assert late.exit_code == 1


@pytest.mark.parametrize(
    "arguments",
    [
        ["request", "musterwerk", "paul@musterwerk.test"],
        ["request", "musterwerk", "paul@musterwerk.test", "--as", "omar@betreiber.test"],
        ["approve", "keine-nummer", "--as", "omar@betreiber.test"],
        ["approve"],
    ],
)
def test_what_is_missing_is_said(db, arguments):
    assert run("recover-admin", *arguments).exit_code == 2


def test_a_bad_password_makes_no_operator(db):
    bad = run("create-operator", "neu@betreiber.test", typed="kurz\nkurz\n")
    assert bad.exit_code == 1
    assert "zu kurz" in bad.output
    assert not Person.objects.filter(email="neu@betreiber.test").exists()


def test_the_steps_of_recovering_are_no_commands_of_their_own():
    assert "recover-admin" in commands()
    assert not {"request", "approve", "withdraw", "list"} & set(commands())
    assert "Beantragen" in run("recover-admin", "request", "--help").output
    assert "--password" not in run("recover-admin", "request", "--help").output
