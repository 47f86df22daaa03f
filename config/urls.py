"""Every address of the service."""

from django.urls import include, path

from siegel.web.health import healthz

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("", include("siegel.web.urls")),
    path("sign-in/", include("allauth.urls")),
]
