"""Removing a lost second factor from the operator's shell."""

import click


@click.command("reset-second-factor")
@click.argument("email")
@click.option("--yes", is_flag=True, help="Do not ask.")
def reset_second_factor_command(email: str, yes: bool) -> None:
    """Remove every second factor of EMAIL, whose login is good for several accounts.

    Make sure before that it is really this person who asks. The logs of all their accounts tell of
    it, and all their sessions end. Where an account demands a second factor, the next sign-in asks
    to set up a new one.
    """
    from django.utils import timezone
    from django.utils.translation import gettext as _
    from django.utils.translation import ngettext

    from siegel.accounts.actions import clean_email
    from siegel.accounts.permissions import OPERATOR_SHELL
    from siegel.accounts.queries import person_by_email
    from siegel.workflows.restore_access import reset_second_factor

    person_id = person_by_email(clean_email(email))
    question = _("Remove every second factor of %(email)s?") % {"email": email}
    if not yes and not click.confirm(question):
        click.echo(_("Nothing was changed."))
        return
    count = reset_second_factor(actor=OPERATOR_SHELL, person_id=person_id, at=timezone.now())
    text = ngettext("%(count)d second factor removed.", "%(count)d second factors removed.", count)
    click.echo(text % {"count": count})
