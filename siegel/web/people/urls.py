"""Addresses of the user list, below /a/<slug>/people/."""

from django.urls import path

from siegel.web.people import (
    views_access,
    views_batch,
    views_groups,
    views_history,
    views_invite,
    views_link,
    views_list,
    views_mail,
    views_person,
    views_reassign,
    views_remove,
    views_restore,
    views_roles,
)

urlpatterns = [
    path("", views_list.list_people, name="people"),
    path("columns/", views_list.keep_columns, name="people_columns"),
    path("export/", views_list.export_people, name="people_export"),
    path("batch/<slug:what>/", views_batch.change_people, name="people_batch"),
    path("groups/", views_groups.list_groups, name="groups"),
    path("groups/<uuid:group_id>/", views_groups.edit_group, name="group"),
    path("groups/<uuid:group_id>/delete/", views_groups.delete, name="group_delete"),
    path("links/", views_mail.mail_invited, name="people_links"),
    path("remove/", views_remove.remove, name="people_remove"),
    path("invite/", views_invite.invite, name="people_invite"),
    path("<uuid:license_id>/", views_person.show_person, name="person"),
    path("<uuid:license_id>/permissions/", views_roles.show_permissions, name="person_permissions"),
    path("<uuid:license_id>/access/", views_access.show_access, name="person_access"),
    path("<uuid:license_id>/history/", views_history.show_history, name="person_history"),
    path("<uuid:license_id>/edit/", views_person.edit_person, name="person_edit"),
    path("<uuid:license_id>/link/", views_link.show_link, name="person_link"),
    path("<uuid:license_id>/link/new/", views_link.renew_link, name="person_link_new"),
    path("<uuid:license_id>/link/mail/", views_link.mail_link, name="person_link_mail"),
    path("<uuid:license_id>/suspend/", views_access.suspend, name="person_suspend"),
    path("<uuid:license_id>/activate/", views_access.activate, name="person_activate"),
    path("<uuid:license_id>/reassign/", views_reassign.reassign, name="person_reassign"),
    path("<uuid:license_id>/restore/", views_restore.restore, name="person_restore"),
    path("<uuid:license_id>/release/", views_remove.old_address, name="person_release"),
    path("<uuid:license_id>/roles/", views_roles.choose_role, name="person_roles"),
    path("<uuid:license_id>/roles/<slug:role>/", views_roles.change_role, name="person_role"),
]
