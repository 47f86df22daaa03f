"""What the operator's staff does in person: each types their password, never as an argument."""

from typing import TYPE_CHECKING
from uuid import UUID

import click

if TYPE_CHECKING:
    from siegel.accounts.actions import Operator
    from siegel.accounts.recoveries import RecoveryFacts


@click.command("create-operator")
@click.argument("email")
def create_operator_command(*, email: str) -> None:
    """Let EMAIL act for the operator; a new one chooses a password here."""
    from django.utils import timezone
    from django.utils.translation import gettext as _

    from siegel.accounts.actions import make_operator, needs_password

    password = ""
    if needs_password(email):
        password = click.prompt(_("New password"), hide_input=True, confirmation_prompt=True)
    if make_operator(email=email, password=password, at=timezone.now()):
        click.echo(_("%(email)s can act for the operator now.") % {"email": email.lower()})
    else:
        click.echo(_("%(email)s could act for the operator already.") % {"email": email.lower()})


@click.group("recover-admin")
def recover_admin_command() -> None:
    """Recover a lost registration administrator: one operator asks, another one approves."""


_AS = click.option("--as", "operator", required=True, help="E-mail address of the operator.")


@recover_admin_command.command("request")
@click.argument("account")
@click.argument("email")
@_AS
@click.option("--reason", required=True, help="Why, and how the person was identified.")
@click.option("--successor", default="", help="Who takes the license of EMAIL over first.")
def request_command(
    *, account: str, email: str, operator: str, reason: str, successor: str
) -> None:
    """Ask that EMAIL, who holds a full license of ACCOUNT, becomes registration administrator.

    With --successor the license of EMAIL, who left, passes on to the new address with all its
    boxes; its new holder becomes registration administrator.
    """
    from django.utils import timezone
    from django.utils.translation import gettext as _

    from siegel.workflows.recover_admin import request_recovery

    found = request_recovery(
        operator=_identify(operator),
        slug=account,
        email=email,
        reason=reason,
        successor=successor,
        at=timezone.now(),
    )
    _show(found)
    click.echo(_("Another operator approves it with:"))
    click.echo(f"siegel recover-admin approve {found.id} --as …")


@recover_admin_command.command("approve")
@click.argument("request", type=click.UUID)
@_AS
def approve_command(*, request: UUID, operator: str) -> None:
    """Carry out REQUEST as its second person."""
    from django.utils import timezone
    from django.utils.translation import gettext as _

    from siegel.workflows.recover_admin import approve_recovery

    done = approve_recovery(
        operator=_identify(operator),
        request_id=request,
        at=timezone.now(),
    )
    _show(done.request)
    if done.link:
        click.echo(_("Registration link of the successor:"))
        click.echo(done.link)
    if done.pass_code:
        click.echo(_("Pass code, to be told by another way: %(code)s") % {"code": done.pass_code})


@recover_admin_command.command("withdraw")
@click.argument("request", type=click.UUID)
@_AS
def withdraw_command(*, request: UUID, operator: str) -> None:
    """End REQUEST without carrying it out."""
    from django.utils import timezone

    from siegel.workflows.recover_admin import withdraw_recovery

    _show(
        withdraw_recovery(
            operator=_identify(operator),
            request_id=request,
            at=timezone.now(),
        )
    )


@recover_admin_command.command("list")
def list_command() -> None:
    """List the latest requests of all accounts."""
    from django.utils import timezone
    from django.utils.translation import gettext as _

    from siegel.accounts.recoveries import recoveries

    found = recoveries(timezone.now())
    for request in found:
        _show(request)
    if not found:
        click.echo(_("There are no requests."))


def _identify(email: str) -> "Operator":
    from django.utils import timezone
    from django.utils.translation import gettext as _

    from siegel.accounts.actions import authenticate_operator

    password = click.prompt(_("Password of %(email)s") % {"email": email}, hide_input=True)
    return authenticate_operator(email=email, password=password, at=timezone.now())


def _show(request: "RecoveryFacts") -> None:
    from django.utils.translation import get_language, pgettext
    from django.utils.translation import gettext as _

    from siegel.core.formats import moment

    language, zone = get_language() or "de", request.account.zone
    states = {
        "open": pgettext("recovery", "open"),
        "approved": pgettext("recovery", "approved"),
        "withdrawn": pgettext("recovery", "withdrawn"),
        "expired": pgettext("recovery", "expired"),
    }
    click.echo(f"{request.id}  {request.account.slug}  {states[request.state]}")
    who = f"{request.email} → {request.successor}" if request.successor else request.email
    click.echo(_("  For: %(who)s") % {"who": who})
    click.echo(_("  Reason: %(reason)s") % {"reason": request.reason})
    click.echo(
        _("  Asked by %(email)s on %(at)s, until %(until)s")
        % {
            "email": request.requested_by,
            "at": moment(request.requested_at, language, zone),
            "until": moment(request.expires_at, language, zone),
        }
    )
    if request.approved_by and request.ended_at:
        click.echo(
            _("  Approved by %(email)s on %(at)s")
            % {"email": request.approved_by, "at": moment(request.ended_at, language, zone)}
        )
