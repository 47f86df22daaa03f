"""Groups of users: all of them, one of them, and deleting one."""

from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods

from siegel.accounts.permissions import Permission
from siegel.core.refusal import BadInput
from siegel.licensing.actions import create_group, delete_group, rename_group
from siegel.licensing.actions.groups import GroupNameTaken
from siegel.licensing.queries.groups import GroupFacts, all_groups, one_group
from siegel.web.access import AccountRequest, account_page
from siegel.web.people.batch_words import shown_number
from siegel.web.plans import PlanLine
from siegel.web.toasts import toast


class GroupForm(forms.Form):
    """A group's name."""

    name = forms.CharField(
        label=gettext_lazy("Name of the group"),
        max_length=64,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@account_page(Permission.LICENSE_ASSIGN)
def list_groups(request: AccountRequest) -> HttpResponse:
    """Show all groups with how many people are in each, and create one."""
    form = GroupForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        name = form.cleaned_data["name"]
        try:
            create_group(
                actor=request.actor, account_id=request.account.id, name=name, at=timezone.now()
            )
        except (BadInput, GroupNameTaken) as no:
            form.add_error("name", str(no))
        else:
            toast(request, _("The group “%(name)s” is created.") % {"name": name})
            return redirect("groups", request.account.slug)
    found = all_groups(actor=request.actor, account_id=request.account.id)
    context = {"form": form, "groups": found}
    return render(request, "people/groups.html", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@account_page(Permission.LICENSE_ASSIGN)
def edit_group(request: AccountRequest, group_id: UUID) -> HttpResponse:
    """Rename a group."""
    group = _group(request, group_id)
    posted = request.method == "POST"
    form = GroupForm(request.POST if posted else None, initial={"name": group.name})
    if posted and form.is_valid():
        try:
            rename_group(
                actor=request.actor,
                account_id=request.account.id,
                group_id=group_id,
                name=form.cleaned_data["name"],
                at=timezone.now(),
            )
        except (BadInput, GroupNameTaken) as no:
            form.add_error("name", str(no))
        else:
            toast(request, _("The group has its new name."))
            return redirect("groups", request.account.slug)
    context = {"form": form, "group": group}
    return render(request, "people/group.html", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@account_page(Permission.LICENSE_ASSIGN)
def delete(request: AccountRequest, group_id: UUID) -> HttpResponse:
    """Show what deleting a group means, and do it once it is confirmed."""
    if request.method == "POST":
        return _delete(request, group_id)
    group = _group(request, group_id)
    context: dict[str, Any] = {"group": group, "lines": _lines(group)}
    return render(request, "people/group_delete.html", context)


def _delete(request: AccountRequest, group_id: UUID) -> HttpResponse:
    group = _group(request, group_id)
    delete_group(
        actor=request.actor,
        account_id=request.account.id,
        group_id=group_id,
        at=timezone.now(),
    )
    toast(request, _("The group “%(name)s” is deleted.") % {"name": group.name})
    return redirect("groups", request.account.slug)


def _group(request: AccountRequest, group_id: UUID) -> GroupFacts:
    return one_group(actor=request.actor, account_id=request.account.id, group_id=group_id)


def _lines(group: GroupFacts) -> list[PlanLine]:
    now = _("at once")
    lines = [PlanLine(_("The group “%(name)s” no longer exists") % {"name": group.name}, when=now)]
    if group.members:
        text = ngettext(
            "%(count)s user is no longer in it",
            "%(count)s users are no longer in it",
            group.members,
        ) % {"count": shown_number(group.members)}
        stays = _("They keep their licenses, rights, boxes and their other groups.")
        lines.append(PlanLine(text, stays, when=now, icon="users"))
    return lines
