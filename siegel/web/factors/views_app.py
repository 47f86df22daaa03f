"""Connect an authenticator app: scan a picture, type the code that the app shows."""

from base64 import b64encode
from io import BytesIO
from typing import Any
from urllib.parse import urlsplit

import qrcode
from django.conf import settings
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods
from qrcode.image.svg import SvgPathFillImage

from siegel.accounts.one_time_codes import app_address, new_app_secret
from siegel.accounts.sealed_secrets import CannotOpen, seal, unseal
from siegel.core.refusal import BadInput
from siegel.web.access import PersonRequest, person_page
from siegel.web.factors.frame import go_on, own_actor, show
from siegel.web.signin.confirm import confirmed_page
from siegel.web.signin.forms import CodeForm
from siegel.workflows.own_second_factor import set_up_app

#: For so long a picture can be scanned; then the page shows another one.
_SECONDS = 30 * 60


@require_http_methods(["GET", "HEAD", "POST"])
@person_page
@confirmed_page
def set_up(request: PersonRequest) -> HttpResponse:
    """Show the picture for the app, and connect the app whose code is right."""
    if request.method != "POST":
        return _page(request, CodeForm(), new_app_secret())
    form, secret = CodeForm(request.POST), _secret_of(request)
    if secret is None:
        form.add_error(
            None, _("The picture was too old. Please scan this new one, and type its code.")
        )
        return _page(request, form, new_app_secret(), status=422)
    if not form.is_valid():
        return _page(request, form, secret, status=422)
    try:
        codes = set_up_app(
            actor=own_actor(request),
            person_id=request.person_id,
            secret=secret,
            code=form.cleaned_data["code"],
            at=timezone.now(),
        )
    except BadInput as bad:
        form.add_error("code", str(bad))
        return _page(request, form, secret, status=422)
    return go_on(request, codes)


def _secret_of(request: PersonRequest) -> str | None:
    """Return the secret that this person was shown; None if it is too old or not theirs.

    It travels through the form, sealed: nothing is stored before the app has shown a right code.
    """
    try:
        text = unseal(request.POST.get("sealed", ""), seconds=_SECONDS)
    except CannotOpen:
        return None
    person_id, _colon, secret = text.partition(":")
    return secret if person_id == str(request.person_id) else None


def _page(
    request: PersonRequest, form: CodeForm, secret: str, *, status: int = 200
) -> HttpResponse:
    person: Any = request.user
    address = app_address(secret, issuer=_issuer(), email=person.email)
    context = {
        "form": form,
        "sealed": seal(f"{request.person_id}:{secret}"),
        "picture": _picture(address),
        "address": address,
        "groups": " ".join(secret[start : start + 4] for start in range(0, len(secret), 4)),
    }
    return show(request, "factors/app.html", context, status=status)


def _issuer() -> str:
    """Return the name in the app's list: with the host, for people who use several Siegels."""
    host = urlsplit(settings.BASE_URL).hostname or ""
    return "Siegel" if host in {"localhost", "127.0.0.1"} else f"Siegel {host}"


def _picture(address: str) -> str:
    """Return the QR code as a data address: no other page can ask for it."""
    image = qrcode.make(address, image_factory=SvgPathFillImage, border=3)
    file = BytesIO()
    image.save(file)
    return "data:image/svg+xml;base64," + b64encode(file.getvalue()).decode()
