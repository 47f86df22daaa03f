"""The page behind the link in the mail about a locked login; and staying signed in."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from siegel.accounts.actions import lock_of
from siegel.workflows.sign_in_lock import unlock


@require_http_methods(["GET", "HEAD", "POST"])
def unlock_login(request: HttpRequest, token: str) -> HttpResponse:
    """Unlock on POST only: programs that look into mails open every link."""
    now = timezone.now()
    if request.method == "POST":
        state = "done" if unlock(token=token, at=now) else "ended"
    else:
        state = "open" if lock_of(token, now) else "ended"
    status = 410 if state == "ended" else 200
    response = render(request, "signin/unlock.html", {"state": state}, status=status)
    response["Referrer-Policy"] = "strict-origin"
    return response


@require_GET
def stay_signed_in(request: HttpRequest) -> HttpResponse:
    """Answer the page that asks whether somebody is still there; asking is an activity."""
    return HttpResponse(status=204 if request.user.is_authenticated else 403)
