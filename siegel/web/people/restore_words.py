"""The plan of a restoration in words."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from siegel.licensing.kinds import LicenseState
from siegel.web.people.removal_words import boxes, content, number
from siegel.web.people.words import license_label
from siegel.web.plans import PlanLine
from siegel.workflows.restore_people import RestorePlan, Returning


def restore_lines(plan: RestorePlan) -> list[PlanLine]:
    """Return everything that will happen."""
    found = [*_coming(plan), *_boxes(plan), *_places(plan)]
    for one in plan.people:
        found += _roles(one)
    return [*found, *_not_back(plan)]


def _coming(plan: RestorePlan) -> list[PlanLine]:
    found, now = [], _("at once")
    back = [one.who for one in plan.people if one.other is None]
    if len(back) == 1:
        text = _("%(name)s is back, with a %(license)s") % {
            "name": back[0].name,
            "license": license_label(back[0].kind),
        }
        found.append(PlanLine(text, back[0].email, now, icon="user-check"))
    elif back:
        text = _("%(count)s people are back, with their licenses") % {"count": number(len(back))}
        shown = ", ".join(one.name for one in back[:5])
        more = len(back) - 5
        if more > 0:
            shown = ngettext("%(names)s and %(count)s more", "%(names)s and %(count)s more", more)
            shown %= {"names": ", ".join(one.name for one in back[:5]), "count": number(more)}
        found.append(PlanLine(text, shown, now, icon="user-check"))
    for one in plan.people:
        if one.other:
            text = _("%(name)s has a %(license)s already and keeps it") % {
                "name": one.who.name,
                "license": license_label(one.other.kind),
            }
            detail = (
                _("Guests own no boxes. Give them a full license first.")
                if one.blocked
                else _("What comes back goes to this license.")
            )
            found.append(PlanLine(text, detail, icon="info-circle"))
    return found


def _boxes(plan: RestorePlan) -> list[PlanLine]:
    found, now = [], _("at once")
    count = sum(one.boxes.in_bin for one in plan.people)
    if count:
        text = ngettext(
            "%(boxes)s comes out of the bin", "%(boxes)s come out of the bin", count
        ) % {"boxes": boxes(count)}
        detail = content(
            sum(one.boxes.files for one in plan.people),
            sum(one.boxes.bytes for one in plan.people),
            sum(one.boxes.data_rooms for one in plan.people),
        )
        found.append(PlanLine(text, detail, now, icon="box"))
    back = sum(one.boxes.handed_over for one in plan.people)
    if back:
        text = ngettext(
            "%(boxes)s comes back from the successor", "%(boxes)s come back from successors", back
        ) % {"boxes": boxes(back)}
        detail = _("Only boxes that the successors still have.")
        found.append(PlanLine(text, detail, now, icon="arrow-back-up"))
    guests = sum(one.belongings.guests_back for one in plan.people)
    if guests:
        text = ngettext(
            "%(count)s guest comes back from the successor",
            "%(count)s guests come back from successors",
            guests,
        )
        found.append(PlanLine(text % {"count": number(guests)}, "", now, icon="users"))
    return found


def _places(plan: RestorePlan) -> list[PlanLine]:
    found, now = [], _("at once")
    places = sum(one.places for one in plan.people)
    if places:
        text = ngettext(
            "%(count)s place in a box of somebody else opens again",
            "%(count)s places in boxes of others open again",
            places,
        )
        detail = _("With the same rights as before.")
        shown = text % {"count": number(places)}
        found.append(PlanLine(shown, detail, now, icon="lock-square-rounded"))
    groups = sum(one.belongings.groups for one in plan.people)
    if groups:
        text = ngettext(
            "%(count)s membership in a group holds again",
            "%(count)s memberships in groups hold again",
            groups,
        )
        found.append(PlanLine(text % {"count": number(groups)}, "", now, icon="users"))
    return found


def _roles(one: Returning) -> list[PlanLine]:
    found = [
        PlanLine(
            _("%(name)s gets the role “%(role)s” again")
            % {"name": one.who.name, "role": role.label},
            when=_("at once"),
            icon="shield",
        )
        for role in one.roles
    ]
    found += [
        PlanLine(
            _("%(name)s does not get the role “%(role)s” again")
            % {"name": one.who.name, "role": role.label},
            icon="info-circle",
        )
        for role in one.roles_lost
    ]
    return found


def _not_back(plan: RestorePlan) -> list[PlanLine]:
    invited = [one for one in plan.people if one.who.state_before == LicenseState.INVITED]
    found = []
    if invited:
        text = ngettext(
            "%(count)s person had not registered yet and needs a new link",
            "%(count)s people had not registered yet and need a new link",
            len(invited),
        )
        detail = _("You can send it from the page of each person.")
        found.append(PlanLine(text % {"count": number(len(invited))}, detail, icon="link"))
    suspended = [one for one in plan.people if one.who.state_before == LicenseState.SUSPENDED]
    if suspended:
        text = ngettext(
            "%(count)s person was suspended and stays so",
            "%(count)s people were suspended and stay so",
            len(suspended),
        )
        found.append(PlanLine(text % {"count": number(len(suspended))}, "", icon="player-pause"))
    return found
