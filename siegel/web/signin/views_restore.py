"""The page behind a link that restores access: choose a new password."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from siegel.core.refusal import BadInput
from siegel.web.register.forms import PasswordForm
from siegel.web.signin.mails import mail_about_password
from siegel.workflows.restore_access import (
    RestoreLinkEnded,
    Restoring,
    open_restore_link,
    set_password_by_link,
)


@sensitive_post_parameters("password1", "password2")
@require_http_methods(["GET", "HEAD", "POST"])
def restore(request: HttpRequest, token: str) -> HttpResponse:
    """Ask for a new password, and set it; the sign-in then asks for what else it needs."""
    try:
        response = _answer(request, token, open_restore_link(token, timezone.now()))
    except RestoreLinkEnded as ended:
        response = render(
            request, "signin/restore_ended.html", {"sentence": str(ended)}, status=ended.status
        )
    response["Referrer-Policy"] = "strict-origin"  # the address is a secret
    return response


def _answer(request: HttpRequest, token: str, restoring: Restoring) -> HttpResponse:
    posted = request.POST if request.method == "POST" else None
    form = PasswordForm(posted, rules=restoring.rules)
    if posted is not None and form.is_valid():
        try:
            person_id = set_password_by_link(
                token=token, password=form.cleaned_data["password1"], at=timezone.now()
            )
        except BadInput as bad:
            for sentence in bad.rows:
                form.add_error("password1", sentence)
        else:
            mail_about_password.enqueue("password_changed", str(person_id))
            return redirect("account_reset_password_from_key_done")
    context = {"form": form, "link": restoring.link, "restoring": restoring}
    status = 422 if posted is not None else 200
    return render(request, "signin/restore.html", context, status=status)
