"""The text of invitation mails: its placeholders, what it must keep, how it is filled."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from siegel.core.refusal import BadInput

#: What every text keeps: without them nobody is greeted, and nobody can register.
NEEDED = ("name", "link")
OPTIONAL = ("account", "expires", "sender", "email", "message")
LONGEST_SUBJECT, LONGEST_BODY = 150, 5_000
_PLACEHOLDER = re.compile(r"\{([^\W\d_]\w*)\}")


@dataclass(frozen=True)
class MailText:
    """Subject and body of a mail with placeholders, or of the mail itself."""

    subject: str
    body: str


def clean_text(text: MailText) -> MailText:
    """Return the text with tidy lines.

    :raises BadInput: it lacks a placeholder, has an unknown one, or is empty or too long; ``rows``
        say what in one sentence each.
    """
    subject = " ".join(_printable(text.subject).split())
    lines = _printable(text.body).replace("\r\n", "\n").replace("\r", "\n").split("\n")
    body = "\n".join(line.rstrip() for line in lines).strip()
    problems = tuple(_problems(subject, body))
    if problems:
        raise BadInput(_("This text cannot be used."), rows=problems)
    return MailText(subject, body)


def _printable(text: str) -> str:
    return "".join(sign for sign in text if sign.isprintable() or sign in "\r\n\t")


def _problems(subject: str, body: str) -> list[str]:
    found = []
    if not subject:
        found.append(_("The subject is empty."))
    for text, longest in ((subject, LONGEST_SUBJECT), (body, LONGEST_BODY)):
        if len(text) > longest:
            found.append(
                _("“%(start)s…” is too long: at most %(longest)d characters fit.")
                % {"start": text[:20], "longest": longest}
            )
    found += [
        _("The text has to keep {%(word)s}: %(why)s") % {"word": word, "why": _why(word)}
        for word in NEEDED
        if f"{{{word}}}" not in body
    ]
    if "{link}" in subject:
        found.append(_("The link belongs into the text, not into the subject: it is a secret."))
    known = {*NEEDED, *OPTIONAL}
    strange = {word for word in _PLACEHOLDER.findall(f"{subject} {body}") if word not in known}
    if strange:
        found.append(
            _("There is no placeholder %(strange)s. There are: %(known)s.")
            % {"strange": _braced(sorted(strange)), "known": _braced([*NEEDED, *OPTIONAL])}
        )
    return found


def _why(word: str) -> str:
    return {
        "name": _("nobody likes to open a link in a mail that is not addressed to them."),
        "link": _("without it nobody can register."),
    }[word]


def _braced(words: list[str]) -> str:
    return ", ".join(f"{{{word}}}" for word in words)


def fill_text(text: MailText, values: Mapping[str, str]) -> MailText:
    """Return the text with its placeholders filled, each once: values are never read again.

    Where there is a message and no place for it, it comes last.
    """

    def fill(part: str) -> str:
        return _PLACEHOLDER.sub(lambda found: values.get(found[1], found[0]), part)

    body = re.sub(r"\n{3,}", "\n\n", fill(text.body)).strip()
    if values.get("message") and "{message}" not in text.body:
        body = f"{body}\n\n{values['message']}"
    return MailText(" ".join(fill(text.subject).split()), body + "\n")
