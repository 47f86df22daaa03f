"""`siegel remove-people` and `siegel restore-person`: shown first, done with --yes, undone."""

import pytest
from click.testing import CliRunner

from siegel.boxes.models import Box
from siegel.commands.main import main
from siegel.licensing.kinds import LicenseState
from siegel.licensing.models import License, Removal
from tests import cast, make

pytestmark = pytest.mark.django_db


def siegel(*words):
    return CliRunner().invoke(main, list(words))


def test_removing_is_shown_first_and_done_with_yes_and_undone():
    world = cast.assemble()
    box = make.box(world.paul, files=2, size=3_000_000_000)
    words = ("remove-people", "musterwerk", world.paul.email, world.otto.email)
    undecided = siegel(*words, "--yes")
    assert undecided.exit_code == 1
    assert "Paul Özdemir: 1 Box" in undecided.output
    shown = siegel(*words, "--successor", world.tom.email)
    assert "Boxen: 1, Dateien: 2, 3" in shown.output
    assert "Tom Brandt übernimmt Boxen: 1" in shown.output
    assert not Removal.objects.exists()
    done = siegel(*words, "--successor", world.tom.email, "--yes")
    assert (done.exit_code, Removal.objects.count()) == (0, 2)
    assert Box.objects.get(id=box).owner_id == world.tom.license_id
    back = siegel("restore-person", "musterwerk", world.paul.email)
    assert (back.exit_code, "von Nachfolgern: 1" in back.output) == (0, True)
    assert License.objects.get(id=world.paul.license_id).state == LicenseState.ACTIVE
    again = siegel("restore-person", "musterwerk", world.paul.email)
    assert (again.exit_code, "liegt im Papierkorb" in again.output) == (1, True)


def test_the_bin_takes_their_boxes():
    world = cast.assemble()
    make.box(world.paul)
    assert siegel("remove-people", "musterwerk", world.paul.email, "--bin", "--yes").exit_code == 0
    assert Box.objects.get().binned_with == Removal.objects.get()


def test_what_cannot_be_is_a_sentence_and_changes_nothing():
    world = cast.assemble()
    for words in (
        (world.paul.email, "--bin", "--successor", world.tom.email),
        ("niemand@musterwerk.test",),
        (world.anna.email, "--yes"),
        (world.xaver.email,),
    ):
        answer = siegel("remove-people", "musterwerk", *words)
        assert answer.exit_code == 1, words
        assert answer.output.strip()
    assert not Removal.objects.exists()
