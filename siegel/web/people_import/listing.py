"""Which rows of a plan the preview shows: filtered, problems first, fifty a page."""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from siegel.core.formats import number
from siegel.licensing.kinds import PoolKind
from siegel.web.lists import Page
from siegel.web.plans import PlanLine
from siegel.workflows.import_people import KIND_LABELS, ImportPlan, KindTotal, Outcome, PlannedRow

ROWS_A_PAGE = 50
TONES = {
    Outcome.BAD: "danger",
    Outcome.DUPLICATE: "warn",
    Outcome.BLOCKED: "warn",
    Outcome.BIN: "warn",
    Outcome.NEW: "good",
    Outcome.HOLDS: "",
}
_ICONS = {PoolKind.FULL: "user-plus", PoolKind.GUEST: "user-share"}


@dataclass(frozen=True)
class Choice:
    """One filter with how many rows it shows."""

    value: str
    label: str
    count: int
    current: bool


@dataclass(frozen=True)
class Shown:
    """A row and how its outcome looks."""

    row: PlannedRow
    label: str
    tone: str


def choices(plan: ImportPlan, wanted: str) -> list[Choice]:
    """Return the filters that show something, "all" first."""
    found = [Choice("", _("All"), len(plan.rows), wanted not in list(Outcome))]
    found += [
        Choice(outcome, plan.label_of(outcome), count, wanted == outcome)
        for outcome, count in plan.counts.items()
        if count or wanted == outcome
    ]
    return found


def rows_of(plan: ImportPlan, wanted: str, page: str) -> tuple[list[Shown], Page]:
    """Return one page of the rows with this outcome; of all rows, problems first."""
    order = {outcome: place for place, outcome in enumerate(Outcome)}
    rows = [row for row in plan.rows if row.outcome == wanted or wanted not in list(Outcome)]
    rows.sort(key=lambda row: (order[row.outcome], row.line))
    last_page = max(1, -(-len(rows) // ROWS_A_PAGE))
    number_ = min(int(page), last_page) if page.isascii() and page.isdigit() and page != "0" else 1
    start = (number_ - 1) * ROWS_A_PAGE
    tones = TONES | ({Outcome.NEW: "warn"} if plan.missing else {})
    shown = [
        Shown(row, plan.label_of(row.outcome), tones[row.outcome])
        for row in rows[start : start + ROWS_A_PAGE]
    ]
    return shown, Page(
        first=start + 1 if rows else 0,
        last=start + len(shown),
        total=len(rows),
        previous=str(number_ - 1) if number_ > 1 else "",
        next=str(number_ + 1) if number_ < last_page else "",
    )


def plan_lines(plan: ImportPlan, language: str) -> list[PlanLine]:
    """Return what will happen: one line per kind, one for what stays, one for what is left out."""
    lines = [_line_of(total, language) for total in plan.totals if total.needed]
    held = plan.counts[Outcome.HOLDS]
    if held:
        sentence = ngettext("%(count)s person stays unchanged", "%(count)s stay unchanged", held)
        lines.append(
            PlanLine(
                sentence % {"count": number(held, language)},
                _("They already hold a license here; their details stay as they are."),
                icon="user-check",
            )
        )
    out = len(plan.rows) - plan.needed - held
    if out:
        sentence = ngettext("%(count)s row is left out", "%(count)s rows are left out", out)
        lines.append(
            PlanLine(
                sentence % {"count": number(out, language)},
                _("The table below says why for each row."),
                icon="ban",
            )
        )
    return lines


def _line_of(total: KindTotal, language: str) -> PlanLine:
    sentence = ngettext(
        "%(count)s person gets a license (%(kind)s)",
        "%(count)s people get a license (%(kind)s)",
        total.needed,
    )
    detail = _("%(available)s available, %(left)s afterwards")
    if total.missing:
        detail = _("%(available)s available, %(missing)s missing")
    return PlanLine(
        sentence % {"count": number(total.needed, language), "kind": KIND_LABELS[total.kind]},
        detail
        % {
            "available": number(total.available, language),
            "left": number(total.available - total.needed, language),
            "missing": number(total.missing, language),
        },
        when="" if total.missing else _("at once"),
        icon="alert-triangle" if total.missing else _ICONS[total.kind],
    )
