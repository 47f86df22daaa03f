"""The same people in every test: Musterwerk with its roles, and strangers next door."""

from dataclasses import dataclass

from siegel.accounts.permissions import Role
from siegel.accounts.queries import AccountFacts
from siegel.licensing.kinds import PoolKind
from tests import make
from tests.make import Somebody
from tests.recording import Recording


@dataclass(frozen=True)
class Cast:
    """Musterwerk GmbH (Growth, 10 full licenses) and Anderswo AG, a stranger."""

    musterwerk: AccountFacts
    anna: Somebody  # registration administrator
    tom: Somebody  # administrator
    bea: Somebody  # billing administrator
    otto: Somebody  # auditor
    paul: Somebody  # full license, no role
    gina: Somebody  # guest license
    ines: Somebody  # invited, has not accepted yet
    anderswo: AccountFacts
    xaver: Somebody  # registration administrator of the other account


def assemble() -> Cast:
    """Return the cast, who have come in through the real actions (see tests/recording.py)."""
    return RECORDING.play()


def _make() -> Cast:
    anna = make.account()
    home = anna.account
    xaver = make.account(
        "anderswo", "Anderswo AG", "essential", "xaver@anderswo.test", ("Xaver", "Fremd")
    )
    return Cast(
        musterwerk=home,
        anna=anna,
        tom=make.person(home, "tom@musterwerk.test", "Tom", "Brandt", roles=(Role.ADMIN,)),
        bea=make.person(home, "bea@musterwerk.test", "Bea", "Thiel", roles=(Role.BILLING_ADMIN,)),
        otto=make.person(home, "otto@musterwerk.test", "Otto", "Lang", roles=(Role.AUDITOR,)),
        paul=make.person(home, "paul@musterwerk.test", "Paul", "Özdemir"),
        gina=make.person(
            home,
            "gina@kanzlei.test",
            "Gina",
            "Rossi",
            kind=PoolKind.GUEST,
            organisation="Kanzlei Rossi",
        ),
        ines=make.person(home, "ines@musterwerk.test", "Ines", "Neu", active=False),
        anderswo=xaver.account,
        xaver=xaver,
    )


RECORDING = Recording(_make)
