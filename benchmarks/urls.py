"""Every address of the service, and the trivial page beside the status page."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path

from config.urls import urlpatterns as service
from siegel.accounts.permissions import Permission
from siegel.web.access import account_page


@account_page(Permission.STATUS_VIEW)
def show_trivial(request: HttpRequest) -> HttpResponse:
    """Show the page frame around ``?bytes=`` bytes of fixed text."""
    filler = "x" * int(request.GET.get("bytes", "0"))
    return render(request, "trivial.html", {"filler": filler})


urlpatterns = [*service, path("a/<slug:slug>/trivial/", show_trivial)]
