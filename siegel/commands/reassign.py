"""Giving a license to somebody else from the operator's shell: the same plan as on the page."""

import click


@click.command("reassign")
@click.argument("account")
@click.argument("email")
@click.argument("new_email")
@click.option("--first-name", default="", help="Of somebody new in this account.")
@click.option("--last-name", default="", help="Of somebody new in this account.")
@click.option("--keep-roles", is_flag=True, help="Let the roles pass on; else they end.")
@click.option("--mail", is_flag=True, help="Mail somebody new the registration link.")
@click.option("--pass-code", default="", help="Asked beside the registration link.")
@click.option("--yes", is_flag=True, help="Do not ask.")
def reassign_command(
    *,
    account: str,
    email: str,
    new_email: str,
    first_name: str,
    last_name: str,
    keep_roles: bool,
    mail: bool,
    pass_code: str,
    yes: bool,
) -> None:
    """Give the license of EMAIL in ACCOUNT (its short name) to NEW_EMAIL, with all its boxes.

    Shows first what will happen, and asks.
    """
    from typing import Any

    from django.utils import timezone
    from django.utils.translation import gettext as _

    from siegel.accounts.actions import LinkTerms, clean_email
    from siegel.accounts.permissions import OPERATOR_SHELL
    from siegel.accounts.queries import account_by_slug
    from siegel.boxes.queries.reach import reach_of
    from siegel.core.refusal import NotFound
    from siegel.licensing.queries.one_holder import license_of_address
    from siegel.workflows.invite_person import open_invitation
    from siegel.workflows.reassign_license import reassign_license
    from siegel.workflows.reassignment_plan import Wish, plan_reassignment
    from siegel.workflows.reassignment_words import done_sentence, sentences

    facts, at = account_by_slug(account), timezone.now()
    license_id = license_of_address(facts.id, clean_email(email))
    if license_id is None:
        raise NotFound(_("%(email)s holds no license in this account.") % {"email": email})
    terms = LinkTerms(pass_code=pass_code)
    wish = Wish(new_email, first_name, last_name, keep_roles=keep_roles, mail=mail, terms=terms)
    place: dict[str, Any] = {"actor": OPERATOR_SHELL, "account_id": facts.id}
    plan = plan_reassignment(**place, license_id=license_id, wish=wish, at=at)
    for one in sentences(plan, reach_of(**place, license_id=license_id)):
        click.echo(f"• {one.text}")
        if one.detail:
            click.echo(f"  {one.detail}")
    if not yes and not click.confirm(_("Confirm?")):
        click.echo(_("Nothing was changed."))
        return
    done = reassign_license(**place, license_id=license_id, wish=wish, at=at, confirmed=plan.hash)
    click.echo(done_sentence(plan.leaver.name, plan.successor_name))
    link = open_invitation(**place, profile_id=done.profile_id, at=at) if done.invited else None
    if link:
        click.echo(_("Registration link:"))
        click.echo(link.link)
