"""Licenses end at the moment that the ledger has for it, also where clocks differ a little."""

from datetime import timedelta

import pytest

from siegel.accounts.permissions import SYSTEM
from siegel.licensing.actions import release_license
from siegel.licensing.kinds import PoolKind
from siegel.licensing.queries.holder_filter import HolderFilter
from siegel.licensing.queries.holders import holders
from siegel.licensing.queries.status import license_status
from siegel.workflows.remove_people import remove_person
from tests import cast, make

pytestmark = pytest.mark.django_db
LATE = make.START + timedelta(hours=1)


@pytest.mark.parametrize("end", [remove_person, release_license])
def test_at_no_moment_a_list_has_fewer_rows_than_the_figure_says(end):
    world = cast.assemble()
    make.person(world.musterwerk, "neu@musterwerk.test", at=LATE)
    at = LATE - timedelta(seconds=10)  # of a machine whose clock is behind, or that had to wait
    end(actor=SYSTEM, account_id=world.musterwerk.id, license_id=world.paul.license_id, at=at)
    full = HolderFilter(kind=PoolKind.FULL)
    for moment in (at, LATE - timedelta(seconds=5), LATE):
        figure = license_status(world.musterwerk.id, at=moment).of(PoolKind.FULL).used
        page = holders(
            actor=world.anna.actor, account_id=world.musterwerk.id, filter=full, at=moment
        )
        assert page.total == figure, moment
