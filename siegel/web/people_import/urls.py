"""Addresses below /a/<slug>/people/import/."""

from django.urls import path

from siegel.web.people_import import views

urlpatterns = [
    path("", views.upload, name="people_import"),
    path("sample.csv", views.sample, name="people_import_sample"),
    path("<uuid:file_id>/", views.preview, name="people_import_preview"),
    path("<uuid:file_id>/discard/", views.discard, name="people_import_discard"),
]
