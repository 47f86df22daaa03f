"""The account status from the shell: the same answer as page and API."""

import json
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from siegel.workflows.account_status import AccountStatus, PlannedLine


@click.command("status")
@click.argument("account")
@click.option("--at", "typed", default="", metavar="DATE", help="A past or future day or moment.")
@click.option("--json", "as_json", is_flag=True, help="Answer in JSON.")
def status_command(account: str, typed: str, as_json: bool) -> None:
    """Show what ACCOUNT (its short name) has booked, used and available.

    DATE is 2025-03-01 or 01.03.2025 (the end of that day in the account's time zone), or a date
    with a time in ISO 8601.
    """
    from django.utils import timezone

    from siegel.accounts.permissions import OPERATOR_SHELL
    from siegel.accounts.queries import account_by_slug
    from siegel.core.periods import parse_moment
    from siegel.workflows.account_status import account_status, status_data

    facts = account_by_slug(account)
    at = parse_moment(typed, facts.zone, timezone.now()) if typed.strip() else None
    status = account_status(actor=OPERATOR_SHELL, account=facts, at=at)
    if as_json:
        click.echo(json.dumps(status_data(status), ensure_ascii=False, indent=2))
        return
    click.echo(_head(status))
    click.echo(_figures(status))
    for line in status.planned:
        click.echo(_planned(line))


def _head(status: "AccountStatus") -> str:
    from siegel.core import formats
    from siegel.workflows.booking_words import active_language
    from siegel.workflows.contract_words import contract_sentence

    moment = formats.moment(status.at, active_language(), status.account.zone)
    lines = [f"{status.account.name}, {moment}"]
    if status.package:
        contract = contract_sentence(status.subscription, status.day, past=status.is_past)
        lines.append(", ".join(filter(None, (status.package.name, contract))))
    return "\n".join(lines)


def _figures(status: "AccountStatus") -> str:
    """Return the table, aligned; what is scarce is marked by a word, not by color."""
    from django.utils.translation import gettext as _

    from siegel.workflows.booking_words import amount_text

    rows = [("", _("booked"), _("used"), _("available"), "")]
    rows += [
        (
            str(pool.kind.label),
            amount_text(pool.kind, pool.booked),
            amount_text(pool.kind, pool.used),
            amount_text(pool.kind, pool.available),
            _("scarce") if pool.scarce else "",
        )
        for pool in status.pools
    ]
    widths = [max(len(row[column]) for row in rows) for column in range(4)]
    lines = [
        "  ".join(
            [
                row[0].ljust(widths[0]),
                *(row[column].rjust(widths[column]) for column in (1, 2, 3)),
                row[4],
            ]
        ).rstrip()
        for row in rows
    ]
    return "\n".join(["", *lines])


def _planned(line: "PlannedLine") -> str:
    from django.utils.translation import gettext as _

    from siegel.workflows.booking_words import day_text, number_text

    changes = ", ".join(
        f"{change.item.label} {number_text(change.before)} → {number_text(change.after)}"
        for change in line.changes
    )
    sentence = _("Planned for %(day)s: %(changes)s (%(who)s)")
    values = {"day": day_text(line.on), "changes": changes, "who": line.by}
    return "\n" + sentence % values
