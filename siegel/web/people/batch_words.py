"""What can be done with several people at once, in words: the buttons, and what will happen."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from siegel.accounts.permissions import Permission
from siegel.accounts.queries import protection_of
from siegel.core import formats
from siegel.licensing.kinds import LicenseState, Visibility
from siegel.web.access import AccountRequest
from siegel.web.people.words import RIGHT_QUESTIONS, role_text
from siegel.web.plans import PlanLine
from siegel.workflows.batch_changes import (
    Change,
    HandOver,
    LeftOut,
    SetGroups,
    SetRights,
    SetRole,
    SetState,
)
from siegel.workflows.batch_people import BatchPlan
from siegel.workflows.people_overview import Person

#: So many names are read; more are only counted.
_NAMED = 6


@dataclass(frozen=True)
class BatchButton:
    """A button below the list: it takes the selection to a page that shows what will happen."""

    label: str
    icon: str
    url: str
    tone: str = ""


#: What can be done, each with its icon, the words on button and page, and the permission.
ACTIONS = {
    "roles": ("shield", gettext_lazy("Roles"), Permission.ROLE_GRANT),
    "rights": ("key", gettext_lazy("Rights"), Permission.LICENSE_ASSIGN),
    "groups": ("users", gettext_lazy("Groups"), Permission.LICENSE_ASSIGN),
    "notifications": ("mail", gettext_lazy("Notifications"), Permission.LICENSE_ASSIGN),
    "suspend": ("player-pause", gettext_lazy("Suspend"), Permission.LICENSE_ASSIGN),
    "activate": ("circle-check", gettext_lazy("Activate"), Permission.LICENSE_ASSIGN),
    "links": ("send", gettext_lazy("Mail the link"), Permission.LICENSE_ASSIGN),
    "hand-over": ("box", gettext_lazy("Hand over boxes"), Permission.LICENSE_ASSIGN),
    "remove": ("trash", gettext_lazy("Remove"), Permission.LICENSE_ASSIGN),
}


def batch_buttons(request: AccountRequest) -> list[BatchButton]:
    """Return what the reader may do with a selection."""
    mails = protection_of(request.account.id).server_invitations
    return [
        BatchButton(
            str(label),
            icon,
            reverse("people_batch", args=[request.account.slug, what]),
            "danger" if what == "remove" else "",
        )
        for what, (icon, label, permission) in ACTIONS.items()
        if request.actor.may(permission, request.account.id) and (what != "links" or mails)
    ]


def shown_number(count: int) -> str:
    """Return a number as the reader writes it."""
    return formats.number(count, get_language() or "de")


def names_of(people: Sequence[Person]) -> str:
    """Return the first names of many, and how many more there are."""
    names = ", ".join(one.row.name for one in people[:_NAMED])
    more = len(people) - _NAMED
    if more <= 0:
        return names
    text = ngettext("%(names)s and %(count)s more", "%(names)s and %(count)s more", more)
    return text % {"names": names, "count": shown_number(more)}


def plan_lines(
    change: Change, plan: BatchPlan, *, successor: str = "", groups: dict[str, str] | None = None
) -> list[PlanLine]:
    """Return what will happen, to whom it will not and why, and for whom it is so already."""
    lines = _happening(change, plan, successor, groups or {}) if plan.people else []
    lines += [
        PlanLine(_left_out(reason, len(people)), names_of(people), icon="minus")
        for reason, people in plan.left_out.items()
    ]
    if plan.done:
        text = ngettext(
            "Nothing changes for %(count)s user: it is so already",
            "Nothing changes for %(count)s users: it is so already",
            len(plan.done),
        )
        lines.append(PlanLine(_with(text, len(plan.done)), names_of(plan.done), icon="check"))
    return lines


def _with(text: str, count: int) -> str:
    return text % {"count": shown_number(count)}


def _happening(
    change: Change, plan: BatchPlan, successor: str, groups: dict[str, str]
) -> list[PlanLine]:
    now, who, count = _("at once"), names_of(plan.people), len(plan.people)
    if isinstance(change, SetState):
        return [_state_line(change, who, count)]
    if isinstance(change, SetRole):
        return [
            PlanLine(_role_text(change, count), who, when=now, icon="shield-check"),
            PlanLine(change.role.label, role_text(change.role), icon="info-circle"),
        ]
    if isinstance(change, SetRights):
        first = ngettext(
            "This changes for %(count)s user", "This changes for %(count)s users", count
        )
        return [PlanLine(_with(first, count), who, when=now, icon="users"), *_right_lines(change)]
    if isinstance(change, SetGroups):
        return _group_lines(change, plan, groups)
    assert isinstance(change, HandOver)  # noqa: S101 - the last one there is
    return _hand_over_lines(plan, successor, who, count)


def _state_line(change: SetState, who: str, count: int) -> PlanLine:
    if change.to == LicenseState.SUSPENDED:
        text = ngettext(
            "%(count)s user can no longer enter this account",
            "%(count)s users can no longer enter this account",
            count,
        )
        stays = _("Licenses, boxes and files stay. Activating gives the access back.")
        return PlanLine(
            _with(text, count), f"{who}. {stays}", when=_("at once"), icon="player-pause"
        )
    text = ngettext(
        "%(count)s user can enter this account again",
        "%(count)s users can enter this account again",
        count,
    )
    return PlanLine(_with(text, count), who, when=_("at once"), icon="circle-check")


def _role_text(change: SetRole, count: int) -> str:
    if change.give:
        text = ngettext(
            "%(count)s user gets the role “%(role)s”",
            "%(count)s users get the role “%(role)s”",
            count,
        )
    else:
        text = ngettext(
            "The role “%(role)s” is withdrawn from %(count)s user",
            "The role “%(role)s” is withdrawn from %(count)s users",
            count,
        )
    return text % {"count": shown_number(count), "role": change.role.label}


def _right_lines(change: SetRights) -> list[PlanLine]:
    lines = []
    for name, value in change.changes.items():
        if name == "sees":
            label = _("Finds: %(whom)s") % {"whom": Visibility(str(value)).label}
            lines.append(PlanLine(label, icon="eye"))
            continue
        named = RIGHT_QUESTIONS.get(name, _("Notifications by e-mail"))
        word = _("yes") if value else _("no")
        lines.append(PlanLine(f"{named}: {word}", icon="check" if value else "x"))
    return lines


def _group_lines(change: SetGroups, plan: BatchPlan, groups: dict[str, str]) -> list[PlanLine]:
    now, lines = _("at once"), []
    for group in change.join:
        chosen = [one for one in plan.people if group not in {id_ for id_, _name in one.groups}]
        text = ngettext(
            "%(count)s user joins “%(group)s”", "%(count)s users join “%(group)s”", len(chosen)
        )
        lines.append((text, group, chosen, "plus"))
    for group in change.leave:
        chosen = [one for one in plan.people if group in {id_ for id_, _name in one.groups}]
        text = ngettext(
            "%(count)s user leaves “%(group)s”", "%(count)s users leave “%(group)s”", len(chosen)
        )
        lines.append((text, group, chosen, "minus"))
    return [
        PlanLine(
            text % {"count": shown_number(len(chosen)), "group": groups.get(str(group), "")},
            names_of(chosen),
            when=now,
            icon=icon,
        )
        for text, group, chosen, icon in lines
        if chosen
    ]


def _hand_over_lines(plan: BatchPlan, successor: str, who: str, count: int) -> list[PlanLine]:
    text = ngettext(
        "%(count)s box passes to %(name)s", "%(count)s boxes pass to %(name)s", plan.boxes
    ) % {"count": shown_number(plan.boxes), "name": successor}
    size = formats.gigabytes(plan.owned_bytes, get_language() or "de")
    from_whom = ngettext("from %(count)s user: %(names)s", "from %(count)s users: %(names)s", count)
    detail = from_whom % {"count": shown_number(count), "names": who}
    stays = _("Everybody keeps their license, and the places they have as members of boxes.")
    return [
        PlanLine(text, f"{detail} ({size})", when=_("at once"), icon="box"),
        PlanLine(_("The users stay"), stays, icon="users"),
    ]


def _left_out(reason: LeftOut, count: int) -> str:
    text = {
        LeftOut.OWN: ngettext("Left out: your own license", "Left out: your own license", count),
        LeftOut.RANK: ngettext(
            "%(count)s user is left out: a role above yours",
            "%(count)s users are left out: a role above yours",
            count,
        ),
        LeftOut.WAITING: ngettext(
            "%(count)s user is left out: not registered yet",
            "%(count)s users are left out: not registered yet",
            count,
        ),
        LeftOut.GUEST: ngettext(
            "%(count)s guest is left out: this needs a full license",
            "%(count)s guests are left out: this needs a full license",
            count,
        ),
        LeftOut.SUCCESSOR: ngettext("Left out: gets the boxes", "Left out: gets the boxes", count),
        LeftOut.NO_BOXES: ngettext(
            "%(count)s user is left out: owns no boxes",
            "%(count)s users are left out: own no boxes",
            count,
        ),
    }[reason]
    return text % {"count": shown_number(count)}


def confirm_text(change: Change, count: int) -> str:
    """Return the words on the button that does it."""
    if isinstance(change, SetState) and change.to == LicenseState.SUSPENDED:
        text = ngettext("Suspend %(count)s user", "Suspend %(count)s users", count)
    elif isinstance(change, SetState):
        text = ngettext("Activate %(count)s user", "Activate %(count)s users", count)
    elif isinstance(change, HandOver):
        text = ngettext(
            "Hand over the boxes of %(count)s user",
            "Hand over the boxes of %(count)s users",
            count,
        )
    else:
        text = ngettext("Change this for %(count)s user", "Change this for %(count)s users", count)
    return _with(text, count)


def done_text(change: Change, count: int) -> str:
    """Return what a batch has done, for the next page."""
    if isinstance(change, SetState) and change.to == LicenseState.SUSPENDED:
        text = ngettext("%(count)s user is suspended.", "%(count)s users are suspended.", count)
    elif isinstance(change, SetState):
        text = ngettext("%(count)s user is activated.", "%(count)s users are activated.", count)
    elif isinstance(change, HandOver):
        text = ngettext(
            "The boxes of %(count)s user are handed over.",
            "The boxes of %(count)s users are handed over.",
            count,
        )
    else:
        text = ngettext("Changed for %(count)s user.", "Changed for %(count)s users.", count)
    return _with(text, count)
