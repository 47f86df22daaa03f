from django.apps import AppConfig


class BoxesConfig(AppConfig):
    name = "siegel.boxes"
    label = "boxes"
