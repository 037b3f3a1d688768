"""Every operation of the served API document, with made-up values, good and bad, under every right that a token can
have: what is answered is documented, and never a defect."""

import http.client
from collections.abc import Callable, Iterable, Iterator, Mapping
from http.cookiejar import DefaultCookiePolicy
from typing import Any

import pytest
import requests
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode, checks, openapi
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi import checks as conformance

from channelhub.web.auth import Role
from channelhub.web.scopes import Scope
from tests.hostile.attacker import Attacker, dumps
from tests.hostile.furnished import furnish, with_ids

openapi.media_type("message/rfc822", st.binary(max_size=200) | st.just(b"Subject: a parcel\n\nIt is late.\n"))
STREAM = "/api/v1/stream"  # answers for as long as the client listens
EXAMPLES = 12
EXAMPLES_OF_EACH_RIGHT = 4
CHECKS: Any = (
    checks.not_a_server_error,
    conformance.status_code_conformance,
    conformance.content_type_conformance,
    conformance.response_schema_conformance,
)
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def known(attacker: Attacker) -> dict[str, list[str]]:
    return furnish(attacker)


@pytest.fixture(scope="module")
def session() -> Iterator[requests.Session]:
    """Keeps connections, and nothing else: no cookie, no header of its own, nothing of the environment's proxies."""
    with requests.Session() as made:
        made.headers.clear()
        made.trust_env = False
        made.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        yield made


@pytest.fixture(scope="module")
def document(attacker: Attacker) -> dict[str, Any]:
    answer = attacker.ask("GET", "/api/openapi.json")
    assert answer.status == 200
    return dict(answer.json())


@pytest.fixture(scope="module")
def rights(attacker: Attacker) -> list[tuple[Role | Scope, dict[str, str]]]:
    """A token of each role and one of each scope, as headers."""
    made: list[tuple[Role | Scope, dict[str, str]]] = []
    for right in (*Role, *Scope):
        of = {"role": right} if isinstance(right, Role) else {"scopes": [right]}
        token = attacker.ask("POST", "/api/v1/tokens", dumps({"name": right, **of})).json()["token"]
        made.append((right, {"Authorization": f"Bearer {token}"}))
    return made


def operations(document: Mapping[str, Any]) -> list[Any]:
    """All but the endless one, those that take something away last."""
    found = [result.ok() for result in openapi.from_dict(dict(document)).get_all_operations()]
    return sorted((one for one in found if one.path != STREAM), key=lambda one: one.method.upper() == "DELETE")


def takes_values(operation: Any) -> bool:
    return bool(operation.body) or any(True for _ in operation.iter_parameters())


def tried(operation: Any, mode: GenerationMode, examples: int, ask: Callable[[Any], None]) -> list[str]:
    """Ask with made-up values; what the answers were not as documented."""

    @given(case=operation.as_strategy(generation_mode=mode))
    @settings(
        max_examples=examples,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def answers_as_documented(case: Any) -> None:
        ask(case)

    try:
        answers_as_documented()
    except (FailureGroup, AssertionError) as exc:
        return [f"{operation.label}: {getattr(exc, 'exceptions', exc)}"]
    return []


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=["good", "bad"])
def test_every_operation_answers_as_documented(
    attacker: Attacker,
    session: requests.Session,
    document: dict[str, Any],
    known: dict[str, list[str]],
    mode: GenerationMode,
) -> None:
    failures: list[str] = []
    sent = 0

    def ask(case: Any) -> None:
        nonlocal sent
        sent += 1
        case.call_and_validate(base_url=attacker.daemon.url, session=session, headers=attacker.admin, checks=CHECKS)

    asked = operations(document)
    for operation in asked:
        if mode is GenerationMode.POSITIVE or takes_values(operation):  # else there is nothing to get wrong
            failures += tried(operation, mode, EXAMPLES, ask)

    assert len(asked) > 80
    assert sent > 500
    assert not failures, "\n\n".join(failures)


def test_every_right_opens_what_the_document_says_and_nothing_else(
    attacker: Attacker,
    session: requests.Session,
    document: dict[str, Any],
    known: dict[str, list[str]],
    rights: list[tuple[Role | Scope, dict[str, str]]],
) -> None:
    """Over things that are there, so that good answers are seen, too."""
    failures: list[str] = []
    good: set[str] = set()
    for operation in operations(with_ids(document, known)):
        described = operation.definition.raw
        failures += tried(
            operation,
            GenerationMode.POSITIVE,
            EXAMPLES_OF_EACH_RIGHT,
            lambda case, described=described, label=operation.label: ask_each(
                attacker, session, case, described, rights, lambda: good.add(label)
            ),
        )

    assert not failures, "\n\n".join(failures)
    assert len(good) > 50, f"only these were ever answered well: {sorted(good)}"


def ask_each(
    attacker: Attacker,
    session: requests.Session,
    case: Any,
    described: Mapping[str, Any],
    rights: Iterable[tuple[Role | Scope, dict[str, str]]],
    is_good: Callable[[], object],
) -> None:
    for right, headers in rights:
        answer = case.call_and_validate(base_url=attacker.daemon.url, session=session, headers=headers, checks=CHECKS)
        if opens(right, described):
            assert answer.status_code not in (401, 403), f"{right} is refused: {answer.text}"
        else:
            assert answer.status_code == 403, f"{right} is let in: {answer.status_code}"
        if answer.status_code < 300:
            is_good()


def opens(right: Role | Scope, described: Mapping[str, Any]) -> bool:
    """Whether the document says that a token of this role, or of this scope only, is let in."""
    roles = next(iter(described.get("security", ())), {}).get("token")
    if roles is None:
        return True
    return right in roles if isinstance(right, Role) else right == described["x-scope"]


def test_the_stream_begins_or_refuses_as_documented(
    attacker: Attacker, document: dict[str, Any], rights: list[tuple[Role | Scope, dict[str, str]]]
) -> None:
    described = document["paths"][STREAM]["get"]
    for right, headers in rights:
        status, kind = begun(attacker, "?after=0", headers)

        assert status == (200 if opens(right, described) else 403), right
        assert kind in described["responses"][str(status)]["content"]
    for query in ("?after=-1", "?after=x", "?after=1&more=1", f"?after={2**64}"):
        assert begun(attacker, query, attacker.admin) == (422, "application/problem+json")


def begun(attacker: Attacker, query: str, headers: dict[str, str]) -> tuple[int, str]:
    """Status and media type of the stream; the rest isn't waited for."""
    asking = http.client.HTTPConnection("127.0.0.1", attacker.daemon.http_port, timeout=60)
    try:
        asking.request("GET", STREAM + query, headers=headers)
        answer = asking.getresponse()
        return answer.status, answer.headers.get_content_type()
    finally:
        asking.close()
