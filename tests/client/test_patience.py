"""A busy hub is asked again, but never twice for what could be done twice, and never for longer than wanted."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from channelhub.client.calling import Call
from channelhub.client.patience import Patience, wait_before_next
from channelhub.client.problems import HubProblem, problem_of
from tests.examples import examples


def wait(
    method: str, status: int, after_s: float | None = None, *, tried: int = 1, waited_s: float = 0
) -> float | None:
    problem = HubProblem(status=status, retry_after_s=after_s)
    call: Call[None] = Call(method, "/api/v1/x", key="k" if method == "POST" else "")
    return wait_before_next(Patience(tries=4, wait_s=30), call, problem=problem, tried=tried, waited_s=waited_s)


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE"])
def test_it_waits_as_long_as_the_hub_says(method: str) -> None:
    assert (wait(method, 503, 7), wait(method, 429, 7)) == (7, 7)
    assert (wait(method, 503), wait(method, 503, tried=3)) == (1, 4)
    assert (wait(method, 503, 31), wait(method, 503, 7, waited_s=24), wait(method, 503, 7, tried=4)) == (None,) * 3
    assert [wait(method, status, 1) for status in (400, 401, 404, 412, 422, 500)] == [None] * 6


def test_a_change_is_never_made_twice() -> None:
    assert wait("PATCH", 503, 1) is None


def test_a_request_under_way_is_waited_for_but_no_other_conflict() -> None:
    assert wait("POST", 409, 1) == 1
    assert (wait("POST", 409), wait("PUT", 409, 1)) == (None, None)


@given(
    st.integers(300, 599),
    st.dictionaries(st.sampled_from(["retry-after", "content-type"]), st.text()),
    st.binary() | st.sampled_from([b'{"errors": []}', b'{"detail": 7, "errors": {"a": 1}}', b"[" * 100_000]),
)
@settings(max_examples=examples(200))
def test_whatever_a_refusal_says_is_a_problem_with_a_sentence(
    status: int, headers: dict[str, str], body: bytes
) -> None:
    problem = problem_of(status, headers, body)

    assert problem.status == status
    assert str(problem)
