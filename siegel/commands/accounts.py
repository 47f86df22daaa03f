"""Opening accounts, inviting people and making API tokens from the operator's shell."""

import click


@click.command("create-account")
@click.argument("slug")
@click.argument("name")
@click.option("--package", default="growth", show_default=True, help="Short name of the package.")
@click.option(
    "--full", type=click.IntRange(1), default=10, show_default=True, help="Full licenses."
)
@click.option("--guest-packs", type=click.IntRange(0), default=0, help="Guest packs.")
@click.option("--data-rooms", type=click.IntRange(0), default=0, help="Data rooms.")
@click.option("--storage-packs", type=click.IntRange(0), default=0, help="Storage packs.")
@click.option(
    "--term",
    type=click.Choice(["monthly", "yearly"]),
    default="yearly",
    show_default=True,
    help="Term of the contract.",
)
@click.option("--admin-email", required=True, help="The registration administrator.")
@click.option("--first-name", default="", help="First name of the administrator.")
@click.option("--last-name", default="", help="Last name of the administrator.")
@click.option(
    "--account-language",
    type=click.Choice(["de", "en"]),
    default="de",
    show_default=True,
    help="Language of the account's mails and files.",
)
@click.option("--time-zone", default="", help="The account's time zone. [default: TIME_ZONE]")
@click.option("--mail", is_flag=True, help="Mail the registration link to the administrator.")
def create_account_command(
    *,
    slug: str,
    name: str,
    package: str,
    full: int,
    guest_packs: int,
    data_rooms: int,
    storage_packs: int,
    term: str,
    admin_email: str,
    first_name: str,
    last_name: str,
    account_language: str,
    time_zone: str,
    mail: bool,
) -> None:
    """Open an account: SLUG is its short name in addresses, NAME what people read.

    Books the licenses, starts the contract today, and invites the registration administrator,
    whose registration link is printed.
    """
    from django.conf import settings
    from django.utils import timezone
    from django.utils.translation import gettext as _

    from siegel.accounts.actions import PersonData, clean_person
    from siegel.billing.items import Term
    from siegel.licensing.rules import Quantities
    from siegel.workflows.open_account import open_account

    opened = open_account(
        slug=slug,
        name=name,
        package=package,
        quantities=Quantities(full, guest_packs, data_rooms, storage_packs),
        admin=clean_person(PersonData(admin_email, first_name, last_name, organisation=name)),
        at=timezone.now(),
        term=Term(term),
        time_zone=time_zone or settings.TIME_ZONE,
        language=account_language,
        mail=mail,
    )
    click.echo(
        _("%(name)s is open: %(address)s")
        % {
            "name": opened.account.name,
            "address": f"{settings.BASE_URL}/a/{opened.account.slug}/",
        }
    )
    click.echo(_("Registration link of the administrator:"))
    click.echo(opened.link)


@click.command("invite")
@click.argument("account")
@click.argument("email")
@click.option(
    "--kind",
    type=click.Choice(["full", "guest"]),
    default="full",
    show_default=True,
    help="Kind of license.",
)
@click.option("--first-name", default="", help="First name.")
@click.option("--last-name", default="", help="Last name.")
@click.option("--organisation", default="", help="Organization.")
@click.option("--no-mail", is_flag=True, help="Only print the registration link.")
@click.option("--pass-code", is_flag=True, help="Make a pass code up, too, and print it.")
def invite_command(
    *,
    account: str,
    email: str,
    kind: str,
    first_name: str,
    last_name: str,
    organisation: str,
    no_mail: bool,
    pass_code: bool,
) -> None:
    """Give EMAIL a license of ACCOUNT (its short name) and print the registration link."""
    from django.utils import timezone

    from siegel.accounts.actions import LinkTerms, PersonData
    from siegel.accounts.pass_codes import new_pass_code
    from siegel.accounts.permissions import OPERATOR_SHELL
    from siegel.accounts.queries import account_by_slug
    from siegel.licensing.kinds import PoolKind
    from siegel.workflows.invite_person import invite_person

    code = new_pass_code() if pass_code else ""

    invitation = invite_person(
        actor=OPERATOR_SHELL,
        account_id=account_by_slug(account).id,
        person=PersonData(email, first_name, last_name, organisation=organisation),
        kind=PoolKind(kind),
        at=timezone.now(),
        mail=not no_mail,
        terms=LinkTerms(pass_code=code),
    )
    click.echo(invitation.link)
    if code:
        click.echo(code)


@click.command("create-token")
@click.argument("account")
@click.argument("email")
@click.option("--label", required=True, help="What the token is for.")
@click.option(
    "--days",
    type=click.IntRange(1, 366),
    default=90,
    show_default=True,
    help="For how many days it works.",
)
def create_token_command(*, account: str, email: str, label: str, days: int) -> None:
    """Make an API token with which a program acts as EMAIL in ACCOUNT; print it, once."""
    from django.utils import timezone

    from siegel.accounts.actions import clean_email, create_api_token
    from siegel.accounts.permissions import OPERATOR_SHELL
    from siegel.accounts.queries import account_by_slug, person_by_email
    from siegel.licensing.queries.seats import actor_for

    account_by_slug(account)
    person_id = person_by_email(clean_email(email))
    facts, _owner = actor_for(person_id, account, door="command")
    click.echo(
        create_api_token(
            actor=OPERATOR_SHELL,
            account_id=facts.id,
            owner_id=person_id,
            label=label,
            days=days,
            at=timezone.now(),
        )
    )
