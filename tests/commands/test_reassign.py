"""Reassigning from the operator's shell."""

import pytest
from click.testing import CliRunner

from siegel.accounts import actions as accounts
from siegel.accounts.permissions import Role
from siegel.accounts.queries import roles_of
from siegel.commands.main import main
from siegel.licensing.models import License
from tests import cast, make

pytestmark = pytest.mark.django_db
NEW = "nora@musterwerk.test"


def run(*words, answer=""):
    return CliRunner().invoke(main, ["reassign", "musterwerk", *words], input=answer)


def test_it_shows_the_plan_and_asks():
    world = cast.assemble()
    make.box(world.paul)
    no = run(world.paul.email, NEW, answer="n\n")
    assert "1 Box geht über" in no.output
    assert "Es wurde nichts geändert." in no.output
    assert License.objects.get(id=world.paul.license_id).holder_id == world.paul.profile_id
    yes = run(world.paul.email, NEW, answer="y\n")
    assert yes.exit_code == 0, yes.output
    assert "/r/" in yes.output
    assert License.objects.get(id=world.paul.license_id).holder_id != world.paul.profile_id


def test_the_operator_replaces_a_lost_registration_administrator_with_the_roles():
    world = cast.assemble()
    refused = run(world.anna.email, NEW, "--yes")
    assert refused.exit_code == 1
    assert "letzte Registrierungsadministrator" in refused.output
    done = run(world.anna.email, NEW, "--yes", "--keep-roles")
    assert done.exit_code == 0, done.output
    holder = License.objects.get(id=world.anna.license_id).holder_id
    assert Role.REGISTRATION_ADMIN in roles_of(holder)


def test_somebody_without_a_license_is_one_sentence():
    cast.assemble()
    answer = run("niemand@musterwerk.test", NEW, "--yes")
    assert answer.exit_code == 1
    assert "keine Lizenz" in answer.output


def test_a_second_factor_is_reset_after_a_question():
    world = cast.assemble()
    accounts.add_passkey(
        person_id=world.paul.person_id, name="Schlüssel", credential={}, at=make.START
    )
    no = CliRunner().invoke(main, ["reset-second-factor", world.paul.email], input="n\n")
    assert "nichts geändert" in no.output
    yes = CliRunner().invoke(main, ["reset-second-factor", world.paul.email], input="y\n")
    assert "1 zweiter Faktor entfernt." in yes.output
