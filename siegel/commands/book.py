"""Book from the shell: the same plan and the same booking as in the customer portal."""

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from siegel.workflows.booking_plan import BookingPlan


@click.command("book")
@click.argument("account")
@click.option("--full", type=int, help="New total of full licenses.")
@click.option("--guest-packs", type=int, help="New total of guest packs.")
@click.option("--data-rooms", type=int, help="New total of additional data rooms.")
@click.option("--storage-packs", type=int, help="New total of storage packs.")
@click.option("--dry-run", is_flag=True, help="Show what would happen and change nothing.")
def book_command(account: str, dry_run: bool, **totals: int | None) -> None:
    """Set what ACCOUNT (its short name) has booked to new totals; what is not named stays.

    More is there at once, fewer counts from the first day of the next term. Also for packages
    that accounts cannot change themselves.
    """
    from dataclasses import replace

    from django.utils import timezone
    from django.utils.translation import gettext as _

    from siegel.accounts.permissions import OPERATOR_SHELL
    from siegel.accounts.queries import account_by_slug
    from siegel.workflows.booking_plan import plan_booking
    from siegel.workflows.booking_words import done_text
    from siegel.workflows.change_booking import change_booking
    from siegel.workflows.subscription_overview import subscription_overview

    facts, at = account_by_slug(account), timezone.now()
    target = subscription_overview(actor=OPERATOR_SHELL, account=facts, at=at).target
    named = {name: total for name, total in totals.items() if total is not None}
    plan = plan_booking(actor=OPERATOR_SHELL, account=facts, wanted=replace(target, **named), at=at)
    _print_plan(plan)
    if dry_run:
        click.echo(_("Nothing was changed (--dry-run)."))
        return
    done = change_booking(
        actor=OPERATOR_SHELL, account=facts, wanted=plan.wanted, plan_hash=plan.hash, at=at
    )
    click.echo(done_text(done.plan or plan))


def _print_plan(plan: "BookingPlan") -> None:
    from django.utils.translation import gettext as _

    from siegel.workflows.booking_words import (
        if_freed_text,
        line_cost,
        line_detail,
        line_text,
        line_when,
        money_text,
        per_term,
        rest_of_term_text,
    )

    for line in plan.changed_lines:
        parts = (
            line_text(line),
            line_detail(plan, line),
            line_when(plan, line),
            line_cost(plan, line),
        )
        click.echo(" · ".join(filter(None, parts)))
    if plan.total:
        sums = _("Net %(term)s: so far %(before)s, from then on %(after)s. VAT is added.")
        values = {
            "term": per_term(plan.subscription.term),
            "before": money_text(plan.total.before),
            "after": money_text(plan.total.after),
        }
        click.echo(sums % values)
    if freed := if_freed_text(plan):
        click.echo(freed)
    if rest := rest_of_term_text(plan):
        click.echo(rest)
    for warning in plan.warnings:
        click.echo(f"! {warning.sentence}")
