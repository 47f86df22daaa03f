"""Addresses of the start pages and of the own profile."""

from django.urls import path

from siegel.web.home import views

urlpatterns = [
    path("", views.start, name="start"),
    path("a/<slug:slug>/", views.show_account, name="account_start"),
    path("me/", views.me, name="me"),
]
