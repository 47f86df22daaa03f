"""Every address of the service."""

from django.urls import include, path

urlpatterns = [
    path("sign-in/", include("allauth.urls")),
]
