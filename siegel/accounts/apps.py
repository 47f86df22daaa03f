from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "siegel.accounts"
    label = "accounts"
