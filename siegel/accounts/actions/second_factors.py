"""A person's second factors: the only writer of them. Secrets are sealed before they are stored."""

from datetime import datetime
from typing import Any
from uuid import UUID

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from siegel.accounts.actions.sessions import end_sessions
from siegel.accounts.models import Person
from siegel.accounts.one_time_codes import accepted_step, tidy_code
from siegel.accounts.sealed_secrets import CannotOpen, seal, seal_again, unseal
from siegel.accounts.second_factors import FACTORS
from siegel.core.refusal import BadInput, NotFound, Refusal

_LONGEST_NAME = 60


class WrongCode(BadInput):
    """The code is mistyped, too old, or was used already."""

    code = "wrong-code"


class AppAlreadySetUp(Refusal):
    """There is one authenticator app for each person; another one replaces it."""

    code = "app-already-set-up"


@transaction.atomic
def add_app(*, person_id: UUID, secret: str, code: str, at: datetime) -> None:
    """Connect an authenticator app that shows the right code. The code is used up by it.

    :raises WrongCode: the code does not belong to the secret.
    :raises AppAlreadySetUp: the person has one already.
    """
    step = accepted_step(secret, code, at)
    if step is None:
        raise WrongCode(
            _("This code is not right. Please type the one that the app shows now."), field="code"
        )
    data = {"secret": seal(secret), "last_step": step}
    try:
        with transaction.atomic():
            Authenticator.objects.create(
                user_id=person_id, type=Authenticator.Type.TOTP, data=data, created_at=at
            )
    except IntegrityError:
        raise AppAlreadySetUp(
            _("An authenticator app is connected already. Remove it first to connect another one.")
        ) from None


@transaction.atomic
def add_passkey(*, person_id: UUID, name: str, credential: dict[str, Any], at: datetime) -> None:
    """Store a passkey; whoever calls has checked what the browser sent."""
    Authenticator.objects.create(
        user_id=person_id,
        type=Authenticator.Type.WEBAUTHN,
        data={"name": _clean_name(name), "credential": credential},
        created_at=at,
    )


@transaction.atomic
def rename_factor(*, person_id: UUID, factor_id: int, name: str) -> None:
    """Give a factor another name.

    :raises NotFound: the person has no such factor.
    :raises BadInput: the name is empty.
    """
    row = _locked(person_id, factor_id)
    row.data["name"] = _clean_name(name)
    row.save(update_fields=["data"])


@transaction.atomic
def drop_factor(*, person_id: UUID, factor_id: int, keep_one: bool) -> bool:
    """Remove a factor and return whether it was the last one; recovery codes go with the last.

    With ``keep_one``, the last one stays and False is returned.

    :raises NotFound: the person has no such factor.
    """
    # Two removals of the last two at the same time wait for each other here.
    Person.objects.select_for_update().get(id=person_id)
    row = _locked(person_id, factor_id)
    others = Authenticator.objects.filter(user_id=person_id, type__in=FACTORS).exclude(id=row.id)
    if others.exists():
        row.delete()
        return False
    if not keep_one:
        Authenticator.objects.filter(user_id=person_id).delete()
        return True
    return False


@transaction.atomic
def make_recovery_codes(*, person_id: UUID) -> list[str]:
    """Return ten new recovery codes, to be shown once; the previous ones end.

    :raises NotFound: the person has no second factor that they could replace.
    """
    person = Person.objects.select_for_update().get(id=person_id)
    if not Authenticator.objects.filter(user_id=person_id, type__in=FACTORS).exists():
        raise NotFound(_("Recovery codes need a second factor first."))
    Authenticator.objects.filter(user_id=person_id, type=Authenticator.Type.RECOVERY_CODES).delete()
    codes: list[str] = RecoveryCodes.activate(person).generate_codes()
    return codes


@transaction.atomic
def use_code(*, person_id: UUID, code: str, at: datetime) -> bool:
    """Return whether the code of the app, or a recovery code, is right; it cannot be used again."""
    rows = Authenticator.objects.select_for_update().filter(
        user_id=person_id, type__in=[Authenticator.Type.TOTP, Authenticator.Type.RECOVERY_CODES]
    )
    return any(
        _use_app(row, code, at) if row.type == Authenticator.Type.TOTP else _use_recovery(row, code)
        for row in rows
    )


def _use_app(row: Authenticator, code: str, at: datetime) -> bool:
    try:
        secret = unseal(row.data["secret"])
    except CannotOpen:
        return False
    step = accepted_step(secret, code, at, after=row.data.get("last_step", -1))
    if step is None:
        return False
    # Sealed anew: so secrets move to a new key by being used.
    row.data |= {"last_step": step, "secret": seal(secret)}
    row.last_used_at = at
    row.save(update_fields=["data", "last_used_at"])
    return True


def _use_recovery(row: Authenticator, code: str) -> bool:
    try:
        return bool(row.wrap().validate_code(tidy_code(code)))
    except CannotOpen:
        return False


def note_factor_use(*, factor_id: int, at: datetime) -> None:
    """Remember when a passkey was last used."""
    Authenticator.objects.filter(id=factor_id).update(last_used_at=at)


@transaction.atomic
def remove_second_factors(*, person_id: UUID) -> int:
    """Take away every second factor and recovery code, end all sessions; return how many factors.

    For workflows that have asked for the permission, such as restoring a lost access. Where an
    account enforces a second factor, the next sign-in leads to setting up a new one.
    """
    factors = Authenticator.objects.filter(user_id=person_id, type__in=FACTORS).count()
    Authenticator.objects.filter(user_id=person_id).delete()
    end_sessions(person_id=person_id)
    return int(factors)


def reseal_second_factors() -> tuple[int, int]:
    """Seal every stored secret under the present key; return how many, and how many cannot be.

    Afterwards the old key can be thrown away, unless some are left that it does not open.
    """
    done = lost = 0
    types = [Authenticator.Type.TOTP, Authenticator.Type.RECOVERY_CODES]
    ids = list(Authenticator.objects.filter(type__in=types).values_list("id", flat=True))
    for factor_id in ids:
        with transaction.atomic():  # one by one: nobody who signs in meanwhile waits for all
            row = Authenticator.objects.select_for_update().filter(id=factor_id).first()
            if row is None:
                continue
            name = "secret" if row.type == Authenticator.Type.TOTP else "seed"
            try:
                row.data[name] = seal_again(row.data[name])
            except CannotOpen:
                lost += 1
                continue
            row.save(update_fields=["data"])
            done += 1
    return done, lost


def _locked(person_id: UUID, factor_id: int) -> Authenticator:
    row = (
        Authenticator.objects.select_for_update()
        .filter(id=factor_id, user_id=person_id, type__in=FACTORS)
        .first()
    )
    if row is None:
        raise NotFound(_("This second factor does not exist any more."))
    return row


def _clean_name(name: str) -> str:
    tidy = " ".join(name.split())
    if not tidy:
        raise BadInput(_("Please give it a name."), field="name")
    return tidy[:_LONGEST_NAME]
