"""The tab "Anpassung": what the account's invitation mails say, in each language."""

from typing import Any

from django import forms
from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from siegel.accounts.invitation_words import (
    LONGEST_BODY,
    LONGEST_SUBJECT,
    NEEDED,
    OPTIONAL,
    MailText,
    clean_text,
)
from siegel.accounts.permissions import Permission
from siegel.core.refusal import BadInput
from siegel.web.access import AccountRequest, account_page
from siegel.web.settings.tabs import Tab, settings_tabs
from siegel.web.toasts import toast
from siegel.workflows.invitation_mail import example_mail
from siegel.workflows.invitation_texts import (
    InvitationTexts,
    change_invitation_text,
    default_text,
    texts_of_account,
)


class TextForm(forms.Form):
    """Subject and body of the invitation mail."""

    subject = forms.CharField(
        label=gettext_lazy("Subject"), max_length=LONGEST_SUBJECT, required=False
    )
    body = forms.CharField(
        label=gettext_lazy("Text"),
        max_length=LONGEST_BODY,
        required=False,
        widget=forms.Textarea(attrs={"rows": 18}),
    )

    def text(self) -> MailText:
        """Return what was typed."""
        return MailText(self.cleaned_data["subject"], self.cleaned_data["body"])


@require_http_methods(["GET", "HEAD", "POST"])
@account_page(Permission.TEXT_CHANGE)
def show_customization(request: AccountRequest) -> HttpResponse:
    """Show the invitation text of one language with an example, and save it."""
    texts = texts_of_account(actor=request.actor, account_id=request.account.id)
    language = _language(request)
    if request.method != "POST":
        return _page(request, texts, language, _shown(request, texts, language))
    form = TextForm(request.POST)
    if not form.is_valid():
        return _page(request, texts, language, None, form=form)
    if request.POST.get("do") == "preview":
        return _preview(request, texts, language, form)
    try:
        change_invitation_text(
            actor=request.actor,
            account_id=request.account.id,
            language=language,
            text=form.text(),
            at=timezone.now(),
        )
    except BadInput as bad:
        return _explained(request, texts, language, form, bad)
    toast(request, _("The invitation text is saved. It holds for every mail from now on."))
    return redirect(f"{reverse('customization', args=[request.account.slug])}?language={language}")


def _language(request: AccountRequest) -> str:
    wished = request.GET.get("language", "")
    return wished if wished in dict(settings.LANGUAGES) else request.account.language


def _default(language: str) -> MailText:
    with translation.override(language):
        return default_text()


def _shown(request: AccountRequest, texts: InvitationTexts, language: str) -> MailText:
    own = texts.own.get(language)
    wants_default = "default" in request.GET or not texts.allowed
    return own.text if own and not wants_default else _default(language)


def _preview(
    request: AccountRequest, texts: InvitationTexts, language: str, form: TextForm
) -> HttpResponse:
    try:
        text = clean_text(form.text())
    except BadInput as bad:
        return _explained(request, texts, language, form, bad)
    return _page(request, texts, language, text, form=form, status=200, fresh=True)


def _explained(
    request: AccountRequest,
    texts: InvitationTexts,
    language: str,
    form: TextForm,
    bad: BadInput,
) -> HttpResponse:
    for sentence in bad.rows or (str(bad),):
        form.add_error("body", sentence)
    return _page(request, texts, language, None, form=form)


def _page(
    request: AccountRequest,
    texts: InvitationTexts,
    language: str,
    text: MailText | None,
    *,
    form: TextForm | None = None,
    status: int = 422,
    fresh: bool = False,
) -> HttpResponse:
    start: dict[str, Any] = {"subject": text.subject, "body": text.body} if text else {}
    example = example_mail(request.account, language, text, timezone.now()) if text else None
    own = texts.own.get(language)
    context = {
        "tabs": settings_tabs(request, "customization"),
        "languages": _languages(request, language),
        "language": language,
        "texts": texts,
        "own": own,
        "unsaved": fresh or (own is not None and "default" in request.GET and form is None),
        "form": form or TextForm(initial=start),
        "example": example,
        "placeholders": _placeholders(),
    }
    status = status if form is not None else 200
    return render(request, "settings/customization.html", context, status=status)


def _languages(request: AccountRequest, current: str) -> list[Tab]:
    address = reverse("customization", args=[request.account.slug])
    return [
        Tab(f"{address}?language={code}", str(label), code == current)
        for code, label in settings.LANGUAGES
    ]


def _placeholders() -> list[tuple[str, str, bool]]:
    """Return each placeholder, what stands in its place, and whether the text has to keep it."""
    meanings = {
        "name": _("name of the invited person; the e-mail address where no name is known"),
        "link": _("registration link"),
        "account": _("name of your account"),
        "expires": _("last day on which the link can be used"),
        "sender": _("name of whoever invites"),
        "email": _("e-mail address of the invited person"),
        "message": _("personal message, where there is one"),
    }
    return [(f"{{{word}}}", meanings[word], word in NEEDED) for word in (*NEEDED, *OPTIONAL)]
