"""Addresses of the API, below /api/."""

from django.urls import path

from siegel.api.docs import show_docs, unknown_address
from siegel.api.server import api

urlpatterns = [
    path("v1/", show_docs, name="api_docs"),
    path("v1/", api.urls),
    path("<path:rest>", unknown_address),
    path("", unknown_address),
]
