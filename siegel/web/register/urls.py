"""The address of a registration link, below /r/."""

from django.urls import path

from siegel.web.register import views

urlpatterns = [path("<str:token>/", views.open_link, name="register")]
