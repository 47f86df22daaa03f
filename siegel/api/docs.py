"""A page for people that lists what the API can do, written from the OpenAPI document itself."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from siegel.api.problems import answer_not_found
from siegel.api.server import api


@dataclass(frozen=True)
class Parameter:
    """One parameter of an operation."""

    name: str
    place: str  #: query or header
    text: str


@dataclass(frozen=True)
class Operation:
    """One thing that the API does."""

    method: str
    path: str
    summary: str
    text: str
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
        Parameter(one["name"], one["in"], one.get("schema", {}).get("description", ""))
        for one in found.get("parameters", [])
        if one["in"] != "path"
    ]
    text = found.get("description", "")
    return Operation(method.upper(), path, found.get("summary", ""), text, parameters)


def unknown_address(request: HttpRequest) -> HttpResponse:
    """Answer for everything below /api/ that does not exist."""
    return answer_not_found(request)


unknown_address.csrf_exempt = True  # type: ignore[attr-defined]
