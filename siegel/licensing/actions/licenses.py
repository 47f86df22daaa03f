"""Assign, release, suspend: the only writers of licenses."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import IntegrityError, transaction
from django.db.models import F
from django.db.models.functions import Greatest
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from siegel.accounts.permissions import Actor, Permission, require
from siegel.audit.actions import record
from siegel.core.bulk import insert_rows
from siegel.core.commit import savepoint
from siegel.core.ids import new_id
from siegel.core.refusal import NotFound, Refusal, WayOut
from siegel.licensing.actions.take import give_unit, take_unit
from siegel.licensing.kinds import LicenseState, PoolKind
from siegel.licensing.models import LedgerEntry, License, Pool
from siegel.licensing.rules import idle_end


class NoFreeLicense(Refusal):
    """Every booked license of the kind is used; carries how many are missing."""

    code = "no-free-license"


class AlreadyLicensed(Refusal):
    """The person holds a license in this account already."""

    code = "already-licensed"


class OwnsBoxes(Refusal):
    """The license owns boxes, which would be nobody's (promise 6); carries how many."""

    code = "owns-boxes"


class WrongState(Refusal):
    """The license is not in a state from which this can be done."""

    code = "wrong-state"


def no_free_license(pool: Pool, wanted: int = 1) -> NoFreeLicense:
    """Return the refusal that says how many are missing and what would help."""
    missing = wanted - (pool.booked - pool.used)
    kind = PoolKind(pool.kind)
    sentence = ngettext(
        "%(kind)s: %(booked)d booked, %(used)d used. %(missing)d license is missing.",
        "%(kind)s: %(booked)d booked, %(used)d used. %(missing)d licenses are missing.",
        missing,
    )
    return NoFreeLicense(
        sentence
        % {"kind": kind.label, "booked": pool.booked, "used": pool.used, "missing": missing},
        ways_out=(
            WayOut("book-more", _("Book more licenses")),
            WayOut("free-one", _("Release a license")),
        ),
        kind=kind.value,
        booked=pool.booked,
        used=pool.used,
        missing=missing,
    )


def no_free_license_of(account_id: UUID, kind: PoolKind) -> NoFreeLicense:
    """Return the refusal for one license of the kind, with the figures of now."""
    return no_free_license(Pool.objects.get(account_id=account_id, kind=kind))


#: What giving a license of the kind needs. A data room takes its own.
_TO_GIVE = {
    PoolKind.FULL: Permission.LICENSE_ASSIGN,
    PoolKind.GUEST: Permission.GUEST_INVITE,
    PoolKind.DATA_ROOM: Permission.DATA_ROOM_CREATE,
}


def check_free(*, account_id: UUID, kind: PoolKind) -> None:
    """Return if a license of the kind is free, for a preview.

    :raises NoFreeLicense: every booked license is used.
    """
    pool = Pool.objects.get(account_id=account_id, kind=kind)
    if pool.used >= pool.booked:
        raise no_free_license(pool)


def assign_license(
    *,
    actor: Actor,
    account_id: UUID,
    kind: PoolKind,
    holder_id: UUID | None,
    at: datetime,
    state: LicenseState = LicenseState.INVITED,
) -> UUID:
    """Give the holder (a profile; None for a data room) one license of the kind; return its id.

    :raises NoFreeLicense: every booked license is used.
    :raises AlreadyLicensed: the holder has a live license in this account.
    """
    require(actor, _TO_GIVE[kind], account_id)
    try:
        taken = take_unit(
            account_id=account_id,
            kind=kind,
            holder_id=holder_id,
            state=state,
            reason="assign",
            at=at,
            actor_id=actor.person_id,
            door=actor.door,
        )
    except IntegrityError as error:
        if "license_one_per_person" in str(error) or "holder_id" in str(error):
            raise AlreadyLicensed(_("This person already holds a license here.")) from None
        raise
    if taken:
        return taken[0]
    if holder_id and License.objects.filter(holder_id=holder_id, released_at=None).exists():
        raise AlreadyLicensed(_("This person already holds a license here."))
    raise no_free_license(Pool.objects.get(account_id=account_id, kind=kind))


@transaction.atomic
def assign_licenses(
    *,
    actor: Actor,
    account_id: UUID,
    kind: PoolKind,
    holder_ids: Sequence[UUID | None],
    at: datetime,
    state: LicenseState = LicenseState.INVITED,
) -> list[UUID]:
    """Give each holder (None: a data room) a license, all or none; return the ids in this order.

    :raises NoFreeLicense: fewer than that are free; carries ``missing``.
    :raises AlreadyLicensed: one of the holders has a live license in this account.
    """
    require(actor, _TO_GIVE[kind], account_id)
    if not holder_ids:
        return []
    count = len(holder_ids)
    pools = Pool.objects.filter(account_id=account_id, kind=kind)
    taken = pools.filter(used__lte=F("booked") - count).update(
        used=F("used") + count, seq=F("seq") + count, last_at=Greatest(F("last_at"), at)
    )
    pool = pools.get()
    if not taken:
        raise no_free_license(pool, count)
    ids = [new_id() for _holder in holder_ids]
    fresh = [
        (id_, pool.id, holder, str(state), pool.last_at, actor.person_id)
        for id_, holder in zip(ids, holder_ids, strict=True)
    ]
    try:
        with transaction.atomic():
            insert_rows(License, _LICENSE_COLUMNS, fresh)
    except IntegrityError as error:
        if "license_one_per_person" in str(error) or "holder_id" in str(error):
            raise AlreadyLicensed(_("One of these people already holds a license here.")) from None
        raise
    first, used = pool.seq - count + 1, pool.used - count + 1
    who = (actor.person_id, actor.door)
    entries = [
        (pool.id, first + n, pool.last_at, "assign", 0, 1, pool.booked, used + n, id_, *who)
        for n, id_ in enumerate(ids)
    ]
    insert_rows(LedgerEntry, _ENTRY_COLUMNS, entries)
    return ids


_LICENSE_COLUMNS = ("id", "pool", "holder", "state", "assigned_at", "assigned_by")
_ENTRY_COLUMNS = (
    "pool",
    "seq",
    "at",
    "reason",
    "booked_change",
    "used_change",
    "booked",
    "used",
    "license",
    "actor",
    "door",
)


@dataclass(frozen=True)
class HeldLicense:
    """A license and its holder, while its row is locked."""

    id: UUID
    profile_id: UUID
    person_id: UUID
    kind: PoolKind
    state: LicenseState

    @property
    def live(self) -> bool:
        """Whether the license is still used."""
        return self.state != LicenseState.RELEASED


def hold_license(*, account_id: UUID, license_id: UUID) -> HeldLicense:
    """Return a license of this account with its row locked until the transaction ends.

    What is decided from it cannot change in between: a role is not granted to somebody whose
    license another administrator is releasing.

    :raises NotFound: no such license in this account, or nobody holds it.
    """
    row = (
        License.objects.select_for_update(of=("self",), no_key=True)
        .filter(id=license_id, pool__account_id=account_id, holder__isnull=False)
        .values_list("holder_id", "holder__person_id", "pool__kind", "state")
        .first()
    )
    if row is None:
        raise NotFound(_("This does not exist, or it belongs to another account."))
    return HeldLicense(license_id, row[0], row[1], PoolKind(row[2]), LicenseState(row[3]))


def owns_boxes(license_id: UUID) -> OwnsBoxes:
    """Return the refusal that says how many boxes stand against the end of a license."""
    boxes = License.objects.values_list("boxes", flat=True).get(id=license_id)
    sentence = ngettext(
        "%(boxes)d box belongs to this license. Hand it over first, or put it in the bin.",
        "%(boxes)d boxes belong to this license. Hand them over first, or put them in the bin.",
        boxes,
    )
    return OwnsBoxes(
        sentence % {"boxes": boxes},
        ways_out=(WayOut("hand-over", _("Hand the boxes over")),),
        license_id=str(license_id),
        boxes=boxes,
    )


def release_license(
    *,
    actor: Actor,
    account_id: UUID,
    license_id: UUID,
    at: datetime,
    reason: str = "release",
) -> None:
    """End a license and free its unit. Ending an ended one changes nothing.

    ``reason`` is the ledger's word: release, remove or expire.

    :raises NotFound: no such license in this account.
    :raises OwnsBoxes: boxes belong to it, which have to go elsewhere first.
    """
    require(actor, Permission.LICENSE_ASSIGN, account_id)
    try:
        with savepoint():
            given = give_unit(
                account_id=account_id,
                license_id=license_id,
                reason=reason,
                at=at,
                actor_id=actor.person_id,
                door=actor.door,
            )
    except IntegrityError as error:
        if "license_released_owns_no_live_box" in str(error):
            raise owns_boxes(license_id) from None
        raise
    if (
        given is None
        and not License.objects.filter(id=license_id, pool__account_id=account_id).exists()
    ):
        raise NotFound(_("This does not exist, or it belongs to another account."))


@transaction.atomic
def change_state(
    *,
    actor: Actor,
    account_id: UUID,
    license_id: UUID,
    to: LicenseState,
    at: datetime,
) -> None:
    """Suspend or activate a license; it stays used. Doing it twice changes nothing.

    :raises WrongState: the license was never accepted, or has ended.
    """
    require(actor, Permission.LICENSE_ASSIGN, account_id)
    ends = {
        LicenseState.ACTIVE: LicenseState.SUSPENDED,
        LicenseState.SUSPENDED: LicenseState.ACTIVE,
    }
    rows = License.objects.filter(id=license_id, pool__account_id=account_id)
    if rows.filter(state=ends[to]).update(state=to):
        subject = rows.values_list("holder__person_id", flat=True).get()
        record(
            account_id=account_id,
            actor_id=actor.person_id,
            door=actor.door,
            verb="license.suspend" if to == LicenseState.SUSPENDED else "license.activate",
            at=at,
            subject_id=subject,
            license=str(license_id),
        )
        return
    state = rows.values_list("state", flat=True).first()
    if state is None:
        raise NotFound(_("This does not exist, or it belongs to another account."))
    if state != to:
        raise WrongState(
            _("This license is “%(state)s”. Only a license in use can be suspended or activated.")
            % {"state": LicenseState(state).label}
        )


def accept_license(*, holder_id: UUID, at: datetime) -> bool:
    """Turn the holder's invitation into an active license; return whether there was one."""
    return bool(
        License.objects.filter(holder_id=holder_id, state=LicenseState.INVITED).update(
            state=LicenseState.ACTIVE, last_active_at=at
        )
    )


def note_sign_in(*, person_id: UUID, at: datetime) -> None:
    """Remember that a person signed in, on each of their live licenses.

    What ends after some days without sign-in, and has not ended yet, lasts longer again.
    """
    held = License.objects.filter(holder__person_id=person_id, state=LicenseState.ACTIVE)
    held.update(last_active_at=at)
    lasting = held.filter(idle_days__isnull=False, ends_at__gt=at)
    for id_, days, zone in lasting.values_list("id", "idle_days", "pool__account__time_zone"):
        # Ended in this moment, or limited otherwise, it stays so.
        still = License.objects.filter(id=id_, released_at=None, idle_days=days, ends_at__gt=at)
        still.update(ends_at=idle_end(at, days or 0, ZoneInfo(zone)))
