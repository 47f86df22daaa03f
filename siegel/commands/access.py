"""Guest ⇄ full, suspending and activating from the operator's shell."""

from typing import Any

import click


@click.command("change-kind")
@click.argument("account")
@click.argument("email")
@click.argument("kind", type=click.Choice(["full", "guest"]))
@click.option("--yes", is_flag=True, help="Do not ask.")
def change_kind_command(*, account: str, email: str, kind: str, yes: bool) -> None:
    """Make the license of EMAIL in ACCOUNT (its short name) a full or a guest license.

    Shows first what will happen, and asks.
    """
    from django.utils import timezone
    from django.utils.translation import gettext as _

    from siegel.accounts.queries import account_by_slug
    from siegel.licensing.kinds import PoolKind
    from siegel.workflows.change_kind import change_kind, plan_kind_change
    from siegel.workflows.kind_words import done_sentence, kind_sentences

    place = _license_in(account, email) | {"to": PoolKind(kind)}
    plan = plan_kind_change(**place)
    if plan.done:
        click.echo(done_sentence(plan))
        return
    for one in kind_sentences(plan, account_by_slug(account).zone):
        click.echo(f"• {one.text}")
        if one.detail:
            click.echo(f"  {one.detail}")
    if not yes and not click.confirm(_("Confirm?")):
        click.echo(_("Nothing was changed."))
        return
    change_kind(**place, at=timezone.now(), confirmed=plan.hash)
    click.echo(done_sentence(plan))


@click.command("suspend")
@click.argument("account")
@click.argument("email")
@click.option("--yes", is_flag=True, help="Do not ask.")
def suspend_command(*, account: str, email: str, yes: bool) -> None:
    """Close the access of EMAIL to ACCOUNT (its short name) at once; nothing is deleted."""
    from django.utils import timezone
    from django.utils.translation import gettext as _

    from siegel.workflows.suspend_license import suspend_license

    place = _license_in(account, email)
    click.echo(_("Access ends at once. The license stays in use, and nothing is deleted."))
    if not yes and not click.confirm(_("Confirm?")):
        click.echo(_("Nothing was changed."))
        return
    suspend_license(**place, at=timezone.now())
    click.echo(_("%(email)s is suspended and has no access.") % {"email": email})


@click.command("activate")
@click.argument("account")
@click.argument("email")
def activate_command(*, account: str, email: str) -> None:
    """Open the access of EMAIL to ACCOUNT (its short name) again."""
    from django.utils import timezone
    from django.utils.translation import gettext as _

    from siegel.workflows.suspend_license import activate_license

    activate_license(**_license_in(account, email), at=timezone.now())
    click.echo(_("%(email)s has access again.") % {"email": email})


def _license_in(account: str, email: str) -> dict[str, Any]:
    """Return the operator and the license that the words on the command line name.

    :raises NotFound: no such account, or nobody there holds a license with this address.
    """
    from django.utils.translation import gettext as _

    from siegel.accounts.actions import clean_email
    from siegel.accounts.permissions import OPERATOR_SHELL
    from siegel.accounts.queries import account_by_slug
    from siegel.core.refusal import NotFound
    from siegel.licensing.queries.one_holder import license_of_address

    facts = account_by_slug(account)
    license_id = license_of_address(facts.id, clean_email(email))
    if license_id is None:
        raise NotFound(_("%(email)s holds no license in this account.") % {"email": email})
    return {"actor": OPERATOR_SHELL, "account_id": facts.id, "license_id": license_id}
