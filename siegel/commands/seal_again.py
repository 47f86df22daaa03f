"""Moving the secrets of second factors to a new SECRET_KEY."""

import click


@click.command("seal-again")
def seal_again_command() -> None:
    """Seal all secrets of second factors under the present SECRET_KEY.

    Once every secret is sealed again, the old key can be taken out of OLD_SECRET_KEYS.
    """
    from django.utils.translation import gettext as _

    from siegel.accounts.actions import reseal_second_factors

    done, lost = reseal_second_factors()
    click.echo(_("%(count)d secrets are sealed under the present key.") % {"count": done})
    if lost:
        click.echo(
            _(
                "%(count)d secrets cannot be opened with any known key: their owners need a new "
                "second factor, or OLD_SECRET_KEYS lacks a key."
            )
            % {"count": lost},
            err=True,
        )
        click.get_current_context().exit(1)
