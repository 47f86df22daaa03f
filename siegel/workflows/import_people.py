"""Bring the people of a file into an account: first a plan, then exactly that plan."""

import hashlib
import json
from collections import Counter
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from functools import cached_property
from operator import attrgetter
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from siegel.accounts.actions import PersonData, create_registration_links, ensure_profiles
from siegel.accounts.models import Profile
from siegel.accounts.people_files import PeopleFile, PersonRow, RowProblem
from siegel.accounts.permissions import Actor, Permission, require
from siegel.audit.actions import record, record_each
from siegel.core.refusal import Refusal, WayOut, WorldChanged
from siegel.licensing.actions import add_sponsor, assign_licenses
from siegel.licensing.actions.licenses import AlreadyLicensed
from siegel.licensing.kinds import PERSONAL, PoolKind
from siegel.licensing.queries.held import kinds_held
from siegel.licensing.queries.removals import in_bin_by_email
from siegel.licensing.queries.status import license_status
from siegel.workflows.invitation_mail import mail_links
from siegel.workflows.invitation_rules import require_code, require_mail_allowed
from siegel.workflows.own_organisation import with_organisation

_written = attrgetter("first_name", "last_name", "organisation", "department", "phone")
KIND_LABELS = {
    PoolKind.FULL: gettext_lazy("Full license"),
    PoolKind.GUEST: gettext_lazy("Guest license"),
}
_HELD = {
    PoolKind.FULL: gettext_lazy("Already holds a full license."),
    PoolKind.GUEST: gettext_lazy("Already holds a guest license."),
}


class Outcome(StrEnum):
    """What happens to one row, problems first."""

    BAD = "bad"  # cannot be imported as it stands
    DUPLICATE = "duplicate"  # an earlier row names the same person
    BLOCKED = "blocked"  # blocked where the file comes from
    BIN = "bin"  # was removed here, and can be restored with everything
    NEW = "new"  # gets a license
    HOLDS = "holds"  # holds one already, stays as it is

    @property
    def label(self) -> str:
        """What happens to the row, in the reader's language."""
        return str(_OUTCOME_LABELS[self])


_OUTCOME_LABELS = {
    Outcome.BAD: gettext_lazy("faulty"),
    Outcome.DUPLICATE: gettext_lazy("duplicate"),
    Outcome.BLOCKED: gettext_lazy("blocked"),
    Outcome.BIN: gettext_lazy("in the bin"),
    Outcome.NEW: gettext_lazy("will be imported"),
    Outcome.HOLDS: gettext_lazy("unchanged"),
}


@dataclass(frozen=True, slots=True)
class PlannedRow:
    """One row of the file and what happens to it."""

    line: int
    outcome: Outcome
    email: str
    name: str
    kind: PoolKind | None = None  #: the license to get, or the one that is held
    person: PersonRow | None = None
    problem: RowProblem | None = None

    @property
    def kind_label(self) -> str:
        """The license to get, or the one that is held, in the reader's language."""
        return str(KIND_LABELS[self.kind]) if self.kind else ""

    @property
    def reason(self) -> str:
        """Why the row does not get a license, in the reader's language; empty if it does."""
        if self.problem:
            return self.problem.sentence
        if self.outcome is Outcome.HOLDS and self.kind:
            return str(_HELD[self.kind])
        if self.outcome is Outcome.BIN:
            return _("Was removed and lies in the bin. Restore the person from there.")
        return ""


@dataclass(frozen=True, slots=True)
class KindTotal:
    """What the import takes of one kind, beside what there is."""

    kind: PoolKind
    needed: int
    available: int

    @property
    def missing(self) -> int:
        """How many licenses are lacking."""
        return max(0, self.needed - self.available)


@dataclass(frozen=True)
class ImportPlan:
    """Everything that would happen, row by row in the order of the file."""

    account_id: UUID
    file_name: str
    source: str
    rows: tuple[PlannedRow, ...]
    totals: tuple[KindTotal, ...]

    @cached_property
    def counts(self) -> dict[Outcome, int]:
        """How many rows meet each outcome, zeros included."""
        found = Counter(row.outcome for row in self.rows)
        return {outcome: found[outcome] for outcome in Outcome}

    def label_of(self, outcome: Outcome) -> str:
        """What happens to a row: while licenses are missing, nobody "will be imported"."""
        if self.missing and outcome is Outcome.NEW:
            return _("needs a license")
        return outcome.label

    @property
    def needed(self) -> int:
        """How many people would get a license."""
        return self.counts[Outcome.NEW]

    @property
    def missing(self) -> int:
        """How many licenses are lacking, over all kinds."""
        return sum(total.missing for total in self.totals)

    @cached_property
    def hash(self) -> str:
        """A hash over everything that would happen; how much would be left over is no part."""
        digest = hashlib.sha256(str(self.account_id).encode())
        for row in self.rows:
            person = _written(row.person) if row.outcome is Outcome.NEW else ()
            line = (row.line, row.outcome, row.email, row.kind, person)
            digest.update(json.dumps(line).encode())
        return digest.hexdigest()


@dataclass(frozen=True)
class ImportResult:
    """What an import has changed; all zeros but the rest where there was nothing to do."""

    full: int
    guest: int
    held: int  #: rows of people who held a license before
    left_out: int  #: rows with problems
    mailed: int = 0  #: invitations that are on their way by e-mail

    @property
    def imported(self) -> int:
        """How many people got a license."""
        return self.full + self.guest


class TooFewLicenses(Refusal):
    """More licenses are needed than are available; nothing was imported."""

    code = "no-free-license"


class ImportChanged(WorldChanged):
    """The world is another one than in the preview; ``plan`` is what would happen now."""

    def __init__(self, plan: ImportPlan) -> None:
        super().__init__(
            _(
                "Something has changed since the preview, so nothing was imported. "
                "Please look at the new preview and confirm again."
            )
        )
        self.plan = plan


def plan_import(*, actor: Actor, account_id: UUID, file: PeopleFile) -> ImportPlan:
    """Return what importing the file would do now; changes nothing."""
    require(actor, Permission.LICENSE_ASSIGN, account_id)
    emails = [row.email for row in file.rows]
    held, binned = kinds_held(account_id, emails), in_bin_by_email(account_id, emails)
    rows = [
        _plan_person(file, row, held.get(row.email), binned=row.email in binned)
        for row in file.rows
    ]
    rows += [_plan_problem(problem) for problem in file.problems]
    rows.sort(key=lambda row: row.line)
    needed = Counter(row.kind for row in rows if row.outcome is Outcome.NEW)
    status = license_status(account_id)
    totals = tuple(KindTotal(kind, needed[kind], status.of(kind).available) for kind in PERSONAL)
    return ImportPlan(account_id, file.file_name, file.source, tuple(rows), totals)


def import_people(
    *,
    actor: Actor,
    account_id: UUID,
    file: PeopleFile,
    plan_hash: str,
    at: datetime,
    send_invitations: bool = False,
) -> ImportResult:
    """Carry out exactly the plan with this hash: all of it, or nothing.

    On request everybody new is mailed their registration link, by the worker.

    :raises ImportChanged: the file would now do something else; carries the new plan.
    :raises TooFewLicenses: carries how many are missing of each kind.
    """
    try:
        with transaction.atomic():
            plan = plan_import(actor=actor, account_id=account_id, file=file)
            if plan.hash != plan_hash:
                raise ImportChanged(plan)
            if plan.missing:
                raise too_few_licenses(plan)
            return _carry_out(actor, plan, at, send_invitations)
    except AlreadyLicensed:
        # Somebody invited one of these people between our reading and our writing.
        now = plan_import(actor=actor, account_id=account_id, file=file)
        raise ImportChanged(now) from None


def too_few_licenses(plan: ImportPlan) -> TooFewLicenses:
    """Return the refusal that says of which kind how many are missing, and what would help."""
    lacking = [total for total in plan.totals if total.missing]
    return TooFewLicenses(
        _("There are too few licenses, so nobody was imported."),
        rows=tuple(
            _("%(kind)s: %(needed)d needed, %(available)d available, %(missing)d missing")
            % {
                "kind": total.kind.label,
                "needed": total.needed,
                "available": total.available,
                "missing": total.missing,
            }
            for total in lacking
        ),
        ways_out=(
            WayOut("book-more", _("Book more licenses")),
            WayOut("free-one", _("Release licenses")),
        ),
        missing={total.kind.value: total.missing for total in lacking},
    )


def _plan_person(
    file: PeopleFile, row: PersonRow, held: PoolKind | None, *, binned: bool
) -> PlannedRow:
    if held:
        return PlannedRow(row.line, Outcome.HOLDS, row.email, row.name, held, row)
    if binned:
        return PlannedRow(row.line, Outcome.BIN, row.email, row.name, person=row)
    kind = PoolKind(file.kind_of(row))
    return PlannedRow(row.line, Outcome.NEW, row.email, row.name, kind, row)


def _plan_problem(problem: RowProblem) -> PlannedRow:
    outcome = {"duplicate": Outcome.DUPLICATE, "blocked": Outcome.BLOCKED}.get(problem.code)
    return PlannedRow(
        problem.line, outcome or Outcome.BAD, problem.email, problem.name, problem=problem
    )


def _carry_out(
    actor: Actor, plan: ImportPlan, at: datetime, send_invitations: bool
) -> ImportResult:
    chosen = [row for row in plan.rows if row.outcome is Outcome.NEW]
    taken = Counter(row.kind for row in chosen)
    result = ImportResult(
        full=taken[PoolKind.FULL],
        guest=taken[PoolKind.GUEST],
        held=plan.counts[Outcome.HOLDS],
        left_out=len(plan.rows) - plan.counts[Outcome.NEW] - plan.counts[Outcome.HOLDS],
        mailed=len(chosen) if send_invitations else 0,
    )
    if not chosen:
        return result
    # In one order for everybody: two imports of the same people wait for each other on
    # PostgreSQL's unique indexes, and must not do so crosswise.
    asked = [(_data(row.person), row.kind) for row in chosen if row.person]
    people = sorted(with_organisation(plan.account_id, asked), key=lambda one: one.email)
    profiles = ensure_profiles(actor=actor, account_id=plan.account_id, people=people, at=at)
    for kind in PERSONAL:
        _give_licenses(
            actor, plan, kind, [profiles[row.email] for row in chosen if row.kind is kind], at
        )
    if send_invitations:
        _mail_links(actor, plan.account_id, [profiles[row.email].id for row in chosen], at)
    record(
        account_id=plan.account_id,
        actor_id=actor.person_id,
        door=actor.door,
        verb="people.import",
        at=at,
        source=plan.source,
        plan=plan.hash,
        **asdict(result),
    )
    return result


def _give_licenses(
    actor: Actor, plan: ImportPlan, kind: PoolKind, profiles: list[Profile], at: datetime
) -> None:
    given = assign_licenses(
        actor=actor,
        account_id=plan.account_id,
        kind=kind,
        holder_ids=[profile.id for profile in profiles],
        at=at,
    )
    if kind == PoolKind.GUEST and actor.license_id:
        add_sponsor(guest_ids=given, sponsor_id=actor.license_id, at=at)
    record_each(
        account_id=plan.account_id,
        actor_id=actor.person_id,
        door=actor.door,
        verb="license.import",
        at=at,
        about=[
            (profile.person_id, {"license": str(id_), "kind": str(kind)})
            for profile, id_ in zip(profiles, given, strict=True)
        ],
    )


def _mail_links(actor: Actor, account_id: UUID, profile_ids: list[UUID], at: datetime) -> None:
    links = create_registration_links(
        actor=actor, account_id=account_id, profile_ids=profile_ids, at=at
    )
    require_mail_allowed(account_id)
    require_code(account_id, links)
    mail_links(links)


def _data(row: PersonRow) -> PersonData:
    return PersonData(
        row.email, row.first_name, row.last_name, row.organisation, row.department, row.phone
    )
