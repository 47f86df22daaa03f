"""Every address of the service."""

from django.urls import include, path

from siegel.web.health import healthz

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("api/", include("siegel.api.urls")),
    path("", include("siegel.web.urls")),
    path("a/<slug:slug>/portal/", include("siegel.web.portal.urls")),
    path("a/<slug:slug>/people/import/", include("siegel.web.people_import.urls")),
]

handler400 = "siegel.web.errors.bad_request"
handler403 = "siegel.web.errors.forbidden"
handler404 = "siegel.web.errors.not_found"
handler500 = "siegel.web.errors.server_error"
