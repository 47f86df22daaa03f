from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "siegel.audit"
    label = "audit"
