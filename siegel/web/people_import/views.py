"""Upload a people file, look at what will happen, confirm it."""

import csv
import io
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from siegel.accounts.actions import discard_import_file
from siegel.accounts.permissions import Permission
from siegel.core.refusal import Refusal
from siegel.web.access import AccountRequest, account_page
from siegel.web.people_import.forms import UploadForm
from siegel.web.people_import.listing import choices, plan_lines, rows_of
from siegel.web.refusals import refusal_context
from siegel.workflows.import_kept_file import (
    import_kept_file,
    keep_people_file,
    preview_kept_file,
    result_of_kept_file,
)
from siegel.workflows.import_people import (
    ImportChanged,
    ImportPlan,
    TooFewLicenses,
    too_few_licenses,
)

_GERMAN_SAMPLE = (
    ";",
    "benutzer-vorlage.csv",
    "E-Mail Vorname Nachname Art Organisation Abteilung Telefon",
    ("Volllizenz", "Gastlizenz"),
)
_ENGLISH_SAMPLE = (
    ",",
    "users-sample.csv",
    "email first_name last_name kind organisation department phone",
    ("full", "guest"),
)


@require_http_methods(["GET", "HEAD", "POST"])
@account_page(Permission.LICENSE_ASSIGN)
def upload(request: AccountRequest) -> HttpResponse:
    """Take a people file and lead to its preview."""
    form = UploadForm(request.POST or None, request.FILES or None)
    refusal = None
    if request.method == "POST" and form.is_valid():
        content, file_name, kind = form.chosen
        try:
            file_id = keep_people_file(
                actor=request.actor,
                account_id=request.account.id,
                content=content,
                file_name=file_name,
                default_kind=kind,
                at=timezone.now(),
            )
            return redirect("people_import_preview", request.account.slug, file_id)
        except Refusal as no:
            refusal = refusal_context(request, no)
    return render(
        request,
        "people_import/upload.html",
        {"form": form, "refusal": refusal},
        status=422 if request.method == "POST" else 200,
    )


@require_GET
@account_page(Permission.LICENSE_ASSIGN)
def sample(request: AccountRequest) -> HttpResponse:
    """Give our own format as a file that opens well in a German or English Excel."""
    german = get_language() == "de"
    delimiter, name, headings, kinds = _GERMAN_SAMPLE if german else _ENGLISH_SAMPLE
    erika = ("erika.muster@firma.example", "Erika", "Muster", kinds[0], "", "Einkauf", "")
    max_ = (
        "max.gast@kanzlei.example",
        "Max",
        "Gast",
        kinds[1],
        "Kanzlei Gast",
        "",
        "+49 30 123456",
    )
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter).writerows([headings.split(), erika, max_])
    # With the byte order mark, Excel reads umlauts as what they are.
    response = HttpResponse(out.getvalue().encode("utf-8-sig"), content_type="text/csv")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@account_page(Permission.LICENSE_ASSIGN)
def preview(request: AccountRequest, file_id: UUID) -> HttpResponse:
    """Show what will happen; on confirmation let it happen and show what has changed."""
    if request.method == "POST":
        return _confirm(request, file_id)
    done = result_of_kept_file(actor=request.actor, account_id=request.account.id, file_id=file_id)
    if done:
        return render(request, "people_import/result.html", {"result": done})
    plan = preview_kept_file(actor=request.actor, account_id=request.account.id, file_id=file_id)
    return _show(request, plan, file_id, too_few_licenses(plan) if plan.missing else None, 200)


def _confirm(request: AccountRequest, file_id: UUID) -> HttpResponse:
    try:
        import_kept_file(
            actor=request.actor,
            account_id=request.account.id,
            file_id=file_id,
            plan_hash=request.POST.get("plan", ""),
            at=timezone.now(),
            send_invitations="send" in request.POST,
        )
    except ImportChanged as no:
        return _show(request, no.plan, file_id, no, no.status)
    except TooFewLicenses as no:
        plan = preview_kept_file(
            actor=request.actor, account_id=request.account.id, file_id=file_id
        )
        return _show(request, plan, file_id, no, no.status)
    return redirect("people_import_preview", request.account.slug, file_id)


def _show(
    request: AccountRequest,
    plan: ImportPlan,
    file_id: UUID,
    refusal: Refusal | None,
    status: int,
) -> HttpResponse:
    language, wanted = get_language() or "de", request.GET.get("show", "")
    rows, page = rows_of(plan, wanted, request.GET.get("page", ""))
    context = {
        "plan": plan,
        "file_id": file_id,
        "lines": plan_lines(plan, language),
        "choices": choices(plan, wanted),
        "rows": rows,
        "page": page,
        "send": "send" in request.POST,
        "refusal": refusal and refusal_context(request, refusal),
    }
    return render(request, "people_import/preview.html", context, status=status)


@require_POST
@account_page(Permission.LICENSE_ASSIGN)
def discard(request: AccountRequest, file_id: UUID) -> HttpResponse:
    """Delete the uploaded file and start again."""
    discard_import_file(
        actor=request.actor,
        account_id=request.account.id,
        file_id=file_id,
        at=timezone.now(),
    )
    return redirect("people_import", request.account.slug)
