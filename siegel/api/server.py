"""The REST interface, version 1: OpenAPI 3.1, bearer tokens, problems instead of error pages."""

from typing import Any

from django.conf import settings
from ninja import NinjaAPI
from ninja.openapi.schema import OpenAPISchema

from siegel.api.access import router as access
from siegel.api.accounts import router as accounts
from siegel.api.auth import Token
from siegel.api.booking import router as booking
from siegel.api.holders import router as holders
from siegel.api.problems import CONTENT_TYPE, explain_errors
from siegel.api.reassign import router as reassign
from siegel.api.removals import router as removals

_DESCRIPTION = """\
What an account has booked, what is used and what is available, and who holds the licenses.

Send a token with every request: `Authorization: Bearer siegel_…`. It acts as the person who made
it, with the roles that this person has at the moment. `Accept-Language: de` or `en` chooses the
language of sentences; codes, names and figures do not depend on it. Times are ISO 8601 in UTC;
storage is counted in bytes, money in cents.

A token may send %(limit)s requests in a minute (`API_REQUESTS_PER_MINUTE`; 0 means any number).
More are answered with 429, and `Retry-After` says after how many seconds to go on.
"""
_RETRY_AFTER = {
    "description": "Seconds until the next request is carried out",
    "schema": {"type": "integer", "minimum": 1, "maximum": 60},
}


class Api(NinjaAPI):
    """Django Ninja, with errors described as what they are: problem details (RFC 9457)."""

    def get_openapi_schema(self, **arguments: Any) -> OpenAPISchema:
        """Return the OpenAPI document."""
        schema = super().get_openapi_schema(**arguments)
        for path in schema["paths"].values():
            for operation in path.values():
                for status, answer in operation["responses"].items():
                    if int(status) >= 400 and "application/json" in answer.get("content", {}):
                        answer["content"] = {CONTENT_TYPE: answer["content"]["application/json"]}
                    if int(status) == 429:
                        answer["headers"] = {"Retry-After": _RETRY_AFTER}
        return schema


api = Api(
    title="Siegel",
    version="1",
    description=_DESCRIPTION % {"limit": settings.API_REQUESTS_PER_MINUTE},
    auth=Token(),
    docs_url=None,
    urls_namespace="api-1",
)
explain_errors(api)
api.add_router("/accounts", accounts)
api.add_router("/accounts", holders)
api.add_router("/accounts", removals)
api.add_router("/accounts", booking)
api.add_router("/accounts", reassign)
api.add_router("/accounts", access)
