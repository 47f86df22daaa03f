"""What people change about themselves; it holds in every account, so no account decides it."""

from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext as _

from siegel.accounts.models import Person
from siegel.accounts.permissions import Actor
from siegel.core.refusal import BadInput, Forbidden


def rename_person(*, actor: Actor, person_id: UUID, first_name: str, last_name: str) -> None:
    """Change the name that pages greet the person with; accounts keep what they typed.

    :raises Forbidden: the person is somebody else.
    """
    _require_self(actor, person_id)
    Person.objects.filter(id=person_id).update(
        first_name=first_name.strip()[:80], last_name=last_name.strip()[:80]
    )


def choose_language(*, actor: Actor, person_id: UUID, language: str) -> None:
    """Change the language of the person's pages and mails.

    :raises Forbidden: the person is somebody else.
    :raises BadInput: Siegel does not speak that language.
    """
    _require_self(actor, person_id)
    if language not in dict(settings.LANGUAGES):
        raise BadInput(_("Siegel does not speak the language “%(code)s”.") % {"code": language})
    Person.objects.filter(id=person_id).update(language=language)


def _require_self(actor: Actor, person_id: UUID) -> None:
    if actor.person_id != person_id:
        raise Forbidden(_("Only the person themselves can change this."))
