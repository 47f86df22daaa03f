"""A page for people that lists what the API can do, written from the OpenAPI document itself."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.views.decorators.http import require_safe

from siegel.api.problems import answer_not_found
from siegel.api.server import api


@dataclass(frozen=True)
class Parameter:
    """One parameter of an operation."""

    name: str
    place: str  #: query or header
    text: SafeString


@dataclass(frozen=True)
class Operation:
    """One thing that the API does."""

    method: str
    path: str
    summary: str
    text: SafeString
    parameters: list[Parameter]


@require_safe
def show_docs(request: HttpRequest) -> HttpResponse:
    """Show the operations with their parameters."""
    schema = api.get_openapi_schema(path_prefix="api/v1/")
    operations = [
        _operation(method, path, found)
        for path, methods in schema["paths"].items()
        for method, found in methods.items()
    ]
    return render(request, "api/docs.html", {"operations": operations})


def _operation(method: str, path: str, found: dict[str, Any]) -> Operation:
    parameters = [
        Parameter(one["name"], one["in"], _parameter_text(one["schema"]))
        for one in found.get("parameters", [])
        if one["in"] != "path"
    ]
    text = _with_code(found.get("description", ""))
    return Operation(method.upper(), path, found.get("summary", ""), text, parameters)


def _parameter_text(schema: dict[str, Any]) -> SafeString:
    """Return what a parameter means, or what it can be."""
    choices = [one for part in schema.get("anyOf", ()) for one in part.get("enum", ())]
    if choices:
        return _with_code(", ".join(f"`{one}`" for one in choices))
    return _with_code(schema.get("description") or schema.get("type", ""))


def _with_code(text: str) -> SafeString:
    """Return the text with what stands between backticks as code."""
    parts = text.split("`")
    return format_html_join(
        "",
        "{}",
        ((format_html("<code>{}</code>", p) if n % 2 else p,) for n, p in enumerate(parts)),
    )


def unknown_address(request: HttpRequest) -> HttpResponse:
    """Answer for everything below /api/ that does not exist."""
    return answer_not_found(request)


unknown_address.csrf_exempt = True  # type: ignore[attr-defined]
