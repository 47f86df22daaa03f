"""What a ledger entry says in words: the reason, who did it and through which door."""

from django.utils.translation import pgettext

from siegel.licensing.queries.ledger import LedgerLine


def reason_text(line: LedgerLine) -> str:
    """Return why the pool changed."""
    words = {
        "assign": pgettext("ledger", "License given"),
        "release": pgettext("ledger", "License released"),
        "book": pgettext("ledger", "Booking"),
        "reassign": pgettext("ledger", "License passed on"),
        "promote": pgettext("ledger", "Guest became full user"),
        "demote": pgettext("ledger", "Full user became guest"),
        "remove": pgettext("ledger", "Moved to the bin"),
        "restore": pgettext("ledger", "Restored from the bin"),
        "expire": pgettext("ledger", "Temporary license ended"),
    }
    text = words.get(line.reason, line.reason)
    return f"{text} {line.booking}" if line.booking else text


def door_text(door: str) -> str:
    """Return through which door, where that is worth a word."""
    words = {
        "api": pgettext("ledger", "by program"),
        "command": pgettext("ledger", "on the command line"),
        "import": pgettext("ledger", "by import"),
    }
    return words.get(door, "")


def channel_text(door: str) -> str:
    """Return through which door in one word, for files: there every row says it."""
    words = {
        "web": pgettext("channel", "Web pages"),
        # What the demo does stands for what people do on the pages.
        "demo": pgettext("channel", "Web pages"),
        "api": pgettext("channel", "Programs (API)"),
        "command": pgettext("channel", "Command line"),
        "import": pgettext("channel", "Import"),
    }
    return words.get(door, pgettext("actor", "automatic"))
