"""How the API says no: problem details (RFC 9457) with a code, rows and ways out."""

import json
import logging
from typing import Any

from django.db import IntegrityError
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import NinjaAPI, Schema
from ninja.errors import AuthenticationError, HttpError, ValidationError
from pydantic import Field

from siegel.core.refusal import Refusal

log = logging.getLogger(__name__)
CONTENT_TYPE = "application/problem+json"


class WayOutBody(Schema):
    """One thing that would turn the no into a yes."""

    code: str
    label: str


class Problem(Schema):
    """Why a request was not carried out; nothing has changed."""

    type: str = Field(description="urn:siegel:problem: followed by the code")
    title: str
    status: int
    detail: str = Field(description="One sentence in the language of Accept-Language")
    code: str = Field(description="Names the rule, for programs; it never changes")
    rows: list[str] = Field(description="What stands against it")
    ways_out: list[WayOutBody]
    data: dict[str, Any] = Field(description="The same for programs: figures and ids")


_EVERY = (401, 403, 404, 422, 429)


def problems(*more: int) -> dict[int, type[Problem]]:
    """Return the error answers that an operation declares: those of all, and its own."""
    return dict.fromkeys(sorted({*_EVERY, *more}), Problem)


def _title(status: int) -> str:
    return {
        400: _("This request cannot be read"),
        401: _("No valid token"),
        403: _("You have no permission for this"),
        404: _("Not found"),
        405: _("This method is not possible here"),
        409: _("That is not possible now"),
        422: _("A value is wrong"),
        429: _("Too many requests"),
    }.get(status, _("Something went wrong on our side"))


def problem(
    status: int,
    code: str,
    detail: str,
    *,
    rows: tuple[str, ...] = (),
    ways_out: tuple[dict[str, str], ...] = (),
    data: dict[str, Any] | None = None,
) -> HttpResponse:
    """Return the answer that explains a no."""
    body = {
        "type": f"urn:siegel:problem:{code}",
        "title": _title(status),
        "status": status,
        "detail": detail,
        "code": code,
        "rows": rows,
        "ways_out": ways_out,
        "data": data or {},
    }
    content = json.dumps(body, ensure_ascii=False, default=str)
    response = HttpResponse(content, status=status, content_type=CONTENT_TYPE)
    if status == 401:
        response["WWW-Authenticate"] = 'Bearer realm="siegel"'
    if status == 429 and data:
        response["Retry-After"] = str(data["retry_after"])
    return response


def answer_refusal(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """Answer with what a rule says."""
    return problem(
        refusal.status,
        refusal.code,
        str(refusal),
        rows=refusal.rows,
        ways_out=tuple({"code": way.code, "label": way.label} for way in refusal.ways_out),
        data=refusal.data,
    )


def _answer_unauthenticated(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
    return problem(
        401,
        "no-valid-token",
        _(
            "Please send a valid API token: “Authorization: Bearer …”. "
            "It may be unknown, expired or revoked, or its person has no license in use."
        ),
    )


def _answer_invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    rows = []
    for one in error.errors:
        # ("body", "body", "email"): where, the parameter's own name, the field.
        place = [str(part) for part in one.get("loc", ())]
        name = ".".join(place[2:] or place[1:] or place)
        rows.append(f"{name}: {one.get('msg', '')}")
    return problem(
        422,
        "invalid-input",
        _("These values cannot be used. Nothing was changed."),
        rows=tuple(rows),
    )


def _answer_http_error(request: HttpRequest, error: HttpError) -> HttpResponse:
    code = "unreadable-request" if error.status_code == 400 else f"http-{error.status_code}"
    return problem(error.status_code, code, _title(error.status_code))


def answer_not_found(request: HttpRequest, error: Exception | None = None) -> HttpResponse:
    """Answer for an address that does not exist."""
    return problem(404, "not-found", _("There is nothing at this address."))


def _answer_conflict(request: HttpRequest, error: IntegrityError) -> HttpResponse:
    log.warning("The database refused a request of the API.", exc_info=error)
    return problem(
        409,
        "conflict",
        _("Somebody else was faster, so nothing was changed. Please look and try again."),
    )


def _answer_fault(request: HttpRequest, error: Exception) -> HttpResponse:
    log.error("The API failed on %s %s.", request.method, request.path, exc_info=error)
    return problem(
        500,
        "fault",
        _("The fault has been recorded. Please try again in a few minutes."),
    )


def explain_errors(api: NinjaAPI) -> None:
    """Let every error of this API be a problem."""
    handlers: dict[type[Exception], Any] = {
        Refusal: answer_refusal,
        AuthenticationError: _answer_unauthenticated,
        ValidationError: _answer_invalid,
        HttpError: _answer_http_error,
        Http404: answer_not_found,
        IntegrityError: _answer_conflict,
        Exception: _answer_fault,
    }
    for kind, handler in handlers.items():
        api.add_exception_handler(kind, handler)
