"""Addresses of every page; in development of the style sheet page, too."""

from django.conf import settings
from django.urls import include, path

from siegel.web import preferences
from siegel.web.design import views as design

urlpatterns = [
    path("", include("siegel.web.home.urls")),
    path("me/second-factor/", include("siegel.web.factors.urls")),
    path("sign-in/", include("siegel.web.signin.urls")),
    path("a/<slug:slug>/settings/", include("siegel.web.settings.urls")),
    path("a/<slug:slug>/people/", include("siegel.web.people.urls")),
    path("a/<slug:slug>/guests/", include("siegel.web.guests.urls")),
    path("r/", include("siegel.web.register.urls")),
    path("language/", preferences.choose_language, name="language"),
    path("theme/", preferences.choose_theme, name="theme"),
]
if settings.DEBUG:
    urlpatterns += [
        path("design/", design.show_design, name="design"),
        path("design/entrance/", design.show_entrance, name="design_entrance"),
    ]
