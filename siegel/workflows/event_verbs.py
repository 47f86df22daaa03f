"""Every verb that an event can have, with its type and its sentence. A test finds what is missing.

A new verb needs a row in ``VERBS`` and its German in ``siegel/locale/de/log.po``. A sentence begins
with ``%(actor)s``; it may name ``%(subject)s`` (whom it is about: one event for each person), and
by their name whatever the event has in its data. ``changes`` in the data, ``{field: [old, new]}``,
is told below the sentence.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class EventType(StrEnum):
    """What the log can be filtered by."""

    LICENSES = "licenses"
    PEOPLE = "people"
    ACCESS = "access"
    ROLES = "roles"
    BOXES = "boxes"
    IMPORTS = "imports"
    BOOKINGS = "bookings"
    SETTINGS = "settings"

    @property
    def label(self) -> str:
        """The type's name in the reader's language."""
        return str(_TYPE_LABELS[self])


_TYPE_LABELS = {
    EventType.LICENSES: pgettext_lazy("event", "Licenses"),
    EventType.PEOPLE: pgettext_lazy("event", "Users’ details"),
    EventType.ACCESS: pgettext_lazy("event", "Access"),
    EventType.ROLES: pgettext_lazy("event", "Roles and rights"),
    EventType.BOXES: pgettext_lazy("event", "Boxes"),
    EventType.IMPORTS: pgettext_lazy("event", "Imports"),
    EventType.BOOKINGS: pgettext_lazy("event", "Bookings"),
    EventType.SETTINGS: pgettext_lazy("event", "Settings"),
}


@dataclass(frozen=True)
class Verb:
    """What an event is told with. ``own`` is for what somebody did about themselves."""

    type: EventType
    sentence: str | Promise
    own: str | Promise | None = None


_LICENSES = {
    "license.invite": Verb(EventType.LICENSES, _("%(actor)s invited %(subject)s: %(license)s")),
    "license.import": Verb(EventType.LICENSES, _("%(actor)s imported %(subject)s: %(license)s")),
    "license.release": Verb(
        EventType.LICENSES, _("%(actor)s released the license of %(subject)s: %(license)s")
    ),
    "license.reassign": Verb(
        EventType.LICENSES,
        _("%(actor)s passed the license of %(subject)s on to %(other)s: %(license)s"),
    ),
    "license.take-over": Verb(
        EventType.LICENSES,
        _("%(actor)s gave %(subject)s the license of %(other)s with all its boxes: %(license)s"),
    ),
    "license.promote": Verb(
        EventType.LICENSES, _("%(actor)s made the guest %(subject)s a full user")
    ),
    "license.demote": Verb(
        EventType.LICENSES, _("%(actor)s made the full user %(subject)s a guest")
    ),
    "guest.take": Verb(EventType.LICENSES, _("%(actor)s works with the guest %(subject)s, too")),
    "guest.share": Verb(EventType.LICENSES, _("%(actor)s shared the guest %(subject)s")),
    "guest.leave": Verb(EventType.LICENSES, _("%(actor)s no longer has %(subject)s as a guest")),
    "license.remove": Verb(EventType.LICENSES, _("%(actor)s removed %(subject)s: %(license)s")),
    "license.expire": Verb(
        EventType.LICENSES, _("%(actor)s ended the temporary license of %(subject)s")
    ),
    "license.restore": Verb(
        EventType.LICENSES, _("%(actor)s restored %(subject)s from the bin: %(license)s")
    ),
    "license.erase": Verb(
        EventType.LICENSES, _("%(actor)s erased a removed person for good: %(subject)s")
    ),
    "person.erase": Verb(
        EventType.LICENSES,
        _("%(actor)s erased a former person whose license went to somebody else: %(subject)s"),
    ),
    "license.end": Verb(
        EventType.LICENSES, _("%(actor)s changed how long the license of %(subject)s is valid")
    ),
}
_ACCESS = {
    "license.accept": Verb(EventType.ACCESS, _("%(actor)s registered and accepted the license")),
    "license.suspend": Verb(EventType.ACCESS, _("%(actor)s suspended %(subject)s")),
    "license.activate": Verb(EventType.ACCESS, _("%(actor)s activated %(subject)s")),
    "license.invite-again": Verb(
        EventType.ACCESS, _("%(actor)s made a new registration link for %(subject)s")
    ),
    "license.mail-again": Verb(
        EventType.ACCESS, _("%(actor)s mailed %(subject)s the registration link once more")
    ),
    "license.link-locked": Verb(
        EventType.ACCESS,
        _("%(actor)s locked the registration link of %(subject)s: wrong pass codes"),
    ),
    "token.create": Verb(
        EventType.ACCESS,
        _("%(actor)s created the API token “%(label)s” for %(subject)s"),
        own=_("%(actor)s created the API token “%(label)s”"),
    ),
    "token.revoke": Verb(
        EventType.ACCESS,
        _("%(actor)s revoked the API token “%(label)s” of %(subject)s"),
        own=_("%(actor)s revoked the own API token “%(label)s”"),
    ),
}
_ROLES = {
    "role.grant": Verb(
        EventType.ROLES,
        _("%(actor)s gave %(subject)s the role “%(role)s”"),
        own=_("%(actor)s took the role “%(role)s”"),
    ),
    "role.withdraw": Verb(
        EventType.ROLES,
        _("%(actor)s withdrew the role “%(role)s” from %(subject)s"),
        own=_("%(actor)s gave up the role “%(role)s”"),
    ),
    "license.rights": Verb(
        EventType.ROLES, _("%(actor)s changed what %(subject)s is allowed to do")
    ),
}
_RECOVERY = {
    "recovery.request": Verb(
        EventType.ROLES,
        _("%(actor)s asked that %(subject)s becomes registration administrator: %(reason)s"),
    ),
    "recovery.approve": Verb(
        EventType.ROLES,
        _("%(actor)s approved that %(subject)s becomes registration administrator: %(reason)s"),
    ),
    "recovery.withdraw": Verb(
        EventType.ROLES,
        _("%(actor)s withdrew the request to make %(subject)s registration administrator"),
    ),
    "operator.create": Verb(EventType.ACCESS, _("%(actor)s let %(subject)s act for the operator")),
    "operator.refuse": Verb(
        EventType.ACCESS, _("%(actor)s refused %(subject)s as an operator: wrong password")
    ),
}
_GROUPS = {
    "license.groups": Verb(EventType.PEOPLE, _("%(actor)s changed which groups %(subject)s is in")),
    "group.create": Verb(EventType.PEOPLE, _("%(actor)s created the group “%(name)s”")),
    "group.rename": Verb(
        EventType.PEOPLE, _("%(actor)s renamed the group “%(before)s” to “%(name)s”")
    ),
    "group.delete": Verb(EventType.PEOPLE, _("%(actor)s deleted the group “%(name)s”")),
}
_PEOPLE = {
    "profile.change": Verb(
        EventType.PEOPLE,
        _("%(actor)s changed the details of %(subject)s"),
        own=_("%(actor)s changed the own details"),
    ),
    "people.import": Verb(EventType.IMPORTS, _("%(actor)s imported a people file")),
    "people.upload": Verb(EventType.IMPORTS, _("%(actor)s uploaded a people file for a preview")),
    "people.discard": Verb(EventType.IMPORTS, _("%(actor)s discarded an uploaded people file")),
    "people.expire": Verb(
        EventType.IMPORTS, _("%(actor)s deleted a people file that nobody had confirmed")
    ),
}
_LOGIN = {
    "login.lock": Verb(
        EventType.ACCESS,
        _("%(actor)s locked the login of %(subject)s after too many wrong entries"),
    ),
    "login.unlock": Verb(
        EventType.ACCESS,
        _("%(actor)s unlocked the login of %(subject)s"),
        _("%(actor)s unlocked their own login by mail"),
    ),
    "factor.add-app": Verb(
        EventType.ACCESS,
        _("%(actor)s set up a second factor for %(subject)s: authenticator app"),
        _("%(actor)s set up a second factor: authenticator app"),
    ),
    "factor.add-passkey": Verb(
        EventType.ACCESS,
        _("%(actor)s set up a second factor for %(subject)s: passkey"),
        _("%(actor)s set up a second factor: passkey"),
    ),
    "factor.remove": Verb(
        EventType.ACCESS,
        _("%(actor)s removed a second factor of %(subject)s"),
        _("%(actor)s removed a second factor of their own"),
    ),
    "access.restore": Verb(
        EventType.ACCESS, _("%(actor)s made a link with which %(subject)s gets access again")
    ),
    "access.restored": Verb(EventType.ACCESS, _("%(actor)s has access again, with a new password")),
    "factor.reset": Verb(
        EventType.ACCESS, _("%(actor)s removed every second factor of %(subject)s")
    ),
    "factor.codes": Verb(
        EventType.ACCESS,
        _("%(actor)s made new recovery codes for %(subject)s"),
        _("%(actor)s made new recovery codes"),
    ),
}
_BOOKINGS = {
    "booking.change": Verb(EventType.BOOKINGS, _("%(actor)s changed the booking")),
    "booking.plan": Verb(EventType.BOOKINGS, _("%(actor)s planned to book less from %(day)s on")),
    "booking.withdraw-plan": Verb(
        EventType.BOOKINGS, _("%(actor)s withdrew the planned change for %(day)s")
    ),
    "booking.apply-plan": Verb(
        EventType.BOOKINGS, _("%(actor)s carried out the change planned for %(day)s")
    ),
    "subscription.open": Verb(EventType.BOOKINGS, _("%(actor)s started the contract")),
}
_SETTINGS = {
    "account.open": Verb(EventType.SETTINGS, _("%(actor)s opened the account")),
    "protection.change": Verb(EventType.SETTINGS, _("%(actor)s changed the access protection")),
    "text.change": Verb(
        EventType.SETTINGS, _("%(actor)s changed the invitation text (%(language)s)")
    ),
    "text.reset": Verb(
        EventType.SETTINGS,
        _("%(actor)s set the invitation text (%(language)s) back to the default"),
    ),
    "box.create": Verb(EventType.BOXES, _("%(actor)s created a box")),
    "box.hand-over": Verb(
        EventType.BOXES, _("%(actor)s gave the boxes of %(subject)s to somebody else")
    ),
}
VERBS: Mapping[str, Verb] = (
    _LICENSES | _ACCESS | _LOGIN | _ROLES | _RECOVERY | _GROUPS | _PEOPLE | _BOOKINGS | _SETTINGS
)


def verbs_of(type_: EventType) -> tuple[str, ...]:
    """Return the verbs of a type."""
    return tuple(name for name, verb in VERBS.items() if verb.type is type_)
