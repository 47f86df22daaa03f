"""The sign-in's addresses, under allauth's names. What is not listed here cannot be reached."""

from django.urls import path, re_path

from siegel.web.signin import views, views_factor, views_lock, views_restore

urlpatterns = [
    path("", views.sign_in, name="account_login"),
    path("out/", views.sign_out, name="account_logout"),
    path("code/", views_factor.ask_for_factor, name="mfa_authenticate"),
    path("stay/", views_lock.stay_signed_in, name="stay_signed_in"),
    path("confirm/", views_factor.confirm, name="account_reauthenticate"),
    path("unlock/<str:token>/", views_lock.unlock_login, name="unlock_login"),
    path("restore/<str:token>/", views_restore.restore, name="restore_access"),
    path("inactive/", views.inactive, name="account_inactive"),
    path("password/", views.change_password, name="account_change_password"),
    path("password/forgotten/", views.request_reset, name="account_reset_password"),
    path("password/forgotten/sent/", views.reset_sent, name="account_reset_password_done"),
    path(
        "password/new/done/", views.new_password_done, name="account_reset_password_from_key_done"
    ),
    re_path(
        r"^password/new/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        views.new_password,
        name="account_reset_password_from_key",
    ),
]
