from django.apps import AppConfig


class BillingConfig(AppConfig):
    name = "siegel.billing"
    label = "billing"
