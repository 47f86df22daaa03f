"""The operator's staff: the only writer of who belongs to it, and who they are at the shell."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils.translation import gettext as _

from siegel.accounts.actions.people import clean_email
from siegel.accounts.models import Person
from siegel.accounts.password_rules import password_faults
from siegel.accounts.protection import ProtectionFacts
from siegel.audit.actions import record
from siegel.core.refusal import BadInput, Forbidden


@dataclass(frozen=True)
class Operator:
    """Somebody of the operator's staff who has shown their password."""

    person_id: UUID
    email: str


def needs_password(email: str) -> bool:
    """Return whether a new operator with this address has to choose a password.

    :raises BadInput: it is no e-mail address.
    """
    person = Person.objects.filter(email=clean_email(email)).first()
    return person is None or not person.has_usable_password()


def make_operator(*, email: str, password: str, at: datetime) -> bool:
    """Let somebody act for the operator; return False if they could already.

    Who has a login keeps its password, and needs none here.

    :raises BadInput: no e-mail address, or a password that breaks a rule; ``rows`` say which.
    """
    email = clean_email(email)
    person = Person.objects.filter(email=email).first() or Person(email=email, created_at=at)
    if person.is_operator and person.has_usable_password():
        return False
    if not person.has_usable_password() or not person.password:
        faults = password_faults(password, person, ProtectionFacts())
        if faults:
            raise BadInput(_("This password cannot be used."), rows=tuple(faults))
        person.password = make_password(password)
    person.is_operator = True
    with transaction.atomic():
        person.save()
        record(
            account_id=None,
            actor_id=None,
            door="command",
            verb="operator.create",
            at=at,
            subject_id=person.id,
        )
    return True


def authenticate_operator(*, email: str, password: str, at: datetime) -> Operator:
    """Return the operator whose password this is.

    :raises Forbidden: it is not, or nobody of the operator's staff has this address; which of the
        two is not told.
    """
    person = Person.objects.filter(email=email.strip().lower(), is_active=True).first()
    if person is None:
        make_password(password)  # as slow as for somebody who exists
    elif person.check_password(password) and person.is_operator:
        return Operator(person.id, person.email)
    if person is not None:
        record(
            account_id=None,
            actor_id=None,
            door="command",
            verb="operator.refuse",
            at=at,
            subject_id=person.id,
        )
    raise Forbidden(_("This is not the address and password of an operator."))
