"""Remove people and bring them back from the shell: the same plans as in the browser."""

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from uuid import UUID

    from siegel.workflows.removal_plan import RemovalPlan


@click.command("remove-people")
@click.argument("account")
@click.argument("emails", nargs=-1, required=True, metavar="EMAIL…")
@click.option("--successor", default="", help="E-mail address of who gets their boxes.")
@click.option("--bin", "to_bin", is_flag=True, help="Put their boxes into the bin.")
@click.option("--yes", is_flag=True, help="Do it; without, only show what would happen.")
def remove_people_command(
    *, account: str, emails: tuple[str, ...], successor: str, to_bin: bool, yes: bool
) -> None:
    """Remove the people with these addresses from ACCOUNT (its short name).

    Shows what would happen, and does exactly that with --yes. Whoever owns boxes needs a decision:
    --successor or --bin. All of it can be restored during the grace period.
    """
    from django.utils import timezone
    from django.utils.translation import gettext as _

    from siegel.accounts.permissions import OPERATOR_SHELL
    from siegel.accounts.queries import account_by_slug
    from siegel.core.refusal import BadInput
    from siegel.workflows.removal_plan import (
        BIN,
        Decisions,
        Destination,
        boxes_undecided,
        plan_removal,
    )
    from siegel.workflows.remove_people import remove_people

    if successor and to_bin:
        raise BadInput(_("Please give either --successor or --bin."))
    facts, at = account_by_slug(account), timezone.now()
    to = Destination(_license_of(facts.id, successor)) if successor else BIN if to_bin else None
    given = {
        "actor": OPERATOR_SHELL,
        "account_id": facts.id,
        "license_ids": [_license_of(facts.id, email) for email in emails],
        "at": at,
        "decisions": Decisions(to),
    }
    plan = plan_removal(**given)  # type: ignore[arg-type]
    _print_plan(plan)
    if plan.undecided:
        raise boxes_undecided(plan)
    if not yes:
        click.echo(_("Nothing was changed. Add --yes to do it."))
        return
    remove_people(**given, confirmed=plan.hash)  # type: ignore[arg-type]
    click.echo(_("Done."))


def _print_plan(plan: "RemovalPlan") -> None:
    from django.utils import timezone
    from django.utils.translation import get_language
    from django.utils.translation import gettext as _

    from siegel.core import formats

    language = get_language() or "de"
    for one in plan.leavers:
        boxes = _("boxes: %(boxes)s, files: %(files)s, %(size)s") % {
            "boxes": formats.number(one.owned.boxes, language),
            "files": formats.number(one.owned.files, language),
            "size": formats.gigabytes(one.owned.bytes, language),
        }
        click.echo(f"{one.row.email} · {one.row.name} · {boxes}")
    for taking in plan.takings:
        text = _("%(name)s takes over boxes: %(boxes)s, guests: %(guests)s")
        click.echo(text % {"name": taking.row.name, "boxes": taking.boxes, "guests": taking.guests})
    if plan.totals.binned:
        click.echo(_("Into the bin: %(boxes)s") % {"boxes": plan.totals.binned})
    for kept in plan.kept:
        click.echo(f"! {kept.row.name}: {kept.why}")
    day = formats.date_long(timezone.localtime(plan.erase_after).date(), language)
    click.echo(_("All of this can be undone until %(day)s") % {"day": day})


def _license_of(account_id: "UUID", email: str) -> "UUID":
    """Return the live license of the person with this address.

    :raises NotFound: nobody with this address holds one in the account.
    """
    from django.utils.translation import gettext as _

    from siegel.accounts.actions import clean_email
    from siegel.core.refusal import NotFound
    from siegel.licensing.queries.one_holder import license_of_address

    found = license_of_address(account_id, clean_email(email))
    if found is None:
        raise NotFound(_("Nobody with the address %(email)s holds a license.") % {"email": email})
    return found


@click.command("restore-person")
@click.argument("account")
@click.argument("email")
@click.option("--keep-handed-over", is_flag=True, help="Leave boxes with their successors.")
@click.option("--without-roles", is_flag=True, help="Do not give roles again.")
def restore_person_command(
    *, account: str, email: str, keep_handed_over: bool, without_roles: bool
) -> None:
    """Bring the person with this address back from the bin of ACCOUNT (its short name)."""
    from django.utils import timezone
    from django.utils.translation import gettext as _

    from siegel.accounts.actions import clean_email
    from siegel.accounts.permissions import OPERATOR_SHELL
    from siegel.accounts.queries import account_by_slug
    from siegel.core.refusal import NotFound
    from siegel.licensing.queries.removals import removals_of_email
    from siegel.workflows.restore_people import restore_people

    facts = account_by_slug(account)
    found = removals_of_email(facts.id, clean_email(email))
    if not found:
        raise NotFound(_("Nobody with the address %(email)s lies in the bin.") % {"email": email})
    done = restore_people(
        actor=OPERATOR_SHELL,
        account_id=facts.id,
        removal_ids=found[:1],
        at=timezone.now(),
        roles=not without_roles,
        take_back=not keep_handed_over,
    )
    click.echo(
        _("%(email)s is back. Boxes from the bin: %(boxes)s, from successors: %(back)s")
        % {"email": email, "boxes": done.boxes, "back": done.back}
    )
