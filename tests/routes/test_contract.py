"""Whatever is sent to the API, it answers as described and never fails.

Requests are made from the API's own description, repeatably: the same seed, the same requests.
"""

from typing import Any

import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import seed as with_seed

from postal_bridge.kernel.actor import Role
from routes.openapi import describe
from tests.routes.conftest import Service

EXAMPLES_PER_OPERATION = 8
SEED = 20_261_121
NOT_CALLED = {"/api/v1/sessions"}  # its limit on tries would answer instead


def caller_of(roles: list[str]) -> Role | None:
    return None if roles == ["everyone"] else Role(roles[0])


def test_no_request_makes_the_service_fail(service: Service) -> None:
    with service.app.app_context():
        document = describe(service.app)
    document["paths"] = {
        path: methods for path, methods in document["paths"].items() if path not in NOT_CALLED
    }
    schema = schemathesis.openapi.from_dict(document)
    client = service.app.test_client()
    asked: dict[str, int] = {}

    def call_as_described(operation: Any) -> None:
        role = caller_of(operation.definition.raw["x-callers"])
        described = {str(status) for status in operation.definition.raw["responses"]}

        @with_seed(SEED)
        @settings(
            max_examples=EXAMPLES_PER_OPERATION,
            deadline=None,
            database=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        def check(case: Any) -> None:
            headers = {**case.headers, **(service.bearer(role) if role else {})}
            sent = {} if case.body.__class__.__name__ == "NotSet" else {"json": case.body}
            answer = client.open(
                case.formatted_path,
                method=case.method,
                query_string=dict(case.query or {}),
                headers={name: str(value) for name, value in headers.items()},
                **sent,
            )
            status = str(answer.status_code)
            asked[status] = asked.get(status, 0) + 1
            assert answer.status_code < 500, (case.method, case.formatted_path, answer.text)
            assert status in described, (case.method, case.formatted_path, status)

        given(case=operation.as_strategy())(check)()

    for result in schema.get_all_operations():
        call_as_described(result.ok())  # type: ignore[union-attr]
    assert asked.get("422", 0) + asked.get("404", 0) > 0
