"""Addresses of the own second factor, below /me/second-factor/."""

from django.urls import path

from siegel.web.factors import views, views_app, views_passkey

urlpatterns = [
    path("", views.choose_factor, name="second_factor"),
    path("app/", views_app.set_up, name="second_factor_app"),
    path("passkey/", views_passkey.set_up, name="second_factor_passkey"),
    path("codes/", views.show_codes, name="second_factor_codes"),
    path("<int:factor_id>/name/", views.rename, name="second_factor_name"),
    path("<int:factor_id>/remove/", views.remove, name="second_factor_remove"),
]
