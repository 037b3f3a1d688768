"""Every operation of the served API document, with made-up values, good and bad: what is answered is documented."""

import base64
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode, checks, openapi
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi import checks as conformance

from tests.hostile.attacker import Attacker, dumps

openapi.media_type("message/rfc822", st.binary(max_size=200) | st.just(b"Subject: a parcel\n\nIt is late.\n"))
ENDLESS = {"/api/v1/stream"}  # answers for as long as the client listens: tests/web/test_stream.py
EXAMPLES = 12
CHECKS: Any = (
    checks.not_a_server_error,
    conformance.status_code_conformance,
    conformance.content_type_conformance,
    conformance.response_schema_conformance,
)


@pytest.fixture(scope="module")
def document(attacker: Attacker) -> dict[str, Any]:
    """The served document, from a daemon that holds one thing of most kinds."""
    file = {"filename": "a.txt", "content": base64.b64encode(b"abc").decode()}
    sender = {"identities": [{"kind": "email", "value": "ann@example.com"}]}
    known = attacker.post(
        {"account": "shop", "external_id": "1", "text": "не работает", "sender": sender, "attachments": [file]}
    )
    attacker.settled(known.json()["id"])
    attacker.mail(b"")
    attacker.ask("POST", "/api/v1/tokens", dumps({"role": "agent", "name": "Olha"}))
    made = attacker.ask("POST", "/api/v1/webhooks", dumps({"url": "https://receiver.invalid/hook"}))
    attacker.ask("POST", f"/api/v1/webhooks/{made.json()['webhook']['id']}/test", b"{}")
    answer = attacker.ask("GET", "/api/openapi.json")
    assert answer.status == 200
    return dict(answer.json())


def operations(document: dict[str, Any]) -> list[Any]:
    found = [result.ok() for result in openapi.from_dict(document).get_all_operations()]
    return [operation for operation in found if operation.path not in ENDLESS]


def takes_values(operation: Any) -> bool:
    return bool(operation.body) or any(True for _ in operation.iter_parameters())


@pytest.mark.slow
@pytest.mark.timeout(240)
@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=["good", "bad"])
def test_every_operation_answers_as_documented(
    attacker: Attacker, document: dict[str, Any], mode: GenerationMode
) -> None:
    failures: list[str] = []
    sent = 0
    tried = operations(document)
    for operation in tried:

        @given(case=operation.as_strategy(generation_mode=mode))
        @settings(
            max_examples=EXAMPLES,
            deadline=None,
            database=None,
            derandomize=True,
            phases=[Phase.explicit, Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        def answers_as_documented(case: Any) -> None:
            nonlocal sent
            sent += 1
            case.call_and_validate(base_url=attacker.daemon.url, headers=attacker.admin, checks=CHECKS)

        if mode is GenerationMode.NEGATIVE and not takes_values(operation):
            continue  # there is nothing to get wrong
        try:
            answers_as_documented()
        except FailureGroup as exc:
            failures.append(f"{operation.label}: {exc.exceptions}")

    assert len(tried) > 30
    assert sent > 100
    assert not failures, "\n\n".join(failures)
