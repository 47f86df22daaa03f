"""Where somebody is led back to after signing in, confirming or setting up."""

from urllib.parse import urlsplit

from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme


def page_to_return_to(request: HttpRequest) -> str:
    """Return this page; where it was sent a form, which cannot be repeated, the form's page."""
    if request.method in {"GET", "HEAD"} and not request.headers.get("HX-Request"):
        return request.get_full_path()
    before = urlsplit(request.headers.get("Referer", ""))
    if before.netloc != request.get_host() or before.path.startswith("//"):
        return "/"
    return before.path + (f"?{before.query}" if before.query else "")


def asked_return(request: HttpRequest, default: str) -> str:
    """Return the page that ``next`` names in the address or the form, if it is ours."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    own = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if own else default
