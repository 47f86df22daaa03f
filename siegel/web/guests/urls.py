"""Addresses of "Meine Gäste", below /a/<slug>/guests/."""

from django.urls import path

from siegel.web.guests import views_guest, views_invite, views_link, views_list

urlpatterns = [
    path("", views_list.list_own, name="guests"),
    path("colleagues/", views_list.list_others, name="guests_of_colleagues"),
    path("invite/", views_invite.invite, name="guest_invite"),
    path("<uuid:license_id>/", views_guest.show_guest, name="guest"),
    path("<uuid:license_id>/take/", views_guest.take, name="guest_take"),
    path("<uuid:license_id>/share/", views_guest.share, name="guest_share"),
    path("<uuid:license_id>/leave/", views_guest.leave, name="guest_leave"),
    path("<uuid:license_id>/end/", views_guest.end, name="guest_end"),
    path("<uuid:license_id>/link/", views_link.show_link, name="guest_link"),
    path("<uuid:license_id>/link/new/", views_link.renew_link, name="guest_link_new"),
    path("<uuid:license_id>/link/mail/", views_link.mail_link, name="guest_link_mail"),
]
