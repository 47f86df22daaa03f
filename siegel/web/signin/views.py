"""allauth's sign-in views with our pages; a form that is not accepted answers 422."""

from typing import Any

from allauth.account import views as allauth
from django.forms import Form
from django.http import HttpResponse
from django.urls import reverse_lazy
from django.utils import timezone

from siegel.web.access import PersonRequest, enter_last_account, person_page
from siegel.web.signin import forms
from siegel.web.signin.sessions import ended_how
from siegel.workflows.sign_in_lock import unlock_after_new_password


class _Answer422:
    """Browsers and programs can tell a refused form from an accepted one."""

    def form_invalid(self, form: Form) -> HttpResponse:
        response: HttpResponse = super().form_invalid(form)  # type: ignore[misc]
        if response.status_code == 200:
            response.status_code = 422
        return response


class _SignIn(_Answer422, allauth.LoginView):  # type: ignore[misc,unused-ignore]
    template_name = "signin/sign_in.html"

    def get_form_class(self) -> Any:
        return forms.SignInForm

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        asked = self.request.GET
        return {
            **super().get_context_data(**kwargs),
            "ended": ended_how(self.request) or asked.get("ended", ""),
            "lost": "lost" in asked,
        }


class _SignOut(allauth.LogoutView):  # type: ignore[misc,unused-ignore]
    template_name = "signin/sign_out.html"


class _RequestReset(_Answer422, allauth.PasswordResetView):  # type: ignore[misc,unused-ignore]
    template_name = "signin/request_reset.html"

    def get_form_class(self) -> Any:
        return forms.ResetPasswordForm


class _ResetSent(allauth.PasswordResetDoneView):  # type: ignore[misc,unused-ignore]
    template_name = "signin/reset_sent.html"


class _NewPassword(_Answer422, allauth.PasswordResetFromKeyView):  # type: ignore[misc,unused-ignore]
    template_name = "signin/new_password.html"

    def get_form_class(self) -> Any:
        return forms.NewPasswordForm

    def form_valid(self, form: Form) -> HttpResponse:
        response: HttpResponse = super().form_valid(form)
        unlock_after_new_password(person_id=self.reset_user.pk, at=timezone.now())
        return response


class _NewPasswordDone(allauth.PasswordResetFromKeyDoneView):  # type: ignore[misc,unused-ignore]
    template_name = "signin/new_password_done.html"


class _ChangePassword(_Answer422, allauth.PasswordChangeView):  # type: ignore[misc,unused-ignore]
    template_name = "signin/change_password.html"
    success_url = reverse_lazy("me")

    def get_form_class(self) -> Any:
        return forms.ChangePasswordForm


class _Inactive(allauth.AccountInactiveView):  # type: ignore[misc,unused-ignore]
    template_name = "signin/inactive.html"


sign_in = _SignIn.as_view()
sign_out = _SignOut.as_view()
request_reset = _RequestReset.as_view()
reset_sent = _ResetSent.as_view()
new_password = _NewPassword.as_view()
new_password_done = _NewPasswordDone.as_view()
inactive = _Inactive.as_view()


@person_page
def change_password(request: PersonRequest) -> HttpResponse:
    """Let a signed-in person choose a new password."""
    enter_last_account(request)
    response: HttpResponse = _ChangePassword.as_view()(request)
    return response
