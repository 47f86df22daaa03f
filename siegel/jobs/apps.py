from django.apps import AppConfig


class JobsConfig(AppConfig):
    name = "siegel.jobs"
    label = "jobs"
