"""Opening accounts, inviting and making tokens from the shell."""

import pytest
from click.testing import CliRunner

from siegel.accounts.models import Account, Person, RegistrationLink
from siegel.accounts.pass_codes import is_pass_code
from siegel.accounts.queries import token_owner
from siegel.billing.actions import load_price_lists
from siegel.commands.main import main
from siegel.licensing.actions import load_packages
from siegel.workflows.accept_invitation import register
from tests import cast

pytestmark = pytest.mark.django_db
OPEN = ["create-account", "neu", "Neue GmbH", "--full", "3", "--admin-email", "Chefin@neu.test"]


def run(*words):
    return CliRunner().invoke(main, words)


def test_an_account_is_opened_with_contract_and_a_link_that_works():
    from django.utils import timezone

    load_packages()
    load_price_lists()
    result = run(*OPEN)
    assert result.exit_code == 0, result.output
    link = result.output.strip().splitlines()[-1]
    register(token=link.split("/")[-2], password="viel-zu-lang-zum-raten", at=timezone.now())
    assert Person.objects.get(email="chefin@neu.test").has_usable_password()
    assert "Neue GmbH" in run("status", "neu").output
    again = run(*OPEN)
    assert again.exit_code == 1
    assert "Kurznamen „neu“" in again.output


@pytest.mark.parametrize(
    "words",
    [
        ["create-account", "Groß", "X", "--admin-email", "a@b.test"],
        ["create-account", "-a", "X", "--admin-email", "a@b.test"],
        ["create-account", "neu", " ", "--admin-email", "a@b.test"],
        ["create-account", "neu", "X", "--admin-email", "a"],
        ["create-account", "neu", "X", "--admin-email", "a@b.test", "--package", "gibtsnicht"],
        ["create-account", "neu", "X", "--admin-email", "a@b.test", "--time-zone", "Mond/Mare"],
    ],
)
def test_what_cannot_be_opened_is_one_sentence_and_nothing_changes(words):
    load_packages()
    load_price_lists()
    result = run(*words)
    assert result.exit_code in {1, 2}
    assert "Traceback" not in result.output
    assert not Account.objects.exists()


def test_inviting_prints_the_link():
    cast.assemble()
    result = run("invite", "musterwerk", "neu@musterwerk.test", "--kind", "guest")
    assert result.exit_code == 0
    assert "/r/" in result.output
    assert run("invite", "musterwerk", "neu@musterwerk.test").exit_code == 1
    assert run("invite", "nirgends", "neu@musterwerk.test").exit_code == 1


def test_a_token_is_made_for_a_person_with_a_license_in_use():
    world = cast.assemble()
    result = run("create-token", "musterwerk", "Paul@musterwerk.test", "--label", "Bericht")
    assert result.exit_code == 0, result.output
    assert token_owner(result.output.strip()).profile_id == world.paul.profile_id
    for email in ("ines@musterwerk.test", "xaver@anderswo.test", "niemand@x.test"):
        assert run("create-token", "musterwerk", email, "--label", "x").exit_code == 1


def test_an_invitation_with_a_pass_code_prints_both_once():
    cast.assemble()
    result = run("invite", "musterwerk", "jonas@kanzlei.test", "--kind", "guest", "--pass-code")
    assert result.exit_code == 0, result.output
    link, code = result.output.strip().splitlines()[-2:]
    hashed = RegistrationLink.objects.get(profile__email="jonas@kanzlei.test").pass_code
    assert "/r/" in link
    assert is_pass_code(code, hashed)
