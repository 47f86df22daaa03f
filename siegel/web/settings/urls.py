"""Addresses of "Unternehmensweite Einstellungen", below /a/<slug>/settings/."""

from django.urls import path

from siegel.web.settings import (
    views_account,
    views_customization,
    views_figures,
    views_holders,
    views_ledger,
    views_log,
    views_protection,
    views_tokens,
)

urlpatterns = [
    path("api/", views_tokens.show_tokens, name="api_tokens"),
    path("api/<uuid:token_id>/revoke/", views_tokens.revoke_token, name="api_token_revoke"),
    path("protection/", views_protection.show_protection, name="protection"),
    path("customization/", views_customization.show_customization, name="customization"),
    path("log/", views_log.show_log, name="log"),
    path("log/people/", views_log.suggest, name="log_people"),
    path("log/export/", views_log.export_log, name="log_export"),
    path("account/", views_account.show_account, name="account"),
    path("account/ledger/", views_ledger.show_ledger, name="ledger"),
    path("account/ledger/export/", views_ledger.export_ledger, name="ledger_export"),
    path("account/holders/export/", views_holders.export_holders, name="holders_export"),
    path("account/<slug:kind>/", views_figures.show_figures, name="figures"),
]
