"""What the pages say about an invitation's link and mail."""

from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from siegel.core import formats
from siegel.web.people.words import StateBadge
from siegel.workflows.invitation_state import Delivery, InvitationState, LinkStanding


@dataclass(frozen=True)
class DeliveryNotice:
    """One sentence about the mail, and how it is shown."""

    kind: str  #: of the notice: info, success, warning
    text: str
    trouble: bool  #: whether the mail has not left although it was tried


def delivery_notice(state: InvitationState, email: str) -> DeliveryNotice | None:
    """Return what to say about the mail; None where nobody wanted one."""
    language, zone = get_language() or "de", timezone.get_current_timezone()

    def written(at: object) -> str:
        return formats.moment(at, language, zone) if at else ""  # type: ignore[arg-type]

    texts = {
        Delivery.WAITING: _("The link is on its way to %(email)s."),
        Delivery.SENT: _("The mail to %(email)s left on %(moment)s."),
        Delivery.RETRYING: _(
            "The mail to %(email)s has not left yet: the mail server did not take it. It is "
            "tried again on %(next)s. Until then you can copy the link and hand it over yourself."
        ),
        Delivery.FAILED: _(
            "The mail to %(email)s could not be sent. Mail the link again, or copy it and hand it "
            "over yourself."
        ),
    }
    if state.delivery == Delivery.NONE:
        return None
    values = {
        "email": email,
        "moment": written(state.mailed_at),
        "next": written(state.next_try_at),
    }
    trouble = state.delivery in {Delivery.RETRYING, Delivery.FAILED}
    kind = "warning" if trouble else "success" if state.delivery == Delivery.SENT else "info"
    return DeliveryNotice(kind, texts[state.delivery] % values, trouble)


def invitation_badge(state: InvitationState | None) -> StateBadge | None:
    """Return what needs attention about an invitation in a list; None where nothing does."""
    if state is None:
        return StateBadge(_("no link yet"), "warn", "link")
    if state.standing == LinkStanding.LOCKED:
        return StateBadge(_("link locked"), "danger", "lock")
    if state.standing == LinkStanding.EXPIRED:
        return StateBadge(_("link expired"), "warn", "hourglass")
    if state.delivery == Delivery.FAILED:
        return StateBadge(_("mail not sent"), "danger", "mail")
    if state.delivery == Delivery.RETRYING:
        return StateBadge(_("mail is delayed"), "warn", "mail")
    return None
