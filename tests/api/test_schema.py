"""Every operation keeps what the OpenAPI document promises, whatever is sent to it."""

from collections.abc import Iterator

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, transaction
from hypothesis import HealthCheck, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi import checks

from config.wsgi import application
from tests import cast
from tests.api.calls import token_of
from tests.examples import examples

pytestmark = pytest.mark.django_db
OPERATIONS = {
    "GET /api/v1/accounts",
    "GET /api/v1/accounts/{slug}/licenses",
    "GET /api/v1/accounts/{slug}/ledger",
    "GET /api/v1/accounts/{slug}/holders",
    "POST /api/v1/accounts/{slug}/holders",
    "DELETE /api/v1/accounts/{slug}/holders/{license_id}",
    "POST /api/v1/accounts/{slug}/removals",
    "POST /api/v1/accounts/{slug}/removals/{removal_id}/restore",
    "POST /api/v1/accounts/{slug}/licenses/{license_id}/reassign",
    "POST /api/v1/accounts/{slug}/holders/{license_id}/kind",
    "POST /api/v1/accounts/{slug}/holders/{license_id}/suspend",
    "POST /api/v1/accounts/{slug}/holders/{license_id}/activate",
    "PUT /api/v1/accounts/{slug}/booking",
}


@pytest.fixture
def document(db: None) -> Iterator[schemathesis.BaseSchema]:
    """Return the document, loaded like a program would.

    These requests do not come through Django's test client: let them use the test's connection.
    """
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield schemathesis.openapi.from_wsgi("/api/v1/openapi.json", application)
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def test_the_document_lists_these_operations(document: schemathesis.BaseSchema) -> None:
    assert {found.ok().label for found in document.get_all_operations()} == OPERATIONS


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
@pytest.mark.parametrize("label", sorted(OPERATIONS))
def test_answers_are_as_documented(
    document: schemathesis.BaseSchema, label: str, mode: GenerationMode
) -> None:
    token = token_of(cast.assemble().anna)
    operation = document.find_operation_by_label(label)
    assert operation is not None

    @settings(
        max_examples=examples(15),
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def send(case: schemathesis.Case) -> None:
        # A name that exists, mostly: what is behind it is what there is to test.
        if len(str(case.path_parameters.get("slug", ""))) % 3:
            case.path_parameters["slug"] = "musterwerk"
        case.headers["Authorization"] = f"Bearer {token}"
        with transaction.atomic():
            case.validate_response(
                case.call(),
                checks=[
                    not_a_server_error,
                    checks.status_code_conformance,
                    checks.content_type_conformance,
                    checks.response_headers_conformance,
                    checks.response_schema_conformance,
                ],
            )
            transaction.set_rollback(True)

    send()
