"""Import people from the shell: the same plan and the same import as in the browser."""

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from siegel.workflows.import_people import ImportPlan, ImportResult


@click.command("import-people")
@click.argument("account")
@click.argument("file")
@click.option(
    "--kind",
    type=click.Choice(["full", "guest"]),
    default="full",
    show_default=True,
    help="Kind of license for rows that name none.",
)
@click.option("--dry-run", is_flag=True, help="Show what would happen and change nothing.")
@click.option(
    "--send-invitations", is_flag=True, help="Mail everybody new their registration link."
)
@click.option("--json", "as_json", is_flag=True, help="Answer in JSON.")
def import_people_command(  # noqa: PLR0917 - click hands over by name
    account: str, file: str, kind: str, dry_run: bool, send_invitations: bool, as_json: bool
) -> None:
    """Give the people in FILE licenses of ACCOUNT (its short name); "-" reads standard input.

    Microsoft 365, Entra and Google Workspace exports, CSV (email, first_name, last_name, kind)
    and LDIF are recognized by their content. All people are imported, or nobody.
    """
    from django.utils import timezone

    from siegel.accounts.people_files import read_people
    from siegel.accounts.people_files.checks import as_kind
    from siegel.accounts.permissions import OPERATOR_SHELL
    from siegel.accounts.queries import account_by_slug
    from siegel.workflows.import_people import import_people, plan_import, too_few_licenses

    account_id = account_by_slug(account).id
    people = read_people(_read(file), file_name=Path(file).name, default_kind=as_kind(kind))
    plan = plan_import(actor=OPERATOR_SHELL, account_id=account_id, file=people)
    if not as_json:
        _print_plan(plan)
    if plan.missing:
        if as_json:
            _print_json(plan)
        raise too_few_licenses(plan)
    result = None
    if not dry_run:
        result = import_people(
            actor=OPERATOR_SHELL,
            account_id=account_id,
            file=people,
            plan_hash=plan.hash,
            at=timezone.now(),
            send_invitations=send_invitations,
        )
    if as_json:
        _print_json(plan, result)
    else:
        _print_result(plan, result)


def _read(file: str) -> bytes:
    """Return the content; more than one upload may hold is not read.

    :raises BadInput: it cannot be read, or is too large.
    """
    from django.conf import settings
    from django.utils.translation import gettext as _

    from siegel.core.refusal import BadInput

    limit: int = settings.REQUEST_MAX_BYTES
    try:
        if file == "-":
            content = sys.stdin.buffer.read(limit + 1)
        else:
            with Path(file).open("rb") as opened:
                content = opened.read(limit + 1)
    except OSError as error:
        raise BadInput(
            _("The file “%(file)s” cannot be read: %(reason)s.")
            % {"file": file, "reason": error.strerror}
        ) from None
    if len(content) > limit:
        raise BadInput(
            _("The file is larger than %(limit)d MB. Please split it.")
            % {"limit": limit // 1_000_000}
        )
    return content


def _print_plan(plan: "ImportPlan") -> None:
    from django.utils.translation import gettext as _

    rows = [
        (
            str(row.line),
            plan.label_of(row.outcome),
            row.email,
            row.name if row.name != row.email else "",
            row.reason or row.kind_label,
        )
        for row in plan.rows
    ]
    rows.insert(0, (_("Line"), _("Outcome"), _("E-mail"), _("Name"), _("License")))
    widths = [min(60, max(map(len, column))) for column in list(zip(*rows, strict=True))[:-1]]
    for row in rows:
        cells = [cell.ljust(width) for cell, width in zip(row[:-1], widths, strict=True)]
        cells[0] = row[0].rjust(widths[0])
        click.echo("  ".join([*cells, row[-1]]).rstrip())
    click.echo()
    for total in plan.totals:
        if total.needed:
            click.echo(
                _("%(kind)s: %(needed)d needed, %(available)d available, %(missing)d missing")
                % {
                    "kind": total.kind.label,
                    "needed": total.needed,
                    "available": total.available,
                    "missing": total.missing,
                }
            )


def _print_result(plan: "ImportPlan", result: "ImportResult | None") -> None:
    from django.utils.translation import gettext as _
    from django.utils.translation import ngettext

    if not plan.needed:
        click.echo(_("Nothing to import: nothing was changed."))
    elif result is None:
        click.echo(_("This was a preview: nothing was changed."))
    else:
        sentence = ngettext(
            "%(count)d person was imported.", "%(count)d people were imported.", result.imported
        )
        click.echo(sentence % {"count": result.imported})
        if result.mailed:
            click.echo(_("Their invitations are on their way by e-mail."))


def _print_json(plan: "ImportPlan", result: "ImportResult | None" = None) -> None:
    answer: dict[str, Any] = {
        "file": plan.file_name,
        "source": plan.source,
        "plan": plan.hash,
        "counts": plan.counts,
        "licenses": {
            total.kind: {
                "needed": total.needed,
                "available": total.available,
                "missing": total.missing,
            }
            for total in plan.totals
        },
        "rows": [
            {
                "line": row.line,
                "outcome": row.outcome,
                "email": row.email,
                "name": row.name,
                "kind": row.kind,
                "reason": row.reason,
            }
            for row in plan.rows
        ],
        "imported": result and asdict(result),
    }
    click.echo(json.dumps(answer, ensure_ascii=False, indent=2))
