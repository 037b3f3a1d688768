"""How much one token may ask, and what it is told of it."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channelhub.web.quotas import WINDOW_S, Quotas
from tests.web.conftest import Hub

LIMIT = 3
INCIDENTS = "/api/v1/incidents"


@pytest.fixture
def settings() -> dict[str, object]:
    return {"requests_per_minute": LIMIT}


async def ask(hub: Hub, path: str, headers: dict[str, str], method: str = "GET", **more: Any) -> tuple[int, Any]:
    async with hub.http.request(method, hub.url + path, headers=headers, allow_redirects=False, **more) as answer:
        return answer.status, answer.headers


async def test_each_answer_says_what_is_left_and_one_too_many_is_told_when_to_come_again(hub: Hub) -> None:
    agent = await hub.token("agent")
    paths = (INCIDENTS, f"{INCIDENTS}/999", "/api/v1/webhooks", INCIDENTS, INCIDENTS)
    answers = [await ask(hub, path, agent) for path in paths]
    _, first = answers[0]
    _, last = answers[-1]

    assert [status for status, _ in answers] == [200, 404, 403, 429, 429]
    assert [headers["RateLimit"].partition(";t=")[0] for _, headers in answers] == [
        f'"token";r={left}' for left in (2, 1, 0, 0, 0)
    ]
    assert first["RateLimit-Policy"] == f'"token";q={LIMIT};w=60'
    assert "Retry-After" not in first
    assert 0 < int(last["Retry-After"]) <= WINDOW_S
    assert last["RateLimit"].endswith(f";t={last['Retry-After']}")


async def test_one_token_takes_nothing_from_another_and_the_daemons_own_user_is_free(hub: Hub) -> None:
    spent, fresh = await hub.token("agent"), await hub.token("agent")
    statuses = [(await ask(hub, INCIDENTS, spent))[0] for _ in range(LIMIT + 1)]
    other, _ = await ask(hub, INCIDENTS, fresh)
    own = {(await ask(hub, INCIDENTS, hub.admin()))[0] for _ in range(LIMIT + 2)}

    assert (statuses[-1], other, own) == (429, 200, {200})


async def test_what_brings_messages_in_is_never_refused_for_this(hub: Hub) -> None:
    shop = await hub.token("ingest")
    asked = [(await ask(hub, "/api/v1/messages", shop))[0] for _ in range(LIMIT + 1)]
    posted = []
    for number in range(LIMIT + 2):
        body = {"account": "shop", "external_id": f"q-{number}", "text": "late"}
        long_way = {"Idempotency-Key": f"q-{number}"} if number % 2 else {}  # else the short one
        posted.append((await ask(hub, "/api/v1/messages", shop | long_way, "POST", json=body))[0])

    assert asked[-1] == 429
    assert set(posted) == {202}


class TestWithoutALimit:
    @pytest.fixture
    def settings(self) -> dict[str, object]:
        return {"requests_per_minute": 0}

    async def test_nothing_is_counted_or_told(self, hub: Hub) -> None:
        _, headers = await ask(hub, INCIDENTS, await hub.token("agent"))

        assert "RateLimit" not in headers


@given(st.lists(st.floats(min_value=0, max_value=100), max_size=50), st.integers(min_value=1, max_value=5))
def test_no_window_lets_more_through_and_waiting_as_told_is_enough(gaps: list[float], limit: int) -> None:
    quotas, now_s, passed = Quotas(per_minute=limit), 0.0, []
    for gap in gaps:
        now_s += gap
        quota = quotas.take(1, now_s=now_s)
        assert quota is not None
        if not quota.is_exceeded:
            passed.append(now_s)
    for place in range(len(passed) - 2 * limit):
        assert passed[place + 2 * limit] - passed[place] >= WINDOW_S - 0.01  # two windows meet at their edge
    while (quota := quotas.take(1, now_s=now_s)) is not None and not quota.is_exceeded:
        pass
    assert quota is not None
    later = quotas.take(1, now_s=now_s + quota.reset_s)
    assert later is not None
    assert not later.is_exceeded


def test_no_more_tokens_are_remembered_than_was_said() -> None:
    quotas = Quotas(per_minute=1, max_tokens=2)
    for token in (1, 2, 3):
        quotas.take(token, now_s=0.0)
    again = [quotas.take(token, now_s=1.0) for token in (3, 2, 1)]

    assert [one.is_exceeded for one in again if one] == [True, True, False]
