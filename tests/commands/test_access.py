"""Guest ⇄ full, suspending and activating from the operator's shell."""

import pytest
from click.testing import CliRunner

from siegel.commands.main import main
from siegel.licensing.kinds import LicenseState, PoolKind
from siegel.licensing.models import License
from tests import cast, make

pytestmark = pytest.mark.django_db


def run(command, *words, answer=""):
    return CliRunner().invoke(main, [command, "musterwerk", *words], input=answer)


def test_the_kind_is_shown_asked_and_changed():
    world = cast.assemble()
    no = run("change-kind", world.gina.email, "full", answer="n\n")
    assert "Gina Rossi bekommt eine Volllizenz" in no.output
    assert License.objects.get(id=world.gina.license_id).pool.kind == PoolKind.GUEST
    for _twice in range(2):
        yes = run("change-kind", world.gina.email, "full", "--yes")
        assert yes.exit_code == 0, yes.output
        assert "Gina Rossi hat jetzt eine Volllizenz." in yes.output
    assert License.objects.get(id=world.gina.license_id).pool.kind == PoolKind.FULL


def test_a_no_is_a_sentence_with_ways_out():
    world = cast.assemble()
    make.people(world.musterwerk, 4)
    answer = run("change-kind", world.gina.email, "full", "--yes")
    assert answer.exit_code == 1
    assert "10 gebucht, 10 verbraucht" in answer.output


def test_suspending_says_what_it_does_and_activating_opens_again():
    world = cast.assemble()
    no = run("suspend", world.paul.email, answer="n\n")
    assert "Die Lizenz bleibt belegt, und nichts wird gelöscht." in no.output
    assert License.objects.get(id=world.paul.license_id).state == LicenseState.ACTIVE
    run("suspend", world.paul.email, "--yes")
    assert License.objects.get(id=world.paul.license_id).state == LicenseState.SUSPENDED
    assert "hat wieder Zugang" in run("activate", world.paul.email).output
    assert License.objects.get(id=world.paul.license_id).state == LicenseState.ACTIVE
    assert run("suspend", "niemand@musterwerk.test", "--yes").exit_code == 1
