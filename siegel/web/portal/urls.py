"""Addresses of the customer portal ("Kundenportal") below ``/a/<slug>/portal/``."""

from django.urls import path

from siegel.web.portal import views

urlpatterns = [
    path("", views.show_portal, name="portal"),
    path("subscription/", views.show_subscription, name="portal_subscription"),
    path("subscription/change/", views.change_subscription, name="portal_change"),
    path(
        "planned/<uuid:change_id>/withdraw/",
        views.withdraw_planned_change,
        name="portal_withdraw",
    ),
    path("planned/<uuid:change_id>/again/", views.undo_withdrawal, name="portal_plan_again"),
]
