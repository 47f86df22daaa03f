from django.apps import AppConfig


class LicensingConfig(AppConfig):
    name = "siegel.licensing"
    label = "licensing"
