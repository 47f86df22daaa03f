"""The demo's boxes: who works on what with whom, as a middle-sized company would."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from uuid import UUID

from siegel.accounts.permissions import Actor
from siegel.boxes import actions as boxes
from siegel.boxes.kinds import BoxKind
from siegel.boxes.rules import MANAGER, Rights

_TOPICS = {
    "Geschäftsführung": ("Beirat", "Gesellschafter", "Strategie"),
    "Recht": ("Verträge", "Patente", "Rechtsstreit Halle 4"),
    "Finanzen": ("Jahresabschluss", "Betriebsprüfung", "Bankunterlagen"),
    "Personal": ("Bewerbungen", "Betriebsrat", "Lohnabrechnung"),
    "Vertrieb": ("Angebote", "Rahmenvertrag", "Ausschreibung"),
    "Entwicklung": ("Zeichnungen", "Prüfberichte", "Zulieferer"),
    "IT": ("Notfallplan", "Rechenzentrum", "Penetrationstest"),
}
_LETTERBOX = Rights(reads=False, sees_members=False)


@dataclass(frozen=True)
class Joiner:
    """Somebody who can be let into boxes."""

    license_id: UUID
    full: bool
    department: str


@dataclass(frozen=True)
class Maker:
    """Somebody with a full license who creates boxes."""

    actor: Actor
    department: str


def create_boxes(
    *,
    maker: Maker,
    account_id: UUID,
    others: Sequence[Joiner],
    count: int,
    random: Random,
    at: datetime,
    now: datetime,
) -> None:
    """Create some boxes of one person and let others in: most to work, some only to hand in."""
    topics = _TOPICS.get(maker.department, ("Projekt", "Ablage", "Austausch"))
    for number in range(count):
        end = at + timedelta(days=random.randint(200, 360))
        temporary = end > now and random.random() < 1 / 4
        topic = topics[number % len(topics)]
        box = boxes.create_box(
            actor=maker.actor,
            account_id=account_id,
            kind=BoxKind.TEMPORARY if temporary else BoxKind.PRIVACY,
            name=f"{topic} {at.year}" if number < len(topics) else f"{topic} {number}",
            at=at,
            ends_at=end if temporary else None,
        )
        _let_in(maker.actor, box, others, random, at)


def _let_in(
    actor: Actor, box: UUID, others: Sequence[Joiner], random: Random, at: datetime
) -> None:
    members = [one for one in others if one.license_id != actor.license_id]
    for member in random.sample(members, min(len(members), random.randint(0, 6))):
        usual, rare = Rights(), MANAGER if member.full else _LETTERBOX
        boxes.join_boxes(
            actor=actor,
            box_ids=[box],
            license_id=member.license_id,
            rights=random.choices((usual, rare), (7, 1))[0],
            at=at,
        )


def open_data_room(
    *,
    maker: Maker,
    account_id: UUID,
    name: str,
    others: Sequence[Joiner],
    random: Random,
    at: datetime,
) -> None:
    """Open a data room and let others in."""
    room = boxes.create_box(
        actor=maker.actor, account_id=account_id, kind=BoxKind.DATA_ROOM, name=name, at=at
    )
    _let_in(maker.actor, room, others, random, at)
