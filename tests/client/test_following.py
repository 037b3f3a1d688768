"""The live stream is resumed where it broke: no event is left out or told twice."""

import asyncio
from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any

import pytest

from channelhub.client import EventsMissed, HubClient, HubProblem, HubUnreachable, NotAHub, frames
from channelhub.client.awaiting import AsyncHubClient
from tests.client.streaming import Hub, frame, streaming


@pytest.fixture(autouse=True)
def answers_are_described() -> None:
    """What answers here is no hub."""


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    monkeypatch.setattr(frames, "FIRST_WAIT_S", 0.001)
    with streaming() as server:
        yield server


Followed = Callable[..., tuple[list[str], list[str]]]


@pytest.fixture(params=["blocking", "awaited"])
def followed(request: pytest.FixtureRequest, hub: Hub) -> Followed:
    """Follows by a client of this face: the ids of the first events, and what was told beside them."""
    url, told = hub.url, list[str]()
    how: Any = {"on_wait": told.append, "on_gap": lambda after, oldest: told.append(f"{after} … {oldest}")}

    def blocking(count: int, **more: Any) -> tuple[list[str], list[str]]:
        with HubClient(url, "t") as client:
            return [one["id"] for one in islice(client.follow(**(how | more)), count)], told

    def awaited(count: int, **more: Any) -> tuple[list[str], list[str]]:
        async def ids() -> list[str]:
            found = []
            async with AsyncHubClient(url, "t") as client:
                async for one in client.follow(**(how | more)):
                    found.append(one["id"])
                    if len(found) == count:
                        break
            return found

        return asyncio.run(ids()), told

    return blocking if request.param == "blocking" else awaited


def test_a_broken_connection_is_resumed_after_the_last_whole_event(hub: Hub, followed: Followed) -> None:
    hub.answers = [frame(7) + frame(8) + frame(9)[:-10], 503, frame(9) + frame(10)]
    found, told = followed(4)

    assert found == ["7", "8", "9", "10"]
    assert hub.resumed == [None, "8", "8"]
    assert len(told) == 1


def test_a_connection_that_breaks_before_its_first_event_is_resumed_where_it_began(
    hub: Hub, followed: Followed
) -> None:
    hub.answers = [b"retry: 2000\nid: 41\n\n", frame(42)]
    found, _ = followed(1)

    assert found == ["42"]
    assert hub.resumed == [None, "41"]


def test_events_that_are_no_longer_kept_are_told_of(hub: Hub, followed: Followed) -> None:
    hub.answers = [b'id: 8\nevent: stream.gap\ndata: {"after":"3","oldest":"9"}\n\n' + frame(9)]
    found, told = followed(1, after=3)

    assert (found, hub.resumed) == (["9"], ["3"])
    assert told == ["3 … 9"]


def test_a_refused_token_ends_it(hub: Hub, followed: Followed) -> None:
    hub.answers = [401]
    with pytest.raises(HubProblem):
        followed(1)
    hub.answers = [frame(1), 401, 401]
    with pytest.raises(HubProblem):
        followed(2)

    assert hub.answers == []


def test_a_hub_that_does_not_answer_at_first_is_no_reason_to_wait(hub: Hub, followed: Followed) -> None:
    hub.shutdown()
    hub.server_close()

    with pytest.raises(HubUnreachable, match="doesn't answer"):
        followed(1)


def test_a_gap_that_nobody_wants_to_hear_of_ends_it(hub: Hub, followed: Followed) -> None:
    hub.answers = [b'id: 8\nevent: stream.gap\ndata: {"after":"3","oldest":"9"}\n\n' + frame(9)]
    with pytest.raises(EventsMissed) as missed:
        followed(1, after=3, on_gap=None)

    assert (missed.value.after, missed.value.oldest) == ("3", "9")


def test_what_sends_no_events_is_no_hub(hub: Hub, followed: Followed) -> None:
    hub.answers = [b"data: <html>\n\n"]
    with pytest.raises(NotAHub):
        followed(1)
