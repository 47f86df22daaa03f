from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "siegel.web"
    label = "web"
