"""Every address of the service."""

from django.urls import include, path

urlpatterns = [
    path("", include("siegel.web.urls")),
    path("sign-in/", include("allauth.urls")),
]
