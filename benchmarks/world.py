"""Accounts to measure on, made through the real actions."""

import random
from datetime import UTC, datetime, timedelta
from uuid import UUID

from siegel.accounts import actions as accounts
from siegel.accounts.actions import PersonData
from siegel.accounts.permissions import SYSTEM
from siegel.accounts.queries import AccountFacts
from siegel.licensing import actions as licensing
from siegel.licensing.kinds import PoolKind
from siegel.licensing.rules import Quantities
from siegel.workflows.open_account import open_account

START = datetime(2024, 1, 10, 9, tzinfo=UTC)
CHUNK = 50_000


def account(slug: str, **totals: int) -> AccountFacts:
    """Open a Growth account with these totals."""
    return open_account(
        slug=slug,
        name=slug.capitalize(),
        package="growth",
        quantities=Quantities(**({"full": 10} | totals)),
        admin=PersonData(f"admin@{slug}.example", "Anna", "Krüger"),
        at=START,
    ).account


def use_data_rooms(of: AccountFacts, count: int) -> None:
    """Take ``count`` data-room licenses, spread over two years: no people are needed for them."""
    for begin in range(0, count, CHUNK):
        size = min(CHUNK, count - begin)
        licensing.assign_licenses(
            actor=SYSTEM,
            account_id=of.id,
            kind=PoolKind.DATA_ROOM,
            holder_ids=[None] * size,
            at=START + timedelta(days=700 * (begin + 1) / count),
        )


def profiles(of: AccountFacts, count: int, prefix: str) -> list[UUID]:
    """Create people without a license; return their profile ids."""
    data = people(count, prefix)
    made = accounts.ensure_profiles(actor=SYSTEM, account_id=of.id, people=data, at=START)
    return [made[one.email].id for one in data]


def people(count: int, prefix: str) -> list[PersonData]:
    """Return invented people with distinct addresses."""
    names = random.Random(1)
    first = "Anna Ben Clara David Emma Finn Greta Hugo Ida Jonas".split()
    last = "Albers Böhm Celik Dreyer Ebert Fuchs Göbel Hartwig Iversen Jansen".split()
    return [
        PersonData(
            f"{prefix}{number}@viele.example", names.choice(first), names.choice(last), "Viele AG"
        )
        for number in range(count)
    ]
