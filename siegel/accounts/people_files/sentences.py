"""Why a row is left out, in the reader's language."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy

_SENTENCES = {
    "no-email": gettext_lazy("The row has no e-mail address."),
    "bad-email": gettext_lazy("“%(value)s” is not an e-mail address."),
    "no-ascii-email": gettext_lazy(
        "“%(value)s” has a letter before the @ that addresses cannot have here, such as an umlaut."
    ),
    "too-long": gettext_lazy(
        "%(field)s has %(length)d characters; at most %(limit)d are possible."
    ),
    "bad-character": gettext_lazy("%(field)s contains invisible control characters."),
    "bad-kind": gettext_lazy("“%(value)s” is no kind of license: “full” or “guest” is expected."),
    "too-many-cells": gettext_lazy(
        "The row has %(found)d columns, the headings have %(expected)d: is there a delimiter "
        "inside of a value?"
    ),
    "blocked": gettext_lazy("This user is blocked where the file comes from."),
    "duplicate": gettext_lazy("The same e-mail address is already in line %(first)d."),
    "ldif-line": gettext_lazy("Line %(at)d is no “attribute: value”."),
    "ldif-base64": gettext_lazy("The base64 value in line %(at)d is damaged."),
    "ldif-change": gettext_lazy("“changetype: %(value)s” describes a change, not a person."),
}
_FIELDS = {
    "email": gettext_lazy("The e-mail address"),
    "first_name": gettext_lazy("The first name"),
    "last_name": gettext_lazy("The last name"),
    "organisation": gettext_lazy("The organization"),
    "department": gettext_lazy("The department"),
    "phone": gettext_lazy("The phone number"),
}
CODES = frozenset(_SENTENCES)


def sentence_for(code: str, values: Mapping[str, str | int]) -> str:
    """Return the sentence for a row problem."""
    shown: dict[str, str | int] = dict(values)
    if "field" in shown:
        shown["field"] = str(_FIELDS[str(shown["field"])])
    return str(_SENTENCES[code]) % shown
