"""Registration links, and the first password: the only writers of both."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from siegel.accounts.actions.people import BATCH
from siegel.accounts.models import (
    MAX_WRONG_CODES,
    ApiToken,
    Person,
    Profile,
    RegistrationLink,
)
from siegel.accounts.pass_codes import hash_pass_code
from siegel.accounts.permissions import Actor, Permission, require
from siegel.accounts.tokens import hash_token, registration_token
from siegel.core.refusal import BadInput, NotFound

LONGEST_DAYS = 90


@dataclass(frozen=True)
class LinkTerms:
    """How a registration link is handed out."""

    days: int | None = None  #: how long it can be used; None: the instance's setting
    pass_code: str = ""  #: asked on the registration page; never sent with the link
    keep_code: bool = False  #: the code of the link that ends now stays, whatever it is
    language: str = ""  #: of the mail; empty: the account's
    message: str = ""  #: a line of the inviting person in the mail


@dataclass(frozen=True)
class NewLink:
    """A registration link that was just created. The token is derived from the id, not stored."""

    id: UUID
    profile_id: UUID
    expires_at: datetime
    asks_code: bool = False

    @property
    def token(self) -> str:
        """What the link's address ends with."""
        return registration_token(self.id)


def clean_terms(terms: LinkTerms) -> LinkTerms:
    """Return the terms with the message on one line.

    :raises BadInput: days, pass code, language or message that cannot be.
    """
    if terms.days is not None and not 1 <= terms.days <= LONGEST_DAYS:
        raise BadInput(
            _("A registration link can be used for 1 to %(longest)d days.")
            % {"longest": LONGEST_DAYS}
        )
    if terms.language and terms.language not in dict(settings.LANGUAGES):
        raise BadInput(
            _("Siegel does not speak the language “%(code)s”.") % {"code": terms.language}
        )
    message = " ".join(terms.message.split())
    longest = RegistrationLink._meta.get_field("message").max_length or 0
    if len(message) > longest:
        raise BadInput(
            _("The message is too long: at most %(longest)d characters fit.") % {"longest": longest}
        )
    return replace(terms, message=message)


def create_registration_link(
    *, actor: Actor, account_id: UUID, profile_id: UUID, at: datetime
) -> str:
    """Return the token of a new registration link; an open one of the same person ends."""
    (link,) = create_registration_links(
        actor=actor, account_id=account_id, profile_ids=[profile_id], at=at
    )
    return link.token


@transaction.atomic
def create_registration_links(
    *,
    actor: Actor,
    account_id: UUID,
    profile_ids: Sequence[UUID],
    at: datetime,
    terms: LinkTerms | None = None,
) -> list[NewLink]:
    """Create a registration link for each person, in this order; their open ones end.

    Whose links somebody may make is decided by the workflow that knows licenses and sponsors.
    Without ``terms`` pass code, language and message are those of the link that ends.

    :raises NotFound: one of them is not of this account.
    :raises BadInput: the terms cannot be.
    """
    require(actor, Permission.GUEST_INVITE, account_id)
    terms = clean_terms(terms) if terms else None
    code = hash_pass_code(terms.pass_code) if terms and terms.pass_code else ""
    links = []
    for start in range(0, len(profile_ids), BATCH):
        batch = profile_ids[start : start + BATCH]
        if Profile.objects.filter(account_id=account_id, id__in=batch).count() != len(batch):
            raise NotFound(_("This does not exist, or it belongs to another account."))
        open_links = RegistrationLink.objects.filter(
            profile_id__in=batch, used_at=None, withdrawn_at=None
        )
        before = {link.profile_id: link for link in open_links}
        if before:
            open_links.update(withdrawn_at=at)
        for profile_id in batch:
            link = _new_link(profile_id, actor, at, terms, before.get(profile_id))
            link.pass_code = code or link.pass_code
            links.append(link)
    RegistrationLink.objects.bulk_create(links, batch_size=BATCH)
    return [
        NewLink(link.id, link.profile_id, link.expires_at, bool(link.pass_code)) for link in links
    ]


def _new_link(
    profile_id: UUID,
    actor: Actor,
    at: datetime,
    terms: LinkTerms | None,
    before: RegistrationLink | None,
) -> RegistrationLink:
    days = terms.days if terms and terms.days else settings.REGISTRATION_LINK_DAYS
    link = RegistrationLink(
        profile_id=profile_id,
        created_at=at,
        created_by_id=actor.person_id,
        expires_at=at + timedelta(days=days),
    )
    link.token_hash = hash_token(registration_token(link.id))
    if terms:
        link.language, link.message = terms.language, terms.message
    elif before:
        link.language, link.message = before.language, before.message
    if before and (terms is None or terms.keep_code):
        link.pass_code = before.pass_code
    return link


def withdraw_registration_links(*, profile_id: UUID, at: datetime) -> None:
    """End a person's open registration links."""
    RegistrationLink.objects.filter(profile_id=profile_id, used_at=None, withdrawn_at=None).update(
        withdrawn_at=at
    )


def use_registration_link(*, link_id: UUID, at: datetime) -> bool:
    """Mark a link as used; return False if somebody was faster, or it had ended."""
    return bool(
        RegistrationLink.objects.filter(
            id=link_id,
            used_at=None,
            withdrawn_at=None,
            expires_at__gt=at,
            wrong_codes__lt=MAX_WRONG_CODES,
        ).update(used_at=at)
    )


@transaction.atomic  # the row stays locked until the number of this very try was read
def begin_pass_code(*, link_id: UUID) -> int | None:
    """Count one try of the pass code before it is looked at; return which, or None if locked.

    Counted first, so that tries at the same moment cannot be more than the limit.
    """
    rows = RegistrationLink.objects.filter(id=link_id, wrong_codes__lt=MAX_WRONG_CODES)
    if not rows.update(wrong_codes=F("wrong_codes") + 1):
        return None
    return RegistrationLink.objects.values_list("wrong_codes", flat=True).get(id=link_id)


def take_back_wrong_code(*, link_id: UUID) -> None:
    """Give back the try of a pass code that was right."""
    RegistrationLink.objects.filter(id=link_id, wrong_codes__gt=0).update(
        wrong_codes=F("wrong_codes") - 1
    )


def note_mail_wanted(*, link_ids: Iterable[UUID], at: datetime) -> None:
    """Remember that these links are to be mailed; how a former mail went is no longer asked."""
    RegistrationLink.objects.filter(id__in=list(link_ids)).update(
        mail_wanted_at=at, mail_job=None, mailed_at=None
    )


def note_mail_job(*, link_id: UUID, job_id: UUID) -> None:
    """Remember which job mails a link, so that its administrator can see how that goes."""
    RegistrationLink.objects.filter(id=link_id).update(mail_job=job_id)


def note_mailed(*, link_id: UUID, at: datetime) -> None:
    """Remember that the mail server has taken a link's mail."""
    RegistrationLink.objects.filter(id=link_id).update(mailed_at=at)


def set_first_password(*, person_id: UUID, password: str) -> bool:
    """Give a password to a person who never had one; return False if they can sign in already.

    ``password`` is already hashed: hashing takes long, and this runs with the database locked.
    """
    rows = Person.objects.filter(
        id=person_id, is_active=True, last_login=None, password__startswith=UNUSABLE_PASSWORD_PREFIX
    )
    return bool(rows.update(password=password))


@transaction.atomic
def end_access(*, profile_ids: Sequence[UUID], at: datetime) -> None:
    """End the open registration links and API tokens of people who leave an account."""
    RegistrationLink.objects.filter(
        profile_id__in=profile_ids, used_at=None, withdrawn_at=None
    ).update(withdrawn_at=at)
    ApiToken.objects.filter(profile_id__in=profile_ids, revoked_at=None).update(revoked_at=at)
