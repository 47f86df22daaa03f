"""Moving second factors to a new SECRET_KEY from the shell."""

import pytest
from click.testing import CliRunner

from siegel.commands.main import main
from tests import cast, factors

pytestmark = pytest.mark.django_db
NEW, OLD = "n" * 40, "o" * 40


def run():
    return CliRunner().invoke(main, ["--language", "de", "seal-again"])


def test_every_secret_moves_to_the_present_key(settings):
    settings.SECRET_KEY = OLD
    factors.give_app(cast.assemble().paul)
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = NEW, [OLD]
    result = run()
    assert (result.exit_code, result.output) == (
        0,
        "2 Geheimnisse sind mit dem jetzigen Schlüssel versiegelt.\n",
    )
    settings.SECRET_KEY_FALLBACKS = []
    assert run().exit_code == 0


def test_what_no_key_opens_is_told_and_fails(settings):
    factors.give_app(cast.assemble().paul)
    settings.SECRET_KEY = NEW
    result = run()
    assert result.exit_code == 1
    assert "2 Geheimnisse lassen sich mit keinem bekannten Schlüssel öffnen" in result.output
