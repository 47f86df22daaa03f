"""Erase people: everything personal gives way to a pseudonym (GDPR Art. 17).

The rows stay, because ledgers and journals point at them. The pseudonym is made from the id, so it
is the same wherever it appears, and tells nothing.
"""

from datetime import datetime
from uuid import UUID

from allauth.account.models import EmailAddress
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from siegel.accounts.actions.people import fill_search
from siegel.accounts.actions.second_factors import remove_second_factors
from siegel.accounts.models import (
    ApiToken,
    ListColumns,
    Person,
    Profile,
    RecoveryRequest,
    RegistrationLink,
    SignInLock,
)
from siegel.core.ids import new_id

#: RFC 2606: nobody can have an address there.
_NOWHERE = "erased.invalid"


def pseudonym(profile_id: UUID) -> tuple[str, str]:
    """Return first and last name of somebody who was erased: Ehemalige Person 4F2A9C."""
    # The end of the id: its beginning is the time at which it was made.
    return _("Former person"), profile_id.hex[-6:].upper()


def hold_profile(*, profile_id: UUID) -> None:
    """Lock a profile's row, so that nobody gets a license for it until the transaction ends."""
    Profile.objects.select_for_update(of=("self",)).filter(id=profile_id).first()


@transaction.atomic
def erase_profile(*, profile_id: UUID, at: datetime) -> bool:
    """Replace what an account knows about a person by a pseudonym; return whether it was now.

    For workflows that have asked for the permission and know that nothing needs the data.
    """
    rows = Profile.objects.select_for_update(of=("self",)).select_related("account")
    profile = rows.filter(id=profile_id, erased_at=None).first()
    if profile is None:
        return False
    with translation.override(profile.account.language):
        profile.first_name, profile.last_name = pseudonym(profile.id)
    RecoveryRequest.objects.filter(account=profile.account, successor=profile.email).update(
        successor=f"{profile.id.hex}@{_NOWHERE}"
    )
    RegistrationLink.objects.filter(profile=profile).update(message="")
    profile.email = f"{profile.id.hex}@{_NOWHERE}"
    profile.organisation = profile.department = profile.phone = ""
    profile.description = ""
    fill_search(profile)
    profile.erased_at = at
    profile.save()
    ApiToken.objects.filter(profile=profile).delete()  # their names are personal, too
    return True


@transaction.atomic
def erase_person(*, person_id: UUID) -> bool:
    """Replace a login by a pseudonym if no account knows the person any more.

    Return whether it was done. Operators stay.
    """
    person = Person.objects.select_for_update().filter(id=person_id, is_operator=False).first()
    if person is None or Profile.objects.filter(person_id=person_id, erased_at=None).exists():
        return False
    latest = Profile.objects.filter(person_id=person_id).order_by("-erased_at").first()
    with translation.override(person.language):
        person.first_name, person.last_name = pseudonym(latest.id if latest else person.id)
    person.email = f"{person.id.hex}@{_NOWHERE}"
    person.password = f"!{new_id().hex}"
    person.is_active = False
    person.last_login = None
    person.save()
    EmailAddress.objects.filter(user_id=person_id).delete()
    SignInLock.objects.filter(person_id=person_id).delete()
    ListColumns.objects.filter(person_id=person_id).delete()
    remove_second_factors(person_id=person_id)
    return True
