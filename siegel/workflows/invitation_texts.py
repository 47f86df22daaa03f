"""The account's own text of invitation mails, where its package has them."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils import translation
from django.utils.translation import gettext as _

from siegel.accounts import actions as accounts
from siegel.accounts.invitation_words import MailText, clean_text
from siegel.accounts.permissions import Actor, Permission, require
from siegel.accounts.queries import OwnText, invitation_texts
from siegel.core.refusal import Refusal, WayOut
from siegel.licensing.queries.packages import booking_facts, packages_with

FEATURE = "registration_email_template"


class PackageLacksTexts(Refusal):
    """The account's package has no texts of its own; names those that have."""

    code = "package-lacks-texts"


@dataclass(frozen=True)
class InvitationTexts:
    """What the page about texts shows."""

    allowed: bool  #: the package has texts of one's own
    package: str
    packages: tuple[str, ...]  #: those that have it
    own: dict[str, OwnText]  #: by language; kept also where the package does not have it any more


def texts_of_account(*, actor: Actor, account_id: UUID) -> InvitationTexts:
    """Return the account's own texts, and whether they are in force."""
    require(actor, Permission.TEXT_CHANGE, account_id)
    booking = booking_facts(account_id)
    return InvitationTexts(
        allowed=booking is not None and FEATURE in booking.package.features,
        package=booking.package.name if booking else "",
        packages=packages_with(FEATURE),
        own=invitation_texts(account_id),
    )


def own_text(account_id: UUID, language: str) -> MailText | None:
    """Return what the account's invitations in this language say; None: the default text."""
    found = invitation_texts(account_id).get(language)
    if found is None or not _allowed(account_id):
        return None
    return found.text


def change_invitation_text(
    *, actor: Actor, account_id: UUID, language: str, text: MailText, at: datetime
) -> None:
    """Let the account's invitations in this language say this; the default text is as none.

    :raises PackageLacksTexts: the package has no texts of one's own.
    :raises BadInput: the text cannot be used; ``rows`` say why.
    """
    require(actor, Permission.TEXT_CHANGE, account_id)
    if not _allowed(account_id):
        raise PackageLacksTexts(
            _("Your package has no text of your own. These packages have it: %(packages)s.")
            % {"packages": ", ".join(packages_with(FEATURE))},
            ways_out=(WayOut("contact-support", _("Ask support about another package")),),
        )
    with translation.override(language):
        default = default_text()
    if clean_text(text) == default:
        accounts.reset_invitation_text(actor=actor, account_id=account_id, language=language, at=at)
        return
    accounts.set_invitation_text(
        actor=actor, account_id=account_id, language=language, text=text, at=at
    )


def _allowed(account_id: UUID) -> bool:
    booking = booking_facts(account_id)
    return booking is not None and FEATURE in booking.package.features


def default_text(*, has_login: bool = False, named: bool = True) -> MailText:
    """Return the text that accounts start with, in the active language, with its placeholders."""
    parts = {
        "account": "{account}",
        "name": "{name}",
        "email": "{email}",
        "day": "{expires}",
    }
    if has_login:
        step = _(
            "Open this link, sign in with your e-mail address and your password, and accept "
            "the invitation:"
        )
    else:
        step = _("Open this link, choose a password, and you are in:")
    paragraphs = (
        _("Hello %(name)s,") % parts if named else _("Hello,"),
        _(
            "%(account)s has given you a license for Siegel, the service in which people share "
            "confidential files and messages."
        )
        % parts,
        "{message}",
        step,
        "{link}",
        _(
            "The link is only for you (%(email)s), works once, and ends on %(day)s. Please do "
            "not pass it on."
        )
        % parts,
        _(
            "You were not expecting this? Then you need not do anything, or ask whoever you "
            "know at %(account)s."
        )
        % parts,
    )
    subject = _("%(account)s invites you to Siegel") % parts
    return MailText(subject, "\n\n".join(paragraphs))
