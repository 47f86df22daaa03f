"""Addresses of the API, below /api/."""

from django.urls import path, re_path

from siegel.api.docs import show_docs, unknown_address
from siegel.api.server import api

urlpatterns = [
    path("v1/", show_docs, name="api_docs"),
    path("v1/", api.urls),
    # Everything else, line breaks in it included, which "path" does not match.
    re_path(r"^[\s\S]*$", unknown_address),
]
