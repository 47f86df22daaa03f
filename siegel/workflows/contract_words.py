"""How the contract of an account reads, on pages and in the shell."""

from datetime import date

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from siegel.billing.queries import SubscriptionFacts
from siegel.core import formats


def contract_sentence(contract: SubscriptionFacts | None, day: date, *, past: bool = False) -> str:
    """Return term, renewal and last day of notice, as they are on that day in the account's zone.

    ``past`` is for looking back; empty before the contract's first day.
    """
    if contract is None:
        return ""
    language = get_language() or "de"
    values = {
        "term": contract.term.label,
        "first": formats.date_long(contract.current.first_day, language),
        "renews": formats.date_long(contract.renews_on, language),
        "notice": formats.date_long(contract.notice_until, language),
    }
    if past:
        return _("%(term)s. This term began on %(first)s, the next one on %(renews)s.") % values
    if day > contract.notice_until:
        return _("%(term)s. Renews on %(renews)s; it could be canceled until %(notice)s.") % values
    return _("%(term)s. Renews on %(renews)s; you can cancel until %(notice)s.") % values
